import { ALL_ACTIONS } from '../../actions/index.ts'
import { readFrame } from '../../ocpp/frame.ts'
import { readStrictly } from '../../ocpp/schema.ts'

/** What is not by the letter in a frame that a station is to send; empty if all is. It may be sent nevertheless. */
export function remarksOn(text: string): string[] {
  const notJson = jsonError(text)
  if (notJson) return [notJson]
  const frame = readFrame(text)
  if (frame.kind === 'Unreadable') return [frame.reason]
  if (frame.kind === 'BrokenCall') return [frame.error.description]
  if (frame.kind !== 'Call') return []
  const action = ALL_ACTIONS.find((each) => each.action === frame.action)
  if (!action) return [`there is no action ${frame.action}`]
  if (!action.initiatedBy.includes('ChargePoint'))
    return [`${frame.action} is for the central system to send`]
  const reading = readStrictly(action.request, frame.payload)
  return reading.ok
    ? []
    : reading.violations.map(({ path, message }) => (path ? `${path}: ${message}` : message))
}

function jsonError(text: string): string | undefined {
  try {
    JSON.parse(text)
    return undefined
  } catch (error) {
    return `no JSON: ${(error as Error).message}`
  }
}
