import { type Check, type Finding, failed, noted, passed } from '../check.ts'
import type { Patient } from '../patient.ts'
import { within } from '../socket.ts'

/** API Gateway's limit on a frame, either way. */
const LIMIT = 32 * 1024

/** A CALL has its own brackets, id and names around the data. */
const ENVELOPE = 200

const STATION_LIMITS =
  'on the station StopTxnSampledData and StopTxnAlignedData empty, few measurands in MeterValuesSampledData'

/** A DataTransfer with so many characters, which is answered in a few. */
const ballast = (characters: number) => ({ vendorId: 'org.busbar.doctor', data: 'x'.repeat(characters) })

async function largest(patient: Patient): Promise<Finding> {
  const station = await patient.open()
  const up = await station.call('DataTransfer', ballast(LIMIT - ENVELOPE))
  if (!up) return failed('a frame of 32 KB got no answer', { set: STATION_LIMITS })
  const echo = { vendorId: 'org.busbar', messageId: 'echo', data: 'x'.repeat(LIMIT - ENVELOPE) }
  const down = await station.call('DataTransfer', echo)
  if (down?.payload?.data?.length !== LIMIT - ENVELOPE) {
    return failed(`32 KB did not come back as an answer: ${down?.frame.slice(0, 60) ?? 'nothing'}`)
  }
  const pushed = await patient.api.call(patient.chargePointId, ballast(LIMIT - ENVELOPE))
  if (pushed.body?.status === 'Answered') return passed('answered, echoed, pushed')
  return failed(`a call of 32 KB ended ${pushed.body?.status ?? `HTTP ${pushed.status}`}`, {
    means: 'large calls, such as long local lists, do not arrive',
    set: 'MESSAGE_BYTES in lib/actions/local-list.ts cuts lists at 28 KB; send shorter ones',
  })
}

async function tooLarge(patient: Patient): Promise<Finding> {
  const station = await patient.open()
  const answered = station.call('DataTransfer', ballast(LIMIT + 1024))
  const closed = await station.closedInTime()
  if (closed?.code === 1009) return passed('closed with 1009')
  if (closed) return noted(`closed with ${closed.code}`, { means: 'closed, though not with 1009' })
  if (await answered) return noted('answered', { means: 'the limit is higher than it is said to be' })
  return failed('neither answered nor closed', {
    means: 'a station waits for its time-out, and sends the same again',
    set: STATION_LIMITS,
  })
}

async function fragments(patient: Patient): Promise<Finding> {
  const station = await patient.open()
  const answered = await station.call('DataTransfer', ballast(60_000), (frame) => {
    const bytes = Buffer.from(frame)
    for (let at = 0; at < bytes.length; at += LIMIT / 2) {
      const part = bytes.subarray(at, at + LIMIT / 2)
      station.webSocket.send(part, { binary: false, fin: at + LIMIT / 2 >= bytes.length })
    }
  })
  if (answered) return passed('answered')
  const closed = station.isOpen ? undefined : await station.closed
  return noted(closed ? `closed with ${closed.code}` : 'no answer', {
    means: 'stations that cut long messages into frames are no better off',
    set: STATION_LIMITS,
  })
}

async function binary(patient: Patient): Promise<Finding> {
  const station = await patient.open()
  station.webSocket.send(Buffer.from('[2,"binary","Heartbeat",{}]'), { binary: true })
  const closed = await station.closedInTime()
  if (closed?.code === 1003) return passed('closed with 1003')
  if (closed) return noted(`closed with ${closed.code}`, { means: 'closed, though not with 1003' })
  return noted('not closed', { means: 'OCPP knows no binary frames; nothing leans on this' })
}

async function ping(patient: Patient): Promise<Finding> {
  const station = await patient.open()
  const startedAt = performance.now()
  const pong = new Promise<string>((resolve) =>
    station.webSocket.once('pong', (data) => resolve(String(data))),
  )
  station.webSocket.ping('busbar')
  const data = await within(patient.pace.patience * 1000, pong)
  if (data === 'busbar') return passed(`${Math.round(performance.now() - startedAt)} ms`)
  return failed(data === undefined ? 'no pong' : `a pong with “${data}”`, {
    means: 'stations that ping take the connection for dead, and dial again and again',
    set: 'WebSocketPingInterval=0 on the stations; HeartbeatInterval keeps the connection open',
  })
}

async function deflate(patient: Patient): Promise<Finding> {
  const station = await patient.open({ deflate: true })
  const { extensions } = station.webSocket
  const answered = await station.call('Heartbeat', {})
  if (answered) return passed(extensions === '' ? 'declined' : `taken: ${extensions}`)
  return failed(`no answer${extensions === '' ? '' : ` with ${extensions}`}`, {
    means: 'stations that offer compression cannot talk',
    set: 'compression off on the stations; the edge can drop Sec-WebSocket-Extensions in functions/edge.js',
  })
}

/** What API Gateway lets through. */
export const FRAMES: Check[] = [
  {
    name: 'frame-32k',
    expected: 'frames just under 32 KB pass: up, back as an answer, and as a call',
    means: 'the limit is where the code has it',
    otherwise: 'FRAME_MAX_BYTES refuses larger calls; local lists go in parts of 28 KB',
    run: largest,
  },
  {
    name: 'frame-33k',
    expected: 'a frame of 33 KB closes the connection with 1009',
    means: 'stations must keep their messages short',
    otherwise: STATION_LIMITS,
    run: tooLarge,
  },
  {
    name: 'fragments',
    expected: 'a message of 60 KB in frames of 16 KB is answered',
    means: 'the limit is one of frames; a message may have 128 KB',
    otherwise: STATION_LIMITS,
    run: fragments,
  },
  {
    name: 'binary',
    expected: 'a binary frame closes the connection with 1003',
    means: 'text alone gets in',
    otherwise: 'OCPP-J knows text frames only',
    run: binary,
  },
  {
    name: 'ping',
    expected: 'a ping is answered with a pong',
    means: 'WebSocketPingInterval may be used',
    otherwise: 'WebSocketPingInterval=0 and a shorter heartbeatInterval',
    run: ping,
  },
  {
    name: 'deflate',
    expected: 'a station that offers permessage-deflate is served, compressed or not',
    means: 'the offer does no harm',
    otherwise: 'compression off on the station',
    run: deflate,
  },
]
