import Box from '@cloudscape-design/components/box'
import { Component, type ReactNode } from 'react'
import { NotLoaded } from '../api/problem.ts'
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

/** Keeps an error of a page in the page. What could not be loaded takes the whole console to be loaded anew. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: undefined, place: this.props.place }

  static getDerivedStateFromError(error: unknown): Partial<State> {
    return { error }
  }

  static getDerivedStateFromProps({ place }: Props, state: State): Partial<State> | null {
    return place === state.place ? null : { place, error: undefined }
  }

  private retry(error: unknown): void {
    if (!(error instanceof NotLoaded)) {
      this.setState({ error: undefined })
      return
    }
    void fetch('/config.json', { cache: 'no-store' }).then(
      ({ ok }) => ok && location.reload(),
      () => undefined,
    )
  }

  override render(): ReactNode {
    const { error } = this.state
    if (error === undefined) return this.props.children
    return (
      <Box padding="l">
        <ProblemAlert error={error} retry={() => this.retry(error)} />
      </Box>
    )
  }
}
