import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import type { ReactNode } from 'react'

export interface Fact {
  label: string
  /** Without a value, or with `false`, the fact is left out. */
  value: ReactNode
}

interface Props {
  title?: string
  facts: Fact[]
  columns?: number
  /** What there is to say before the facts, or in their place. */
  nothing?: string
}

const isKnown = ({ value }: Fact): boolean =>
  value !== undefined && value !== null && value !== false && value !== ''

/** What is known of one thing. */
export function Facts({ title, facts, columns = 4, nothing }: Props) {
  const known = facts.filter(isKnown)
  return (
    <Container fitHeight header={title && <Header variant="h2">{title}</Header>}>
      {nothing && (
        <Box color="text-body-secondary" {...(known.length > 0 ? { margin: { bottom: 's' } } : {})}>
          {nothing}
        </Box>
      )}
      {known.length > 0 && <KeyValuePairs columns={columns} minColumnWidth={170} items={known} />}
    </Container>
  )
}
