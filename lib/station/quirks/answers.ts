import type { Call } from '../../ocpp/frame.ts'
import type { Payload } from '../messages.ts'
import type { Quirk, Twist } from './quirk.ts'

/** A quirk of the answers to one action. */
function ofAnswer(
  name: string,
  about: string,
  source: string,
  action: string,
  change: (payload: Payload, request: Call) => Payload,
): Quirk {
  const twist = (): Twist => ({
    response: (asked, payload, request) => (asked === action ? change(payload, request) : payload),
  })
  return { name, about, source, twist }
}

export const ANSWERS: readonly Quirk[] = [
  ofAnswer(
    'get-configuration-numbers',
    'answers GetConfiguration with numbers and booleans',
    'Scame, mobilityhouse #581 and #582',
    'GetConfiguration',
    (answer) => inKeys(answer, (key) => ({ ...key, value: plainValue(key.value) })),
  ),
  ofAnswer(
    'readonly-numbers',
    'answers GetConfiguration with readonly 0 and 1',
    'evcc #26253',
    'GetConfiguration',
    (answer) => inKeys(answer, (key) => ({ ...key, readonly: key.readonly ? 1 : 0 })),
  ),
  {
    name: 'truncated-json',
    about: 'loses the end of its answer to GetConfiguration',
    source: 'Grizzl-E, lbbrhzn #442',
    twist: () => ({
      text: (text, frame) =>
        frame.kind === 'CallResult' && text.includes('"configurationKey"') ? text.slice(0, -2) : text,
    }),
  },
  {
    name: 'empty-message-id',
    about: 'answers with an empty message id',
    source: 'ocpp-go #267',
    twist: () => ({
      text: (text, frame) => (frame.kind === 'Call' ? text : JSON.stringify([JSON.parse(text)[0], '', {}])),
    }),
  },
  {
    name: 'call-error-short',
    about: 'refuses with [4, id] and nothing else',
    source: 'victormunoz',
    twist: () => ({
      text: (text, frame) => (frame.kind === 'CallError' ? JSON.stringify([4, frame.messageId]) : text),
    }),
  },
  ofAnswer(
    'unlock-accepted',
    'answers UnlockConnector with Accepted',
    'victormunoz',
    'UnlockConnector',
    () => ({
      status: 'Accepted',
    }),
  ),
  ofAnswer(
    'ping-interval-readonly',
    'refuses another WebSocketPingInterval',
    'many',
    'ChangeConfiguration',
    (answer, { payload }) =>
      (payload as Payload).key === 'WebSocketPingInterval' ? { status: 'Rejected' } : answer,
  ),
  {
    name: 'null-payload',
    about: 'answers with null for an empty payload',
    source: 'OCPP-J §4.2.2',
    twist: () => ({
      text: (text, frame) =>
        frame.kind === 'CallResult' && text.endsWith(',{}]') ? `${text.slice(0, -3)}null]` : text,
    }),
  },
]

function inKeys(answer: Payload, change: (key: Payload) => Payload): Payload {
  return { ...answer, configurationKey: (answer.configurationKey as Payload[]).map(change) }
}

function plainValue(value: unknown): unknown {
  if (value === 'true' || value === 'false') return value === 'true'
  return typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value
}
