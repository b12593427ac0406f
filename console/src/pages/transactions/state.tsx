import Badge from '@cloudscape-design/components/badge'
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator'
import { useTranslation } from 'react-i18next'
import type { Schemas } from '../../api/client.ts'
import { formatSpan } from '../../components/format.ts'
import { useNow } from '../../components/time.tsx'
import { durationOf, REASONS, type State, stateOf } from './facts-of.ts'

type Transaction = Schemas['Transaction']

const TYPES: Record<State, StatusIndicatorProps.Type> = {
  running: 'in-progress',
  doubtful: 'warning',
  stopped: 'success',
  refused: 'error',
}

export function TransactionState({ transaction }: { transaction: Transaction }) {
  const { t } = useTranslation()
  const state = stateOf(transaction)
  return (
    <StatusIndicator type={TYPES[state]} {...(state === 'running' ? { colorOverride: 'blue' } : {})}>
      {t(`transactions.states.${state}`)}
    </StatusIndicator>
  )
}

/** How long it took; of one that runs, how long it has run. */
export function Duration({ transaction }: { transaction: Transaction }) {
  const now = useNow()
  const duration = durationOf(transaction, Math.max(now, Date.now()))
  return <>{duration === undefined ? '–' : formatSpan(duration)}</>
}

export function Flags({ flags }: Pick<Transaction, 'flags'>) {
  const { t } = useTranslation()
  if (flags.length === 0) return <>–</>
  return (
    <span className="busbar-flags">
      {flags.map((flag) => (
        <Badge key={flag} color={flag === 'late' ? 'grey' : 'severity-medium'}>
          {t(`transactions.flagNames.${flag}`)}
        </Badge>
      ))}
    </span>
  )
}

/** In words, where it is one of OCPP's. */
export function useReason(): (reason: string) => string {
  const { t } = useTranslation()
  return (reason) => {
    const known = REASONS.find((each) => each === reason)
    return known ? t(`transactions.reasons.${known}`) : reason
  }
}
