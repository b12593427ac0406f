import { type Actor, Failed } from './actor.ts'
import type { LoggedCall } from './journal.ts'
import { differences } from './match.ts'
import { type Expectation, milliseconds } from './schema.ts'

/** Throws Failed with all that is not as expected, once it had its time to become so. */
export async function expectThat(actor: Actor, expectation: Expectation): Promise<void> {
  const { within, ...what } = expectation
  const problems = () => problemsOf(actor, what)
  if (within !== undefined) await actor.journal.until(() => problems().length === 0, milliseconds(within))
  const found = problems()
  if (found.length > 0) throw new Failed(found.join('\n'))
  if (what.error !== undefined) actor.expectedErrors += 1
}

function problemsOf(actor: Actor, expectation: Expectation): string[] {
  const { answer, error, call, noCall, sent, notSent, frame, state, connector } = expectation
  const { journal, station } = actor
  return [
    ...(answer === undefined ? [] : answerProblems(actor, answer)),
    ...(error === undefined ? [] : differences(error, actor.error, 'error')),
    ...(call ? callProblems('received', call, journal.received) : []),
    ...(sent ? callProblems('sent', sent, journal.sent) : []),
    ...(noCall ? absenceProblems('received', noCall, journal.received) : []),
    ...(notSent ? absenceProblems('sent', notSent, journal.sent) : []),
    ...(frame === undefined ? [] : frameProblems(frame, journal.frames)),
    ...(state ? differences(state, station.status(), 'state') : []),
    ...(connector ? connectorProblems(connector, station.status().connectors) : []),
  ]
}

function answerProblems(actor: Actor, expected: unknown): string[] {
  if (actor.error !== undefined)
    return [`answer: expected ${JSON.stringify(expected)}, was refused: ${actor.error}`]
  return differences(expected, actor.answer, 'answer')
}

function callProblems(
  direction: 'sent' | 'received',
  { action, with: expected }: { action: string; with?: unknown },
  calls: readonly LoggedCall[],
): string[] {
  const last = calls.findLast((call) => call.action === action)
  if (!last) return [`${action}: expected, but none was ${direction}`]
  return expected === undefined ? [] : differences(expected, last.payload, action)
}

function absenceProblems(
  direction: 'sent' | 'received',
  action: string,
  calls: readonly LoggedCall[],
): string[] {
  const last = calls.findLast((call) => call.action === action)
  return last ? [`${action}: not expected, but one was ${direction}: ${JSON.stringify(last.payload)}`] : []
}

function frameProblems(expected: unknown, frames: readonly unknown[]): string[] {
  if (frames.some((frame) => differences(expected, frame).length === 0)) return []
  const last = frames.at(-1)
  return [`frame: expected ${JSON.stringify(expected)}; the last one received was ${JSON.stringify(last)}`]
}

function connectorProblems(
  expected: { connectorId: unknown },
  connectors: readonly { connectorId: number }[],
): string[] {
  const id = Number(expected.connectorId)
  const found = connectors.find(({ connectorId }) => connectorId === id)
  return differences({ ...expected, connectorId: id }, found, `connector ${id}`)
}
