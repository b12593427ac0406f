import type { Answer } from '../api.ts'
import { type Check, type Finding, failed, fallback, noted, passed } from '../check.ts'
import type { Patient } from '../patient.ts'

const DATA = { vendorId: 'org.busbar.doctor' }

/** How a call to a charge point that is not there may end at once. */
function endOf({ status, body }: Answer): string {
  return status === 409 ? 'refused: offline' : String(body?.status ?? `HTTP ${status}`)
}

const ENDS = ['refused: offline', 'Undelivered']

const STALE = 'after two heartbeat intervals and a minute it is shown as stale; calls end by their deadlines'

async function goneFrom(patient: Patient): Promise<{ end: string; offlineAfter: number | undefined }> {
  const startedAt = performance.now()
  const end = endOf(await patient.api.call(patient.chargePointId, DATA, { timeoutSeconds: 5 }))
  const isOffline = async () => (await patient.stateOf(patient.chargePointId)) === 'offline'
  const waited = await patient.until(patient.pace.noticedWithin, isOffline)
  return { end, offlineAfter: waited === undefined ? undefined : (performance.now() - startedAt) / 1000 }
}

async function closed(patient: Patient): Promise<Finding> {
  const station = await patient.open()
  station.webSocket.close(1000)
  const { end, offlineAfter } = await goneFrom(patient)
  if (!ENDS.includes(end)) {
    return failed(`a call ended ${end}`, {
      means: 'a call into a closed connection does not end as Undelivered',
      set: 'functions/aws.ts takes 410 GoneException for it; see the logs of api',
    })
  }
  if (offlineAfter !== undefined) return passed(`${end}; offline after ${offlineAfter.toFixed(1)} s`)
  return failed(`${end}; not offline after ${patient.pace.noticedWithin} s`, {
    means: '$disconnect does not come, or changes nothing',
    set: `see the logs of disconnect; ${STALE}`,
  })
}

async function pulled(patient: Patient): Promise<Finding> {
  const station = await patient.open()
  station.webSocket.terminate()
  const { end, offlineAfter } = await goneFrom(patient)
  if (offlineAfter !== undefined) return passed(`offline after ${offlineAfter.toFixed(1)} s; a call: ${end}`)
  return fallback(`not offline after ${patient.pace.noticedWithin} s; a call: ${end}`, {
    means: 'the gateway notices only when the connection has been idle for 10 minutes',
    set: `nothing: ${STALE}. A shorter heartbeatInterval shows it earlier`,
  })
}

async function newest(patient: Patient): Promise<Finding> {
  const first = await patient.open()
  const second = await patient.open()
  const end = await first.closedInTime()
  const beat = await second.call('Heartbeat', {})
  if (!beat) {
    return failed('the newer connection got no answer', {
      means: 'a station that dials again is locked out by its own dead connection',
      set: 'see the logs of connect and disconnect',
    })
  }
  // The event of the old connection's end comes when it comes.
  await patient.sleep(2)
  const state = await patient.stateOf(patient.chargePointId)
  const call = await patient.api.call(patient.chargePointId, DATA)
  const reached = second.frames.some((frame) => frame.includes('org.busbar.doctor'))
  if (state !== 'online' || call.body?.status !== 'Answered' || !reached) {
    return failed(`${state}; a call: ${endOf(call)}`, {
      means: 'what becomes of an old connection touches the new one',
      set: 'see the logs of connect and disconnect',
    })
  }
  if (end) return passed(`the old one was closed with ${end.code}; the new one is served and called`)
  return fallback('the old one is still open; the new one is served and called', {
    means: '@connections does not close it; it is answered once more and hung up on when it next talks',
    set: 'nothing; see the logs of connect for why it was not closed',
  })
}

async function lifetime(patient: Patient): Promise<Finding> {
  const station = await patient.open()
  const seconds = patient.pace.lifetime
  const startedAt = performance.now()
  while (station.isOpen && performance.now() - startedAt < seconds * 1000) {
    await station.call('Heartbeat', {})
    await Promise.race([station.closed, patient.sleep(patient.pace.heartbeatEvery)])
  }
  if (station.isOpen) return noted(`still open after ${seconds} s`)
  const { code, seconds: age } = await station.closed
  return passed(`closed with ${code} after ${Math.round(age / 60)} minutes`)
}

async function idle(patient: Patient): Promise<Finding> {
  const { idleFor, pingEvery, heartbeatEvery } = patient.pace
  const stations = await Promise.all(
    ['silent', 'pings', 'heartbeats'].map(async (name) => {
      const chargePointId = patient.identity(name)
      await patient.register(chargePointId)
      return patient.opened(await patient.dial(patient.urlOf(chargePointId)))
    }),
  )
  const [silent, pinging, beating] = stations
  if (!silent || !pinging || !beating) return failed('not opened')
  // It would be called to be read, and is to stay silent.
  const timers = [
    setInterval(() => pinging.isOpen && pinging.webSocket.ping(), pingEvery * 1000),
    setInterval(() => beating.isOpen && void beating.call('Heartbeat', {}), heartbeatEvery * 1000),
  ]
  await patient.sleep(idleFor).finally(() => timers.forEach(clearInterval))
  const shown = await Promise.all(
    stations.map(async (each, i) => {
      const name = ['silent', 'pings alone', 'heartbeats'][i]
      if (each.isOpen) return `${name}: open`
      const { code, seconds } = await each.closed
      return `${name}: ${code} after ${Math.round(seconds)} s`
    }),
  )
  const seen = shown.join('; ')
  if (!beating.isOpen) {
    return failed(seen, {
      means: 'a heartbeat now and then does not keep a connection open',
      set: `a shorter heartbeatInterval than ${heartbeatEvery}`,
    })
  }
  const means = pinging.isOpen
    ? 'heartbeats keep a connection open, and so do pings'
    : 'heartbeats keep a connection open; pings alone do not'
  return passed(seen, { means })
}

/** How connections end, and what is known of it. */
export const CONNECTIONS: Check[] = [
  {
    name: 'closed',
    expected: 'after a close the station is offline, and a call ends at once as Undelivered or is refused',
    means: '$disconnect and 410 Gone are heard',
    otherwise: STALE,
    run: closed,
  },
  {
    name: 'pulled',
    expected: 'a socket that is destroyed without a close shows as offline, sooner or later',
    means: 'how long a dead station looks alive',
    otherwise: STALE,
    run: pulled,
  },
  {
    name: 'newest',
    expected:
      'a second connection of a station wins at once; the first is closed, and its end changes nothing',
    means: 'stations that dial again are served again',
    otherwise: 'an old connection that talks is answered and hung up on (ADR 9)',
    run: newest,
  },
  {
    name: 'idle',
    expected: 'within 11 minutes a silent connection is closed, one with heartbeats is not',
    means: 'HeartbeatInterval below 600 keeps stations connected',
    otherwise: 'heartbeatInterval, of all and of one charge point',
    slow: 'long',
    run: idle,
  },
  {
    name: 'lifetime',
    expected: 'a connection in use is closed after two hours',
    means: 'stations dial again every two hours',
    otherwise: 'a station’s running transaction goes on; nothing is lost',
    slow: 'by name',
    run: lifetime,
  },
]
