import Box from '@cloudscape-design/components/box'
import { Component, type ReactNode } from 'react'
import { ProblemAlert } from '../components/problem.tsx'

interface Props {
  /** The page: another one starts afresh. */
  place: string
  children: ReactNode
}

interface State {
  error: unknown
  place: string
}

/** Keeps an error of a page in the page. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: undefined, place: this.props.place }

  static getDerivedStateFromError(error: unknown): Partial<State> {
    return { error }
  }

  static getDerivedStateFromProps({ place }: Props, state: State): Partial<State> | null {
    return place === state.place ? null : { place, error: undefined }
  }

  override render(): ReactNode {
    const { error } = this.state
    if (error === undefined) return this.props.children
    return (
      <Box padding="l">
        <ProblemAlert error={error} retry={() => this.setState({ error: undefined })} />
      </Box>
    )
  }
}
