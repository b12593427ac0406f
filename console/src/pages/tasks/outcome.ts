import type { Schemas } from '../../api/client.ts'
import { isDeclined } from '../../components/declined.ts'

type TaskResult = Pick<Schemas['TaskResult'], 'chargePointId' | 'status' | 'response'>

const FAILED: readonly string[] = ['Refused', 'TimedOut', 'Undelivered', 'Expired']

/** Not done: no answer, an error, or an answer that says no. What was taken back was not meant to be done. */
export const hasFailed = ({ status, response }: TaskResult): boolean =>
  FAILED.includes(status) || (status === 'Answered' && isDeclined(response))

/** Whom it is worth another try with; each once. */
export const failedOf = (results: readonly TaskResult[]): string[] => [
  ...new Set(results.filter(hasFailed).map(({ chargePointId }) => chargePointId)),
]

/** How far a task is, in percent. */
export const doneOf = ({ targets, waiting }: Schemas['TaskCounts']): number =>
  targets === 0 ? 0 : Math.round(((targets - waiting) / targets) * 100)
