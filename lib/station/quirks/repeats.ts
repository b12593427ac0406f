import type { Call } from '../../ocpp/frame.ts'
import type { Payload } from '../messages.ts'
import { isoTime } from '../time.ts'
import type { Quirk, Tools } from './quirk.ts'

/** A quirk that sends more after some CALLs. */
function after(
  name: string,
  about: string,
  source: string,
  action: string,
  more: (call: Call & { payload: Payload }, tools: Tools) => readonly unknown[],
): Quirk {
  const twist: Quirk['twist'] = (tools) => ({
    after: (frame) =>
      frame.kind === 'Call' && frame.action === action
        ? more(frame as Call & { payload: Payload }, tools)
        : [],
  })
  return { name, about, source, twist }
}

const again = ({ action, payload }: Call, messageId: unknown) => [2, messageId, action, payload]

const HISTORY = 200
const MINUTE_MS = 60_000

export const REPEATS: readonly Quirk[] = [
  after(
    'duplicate-status',
    'sends each status twice',
    'Hager, OCPP.Core #55',
    'StatusNotification',
    (call, { newId }) => [again(call, newId())],
  ),
  after(
    'resend-start-new-id',
    'sends each start four times, with new message ids, before it has an answer',
    'libocpp #298 and #688',
    'StartTransaction',
    (call, { newId }) => [again(call, newId()), again(call, newId()), again(call, newId())],
  ),
  after(
    'resend-start-same-id',
    'sends each start four times with the same message id',
    'MicroOcpp #237 and #50',
    'StartTransaction',
    (call) => [again(call, call.messageId), again(call, call.messageId), again(call, call.messageId)],
  ),
  after(
    'resend-stop',
    'sends each stop again with the same message id',
    'MicroOcpp #50',
    'StopTransaction',
    (call) => [again(call, call.messageId)],
  ),
  after('double-stop', 'stops each transaction twice', 'SAP', 'StopTransaction', (call, { newId }) => [
    again({ ...call, payload: { ...call.payload, reason: 'Other' } }, newId()),
  ]),
  {
    name: 'start-after-stop',
    about: 'sends the start again after the stop',
    source: 'steve #1294',
    twist: ({ newId }) => {
      let start: Call | undefined
      return {
        after(frame) {
          if (frame.kind !== 'Call') return []
          if (frame.action === 'StartTransaction') start = frame
          return frame.action === 'StopTransaction' && start ? [again(start, newId())] : []
        },
      }
    },
  },
  after(
    'closing-values-after-stop',
    'sends the last meter values after the stop',
    'Ocular, lbbrhzn #2075',
    'StopTransaction',
    ({ payload: { transactionId, meterStop, timestamp } }, { newId }) => [
      [2, newId(), 'MeterValues', closingValues(transactionId, meterStop, timestamp)],
    ],
  ),
  {
    name: 'stale-transaction-id',
    about: 'goes on with the transaction before in meter values and statuses',
    source: 'evcc #14673, lbbrhzn #609 and #1749',
    twist: ({ newId, time }) => {
      let stopped: Payload | undefined
      return {
        after(frame) {
          if (frame.kind !== 'Call') return []
          if (frame.action === 'StopTransaction') stopped = frame.payload as Payload
          if (frame.action !== 'StatusNotification' || !stopped) return []
          const { transactionId, meterStop } = stopped
          return [[2, newId(), 'MeterValues', closingValues(transactionId, meterStop, isoTime(time.now()))]]
        },
      }
    },
  },
  {
    name: 'stop-of-nothing',
    about: 'stops a transaction that it never started, at its first status',
    source: 'connectorio #199',
    twist: ({ newId, time }) => {
      let isDone = false
      return {
        after(frame) {
          if (isDone || frame.kind !== 'Call' || frame.action !== 'StatusNotification') return []
          isDone = true
          const stop = {
            transactionId: 987_654,
            meterStop: 4_711,
            timestamp: isoTime(time.now()),
            reason: 'Local',
          }
          return [[2, newId(), 'StopTransaction', stop]]
        },
      }
    },
  },
  {
    name: 'dump-history',
    about: `sends ${HISTORY} old meter values at once as soon as it is accepted`,
    source: 'Alfen, #361',
    twist: ({ newId, time }) => {
      let isDone = false
      return {
        heard({ frame, action }, line) {
          if (isDone || action !== 'BootNotification' || !isAccepted(frame)) return
          isDone = true
          for (let minutes = HISTORY; minutes > 0; minutes -= 1) {
            const timestamp = isoTime(time.now() - minutes * MINUTE_MS)
            const sampledValue = [{ value: String(1_000_000 - minutes), unit: 'Wh' }]
            line.send([
              2,
              newId(),
              'MeterValues',
              { connectorId: 1, meterValue: [{ timestamp, sampledValue }] },
            ])
          }
        },
      }
    },
  },
  {
    name: 'values-of-connector-0',
    about: 'sends meter values of the main meter with each heartbeat',
    source: 'errata 3.16, many',
    twist: ({ newId, time }) => ({
      after: (frame) =>
        frame.kind === 'Call' && frame.action === 'Heartbeat'
          ? [[2, newId(), 'MeterValues', { connectorId: 0, meterValue: [mainMeter(isoTime(time.now()))] }]]
          : [],
    }),
  },
]

export function isAccepted(frame: { kind: string; payload?: unknown }): boolean {
  return frame.kind === 'CallResult' && (frame.payload as Payload).status === 'Accepted'
}

function closingValues(transactionId: unknown, meterStop: unknown, timestamp: unknown): Payload {
  const sampledValue = [{ value: String(meterStop), context: 'Transaction.End', unit: 'Wh' }]
  return { connectorId: 1, transactionId, meterValue: [{ timestamp, sampledValue }] }
}

function mainMeter(timestamp: string): Payload {
  return { timestamp, sampledValue: [{ value: '123456', unit: 'Wh' }] }
}
