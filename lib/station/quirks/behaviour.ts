import type { Payload } from '../messages.ts'
import { Alarm } from '../time.ts'
import type { Line, Quirk } from './quirk.ts'
import { isAccepted } from './repeats.ts'

const IDLE_MS = 30_000
const LOOK_MS = 5_000
/** A boot is not done before this is over. */
const BOOTING_MS = 5_000
const MOST_LOOPS = 5
const MOST_LEFT_OPEN = 3

/** 1, 2, 3, … */
function counting(): () => string {
  let last = 0
  return () => {
    last += 1
    return String(last)
  }
}

export const BEHAVIOUR: readonly Quirk[] = [
  {
    name: 'invalid-json',
    about: 'writes a comma too many into meter values',
    source: 'ZJ Beny, lbbrhzn #1078',
    twist: () => ({
      text: (text, frame) =>
        frame.kind === 'Call' && frame.action === 'MeterValues' ? text.replace(/\}\]$/, ',}]') : text,
    }),
  },
  {
    name: 'nul-bytes',
    about: 'ends each frame with a NUL byte',
    source: 'Wallbe, evcc #3685',
    twist: () => ({ text: (text) => `${text}\0` }),
  },
  {
    name: 'message-type-1',
    about: 'sends a frame of the message type 1 with each heartbeat and boot',
    source: 'steve #916',
    twist: ({ newId }) => ({
      after: (frame) =>
        frame.kind === 'Call' && ['Heartbeat', 'BootNotification'].includes(frame.action)
          ? [[1, newId(), {}]]
          : [],
    }),
  },
  {
    name: 'huge-transaction-id',
    about: 'sends meter values of the transaction 2^63-1',
    source: 'mobilityhouse #617',
    twist: () => ({
      text: (text, frame) =>
        frame.kind === 'Call' && frame.action === 'MeterValues'
          ? text.replace(/"transactionId":-?\d+/, '"transactionId":9223372036854775807')
          : text,
    }),
  },
  {
    name: 'counting-ids',
    about: 'numbers its messages from 1 each time it is switched on',
    source: 'victormunoz; errata 3.1 wants them unique',
    options: () => ({ newId: counting() }),
  },
  {
    name: 'numeric-message-ids',
    about: 'sends message ids as numbers',
    source: 'reference §3.3',
    options: () => ({ newId: counting() }),
    twist: () => ({
      text: (text, frame) => (frame.kind === 'Call' ? text.replace(/^\[2,"(\d+)"/, '[2,$1') : text),
    }),
  },
  {
    name: 'no-boot',
    about: 'never sends a BootNotification',
    source: 'OCPP-J §5.4 of stations that were accepted once',
    options: () => ({ boots: false }),
  },
  {
    name: 'never-pong',
    about: 'answers no pings',
    source: 'EVduty, lbbrhzn #553',
    twist: () => ({ dial: (dial) => ({ ...dial, answersPings: false }) }),
  },
  {
    name: 'idle-drop-30s',
    about: 'hangs up after 30 s in which nothing was said',
    source: 'Wallbox, connectorio #132',
    options: () => ({ configuration: { WebSocketPingInterval: '0' } }),
    twist: ({ time }) => {
      const alarm = new Alarm(time)
      return {
        opened(line) {
          const look = () => {
            if (line.isOver()) return
            if (time.now() - line.lastUsedAt() >= IDLE_MS) line.close()
            else alarm.set(LOOK_MS, look)
          }
          alarm.set(LOOK_MS, look)
        },
      }
    },
  },
  {
    name: 'half-open-reconnect',
    about: `comes back over a new connection after 30 s, ${MOST_LEFT_OPEN} times at most, and leaves the old one open`,
    source: 'ts-ocpp #19, openems #2906, many',
    twist: ({ time }) => {
      const alarm = new Alarm(time)
      let left = MOST_LEFT_OPEN
      const abandon = (line: Line) => {
        left -= 1
        line.abandon()
      }
      return {
        opened(line) {
          if (left > 0) alarm.set(IDLE_MS, () => abandon(line))
        },
      }
    },
  },
  {
    name: 'boot-loop',
    about: `boots again, ${MOST_LOOPS} times at most, if it is asked something within 5 s of its boot`,
    source: 'Wallbox, lbbrhzn #1503',
    twist: ({ time, newId }) => {
      let bootedAt = Number.NEGATIVE_INFINITY
      let boot: unknown
      let loops = 0
      let mustBoot = false
      return {
        after(frame) {
          if (frame.kind === 'Call' && frame.action === 'BootNotification') boot = frame.payload
          return []
        },
        opened(line) {
          if (mustBoot) line.send([2, newId(), 'BootNotification', boot])
          mustBoot = false
        },
        heard({ frame, action }, line) {
          if (action === 'BootNotification' && isAccepted(frame)) bootedAt = time.now()
          if (frame.kind !== 'Call' || time.now() - bootedAt > BOOTING_MS || loops >= MOST_LOOPS) return
          loops += 1
          mustBoot = true
          line.close()
        },
      }
    },
  },
  {
    name: 'measurands-reboot',
    about: 'takes any list of measurands, and then hangs up',
    source: 'ABB Terra, lbbrhzn #1275',
    twist: () => {
      const isMeasurands = (payload: unknown) => (payload as Payload).key === 'MeterValuesSampledData'
      return {
        response: (action, payload, request) =>
          action === 'ChangeConfiguration' && isMeasurands(request.payload)
            ? { status: 'Accepted' }
            : payload,
        heard({ frame }, line) {
          if (
            frame.kind === 'Call' &&
            frame.action === 'ChangeConfiguration' &&
            isMeasurands(frame.payload)
          ) {
            setImmediate(() => line.close())
          }
        },
      }
    },
  },
]
