import { told } from '../api.ts'
import { type Check, type Finding, failed, passed } from '../check.ts'
import type { Patient } from '../patient.ts'

async function call(patient: Patient): Promise<Finding> {
  await patient.open()
  const startedAt = performance.now()
  const answer = await patient.api.call(patient.chargePointId, { vendorId: 'org.busbar.doctor' })
  const milliseconds = Math.round(performance.now() - startedAt)
  const { status, response } = answer.body ?? {}
  if (answer.status === 200 && status === 'Answered' && response?.status === 'Accepted') {
    return passed(`Answered in ${milliseconds} ms`)
  }
  return failed(`${status ?? told(answer)} after ${milliseconds} ms`, {
    means: 'commands do not reach stations, or their answers do not come back',
    set: 'CALLBACK_URL must be the stage’s own address; see the logs of api and message',
  })
}

async function timeout(patient: Patient): Promise<Finding> {
  const station = await patient.open()
  station.answering = () => undefined
  const startedAt = performance.now()
  const more = { timeoutSeconds: 3 }
  const answer = await patient.api.call(patient.chargePointId, { vendorId: 'org.busbar.doctor' }, more)
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  const status = answer.body?.status
  return status === 'TimedOut'
    ? passed(`TimedOut after ${seconds} s`)
    : failed(`${status ?? told(answer)} after ${seconds} s`, { set: 'see the logs of timer and its queue' })
}

const EVENT_SECONDS = 20

async function event(patient: Patient): Promise<Finding> {
  const chargePointId = patient.identity('event')
  await patient.register(chargePointId)
  const station = patient.opened(await patient.dial(patient.urlOf(chargePointId)))
  await station.call('BootNotification', { chargePointVendor: 'Busbar', chargePointModel: 'Doctor' })
  const path = `/events?type=ChargePointBooted&chargePointId=${encodeURIComponent(chargePointId)}`
  const isTold = async () => {
    const { body } = await patient.api.ask('GET', path)
    return body?.items?.length > 0
  }
  const seconds = await patient.until(EVENT_SECONDS, isTold)
  if (seconds !== undefined) return passed(`after ${seconds.toFixed(1)} s`)
  return failed(`nothing in ${EVENT_SECONDS} s`, {
    means: 'changes are not told: webhooks and the event bus get nothing either',
    set: 'eventDays above 0 keeps a list of them; else see the logs of tell, and its dead-letter queue',
  })
}

const CONTENT = 'The doctor was here.\n'.repeat(100)

async function file(patient: Patient): Promise<Finding> {
  const { api } = patient
  const bytes = Buffer.byteLength(CONTENT)
  const announced = await api.ask('POST', '/files', { name: 'busbar-doctor.txt', bytes })
  const { fileId, upload } = announced.body ?? {}
  if (!upload) return failed(told(announced))
  patient.owns(`/files/${fileId}`)
  const put = await api.fetch('PUT', upload.url, { headers: upload.headers, body: CONTENT })
  if (put.status !== 200) {
    return failed(`PUT: ${told(put)}`, {
      means: 'stations cannot upload diagnostics',
      set: 'the grants of the function that signs, and the bucket’s policy: docs/permissions.md',
    })
  }
  const stored = await api.ask('GET', `/files/${fileId}`)
  const got = stored.body?.download && (await api.fetch('GET', stored.body.download.url))
  if (got?.body === CONTENT) return passed(`${bytes} bytes there and back`)
  return failed(`GET: ${got ? told(got) : `the file is ${stored.body?.status ?? told(stored)}`}`, {
    means: 'stations cannot download firmware',
    set: 'the grants of the function that signs, and the bucket’s policy: docs/permissions.md',
  })
}

/** What stands behind the gateway. */
export const SERVICES: Check[] = [
  {
    name: 'call',
    expected: 'a call reaches the station, and its answer whoever waits for it (Prefer: wait)',
    means: 'commands work, there and back',
    otherwise: 'calls end by their deadlines, and can be read by their ids',
    run: call,
  },
  {
    name: 'timeout',
    expected: 'a call that the station does not answer ends as TimedOut, in its time',
    means: 'deadlines are kept',
    otherwise: 'a call whose time is up reads as TimedOut, and the next one leaves, without any timer',
    run: timeout,
  },
  {
    name: 'event',
    expected: 'a boot is told as an event',
    means: 'the table’s stream is read, and events are kept',
    otherwise: 'eventDays: 0 keeps no list; the bus and webhooks are told all the same',
    run: event,
  },
  {
    name: 'file',
    expected: 'a file goes up by a signed URL, and comes down by another',
    means: 'firmware and diagnostics can be exchanged',
    otherwise: 'any URL may stand in UpdateFirmware and GetDiagnostics instead',
    run: file,
  },
]
