import { type Check, type Finding, failed, fallback, noted, passed } from '../check.ts'
import type { Patient } from '../patient.ts'

interface Via {
  route: string
  identity: string
}

/** By which way our own frame reached the central system: it tells those who ask for it. */
async function viaOf(patient: Patient): Promise<Via | string> {
  const station = await patient.open()
  const asked = await station.call('DataTransfer', { vendorId: 'org.busbar', messageId: 'via' })
  try {
    return JSON.parse(asked?.payload.data) as Via
  } catch {
    return asked?.frame ?? 'no answer'
  }
}

const UNTOLD = {
  means: 'the deployment does not tell; it may be older than this doctor',
  set: 'deploy it anew',
}

/** A moment in which a frame that should not come would come. */
const LISTEN_SECONDS = 1.5

const isOcpp = (frame: string): boolean => /^\s*\[\s*[234]\s*,/.test(frame)

/** Frames that nothing may answer, and answers to nothing. */
const UNANSWERABLE = ['no JSON', '[3,"busbar-doctor",{}]', '[4,"busbar-doctor","GenericError","",{}]', '[3]']

async function strayFrames(patient: Patient): Promise<Finding> {
  const station = await patient.open()
  for (const frame of UNANSWERABLE) station.webSocket.send(frame)
  const call = await patient.api.call(patient.chargePointId, { vendorId: 'org.busbar.doctor' })
  await patient.sleep(LISTEN_SECONDS)
  const stray = station.frames.filter((frame) => !isOcpp(frame))
  const answers = station.frames.filter((frame) => isOcpp(frame) && !/^\s*\[\s*2/.test(frame))
  if (stray.length > 0) {
    const empty = stray.filter((frame) => frame === '').length
    const other = stray.find((frame) => frame !== '')
    return failed([`empty frames: ${empty}`, ...(other ? [other.slice(0, 80)] : [])].join(', '), {
      means: 'stations get frames that are no OCPP after their answers; some reboot',
      set: '$default must have no route response, as in the template (ADR 2); deploy it anew',
    })
  }
  if (answers.length > 0) return failed(`answered: ${answers[0]?.slice(0, 80)}`, { set: 'see ADR 2' })
  return call.body?.status === 'Answered'
    ? passed(`nothing in ${LISTEN_SECONDS} s`)
    : noted(`nothing in ${LISTEN_SECONDS} s; the call ended ${call.body?.status ?? call.status}`)
}

async function errors(patient: Patient): Promise<Finding> {
  const station = await patient.open()
  const asked = await station.call('Sing', {})
  station.webSocket.send('[2]')
  await patient.sleep(LISTEN_SECONDS)
  const stray = station.frames.find((frame) => !isOcpp(frame))
  if (stray !== undefined) {
    return failed(stray.slice(0, 80) || 'an empty frame', {
      means: 'the gateway speaks for a function that failed, and not in OCPP',
      set: 'see the logs of message: it answers everything itself (functions/message.ts)',
    })
  }
  const isRefused = asked?.frame.includes('"NotImplemented"') ?? false
  return isRefused ? passed('CALLERROR NotImplemented') : failed(asked?.frame.slice(0, 80) ?? 'no answer')
}

/** Of one charge point, a tenth of a second and more apart: what a station feels, not what the system can take. */
const HEARTBEATS = 20

async function latency(patient: Patient): Promise<Finding> {
  const station = await patient.open()
  await station.call('Heartbeat', {})
  const times: number[] = []
  for (let i = 0; i < HEARTBEATS; i++) {
    const asked = await station.call('Heartbeat', {})
    if (!asked) return failed(`no answer to Heartbeat ${i + 1} of ${HEARTBEATS}`)
    times.push(asked.milliseconds)
    await patient.sleep(0.05)
  }
  times.sort((a, b) => a - b)
  const at = (share: number) => Math.round(times[Math.ceil(share * times.length) - 1] ?? 0)
  return passed(`p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, of ${HEARTBEATS}`)
}

/** What the gateway makes of frames. */
export const MESSAGES: Check[] = [
  {
    name: 'context',
    expected: 'a message carries what the authorizer found out at the handshake',
    means: 'a message costs no look-up of whose it is',
    otherwise: 'an item written at the connect tells whose connection it is (functions/station-event.ts)',
    async run(patient) {
      const via = await viaOf(patient)
      if (typeof via === 'string') return failed(via.slice(0, 80), UNTOLD)
      if (via.identity === 'carried') return passed('carried')
      return fallback(via.identity, {
        means: 'each message costs a read more, and some milliseconds; all else is the same',
        set: 'nothing: the look-up is in place',
      })
    },
  },
  {
    name: 'routing',
    expected: 'a CALL takes the route "2", by $request.body.[0]',
    means: 'answers go back as return values, without a second request',
    otherwise: 'on $default answers are pushed (functions/message.ts, ADR 2)',
    async run(patient) {
      const via = await viaOf(patient)
      if (typeof via === 'string') return failed(via.slice(0, 80), UNTOLD)
      if (via.route === '2') return passed('"2"')
      return fallback(via.route, {
        means: 'each answer costs a push: some 15 ms, and a share of the account’s request quota',
        set: 'nothing: pushes are in place',
      })
    },
  },
  {
    name: 'stray-frames',
    expected: 'nothing comes back for answers and for what cannot be answered: no frame, no empty one',
    means: 'stations get OCPP and nothing else',
    otherwise: '$default is one-way, and route "2" never returns without a body (ADR 2)',
    run: strayFrames,
  },
  {
    name: 'errors',
    expected: 'an unknown action gets a CALLERROR, and a CALL without an id no frame of the gateway’s own',
    means: 'what goes wrong is told in OCPP',
    otherwise: 'functions/message.ts never throws',
    run: errors,
  },
  {
    name: 'latency',
    expected: 'the time of a Heartbeat, from here and back',
    means: 'most of it is the way between here and the region',
    otherwise: 'the first message after a pause waits for a function to start',
    run: latency,
  },
]
