import type { StationAction, Via } from '../actions/action.ts'
import { CENTRAL_SYSTEM_ACTIONS, STATION_ACTIONS } from '../actions/index.ts'
import { OcppError } from '../ocpp/error.ts'
import {
  type Call,
  type CallError,
  type CallResult,
  readFrame,
  writeCallError,
  writeCallResult,
} from '../ocpp/frame.ts'
import { type Reading, readLeniently, readStrictly } from '../ocpp/schema.ts'
import { shorten } from '../ocpp/shorten.ts'
import type { Heard, Hearing, Live } from '../store/port.ts'
import { dispatch } from './dispatch.ts'
import { logFrames } from './message-log.ts'
import { settle } from './settle.ts'
import type { CentralSystem } from './system.ts'
import { tick } from './tick.ts'

export type { Via } from '../actions/action.ts'

/** The connection a frame came over, and whose it is: a charge point says neither itself. */
export interface Caller {
  chargePointId: string
  connectionId: string
  /** When the gateway had the frame, where it tells: an answer that had to wait for us is not late. */
  receivedAt?: string
  /** By which way the frame came. */
  via?: Via
}

/**
 * One text frame from a charge point. What comes back is the frame that answers it, or nothing where nothing may be
 * answered. Never throws for anything a charge point sent; every CALL is answered.
 */
export async function receive(
  system: CentralSystem,
  caller: Caller,
  text: string,
): Promise<string | undefined> {
  const frame = readFrame(text)
  switch (frame.kind) {
    case 'Call':
      return answer(system, caller, frame, text)
    case 'CallResult':
    case 'CallError':
      await settleAndLog(system, caller, frame, text).catch((error: unknown) =>
        system.log.error('an answer could not be settled', { ...caller, messageId: frame.messageId, error }),
      )
      return undefined
    case 'BrokenCall': {
      system.count('CallErrors')
      const answer = writeCallError(frame.messageId, frame.error)
      await noteBrokenFrame(system, caller, frame.error.description, [text, answer])
      return answer
    }
    case 'Unreadable':
      await noteBrokenFrame(system, caller, frame.reason, [text])
      return undefined
  }
}

async function settleAndLog(
  system: CentralSystem,
  caller: Caller,
  frame: CallResult | CallError,
  text: string,
): Promise<void> {
  const at = caller.receivedAt ?? system.clock().toISOString()
  let settled: Awaited<ReturnType<typeof settle>> = {}
  try {
    settled = await settle(system, caller, frame)
  } finally {
    const { call, live = await system.store.getLive(caller.chargePointId) } = settled
    // It may echo the secret of the call.
    const echoes = frame.kind === 'CallError' && call?.sealed !== undefined
    const shown = echoes ? JSON.stringify([4, frame.messageId, frame.code, '', {}]) : text
    const { connectionId } = caller
    await logFrames(system, live, [{ connectionId, direction: 'in', frame: shown, at }])
  }
}

/** A frame that came, and the one that answers it. */
function logExchange(
  system: CentralSystem,
  { connectionId, receivedAt }: Caller,
  live: Live | undefined,
  [frame, answer]: [string, string?],
): Promise<void> {
  return logFrames(system, live, [
    { connectionId, direction: 'in', frame, ...(receivedAt === undefined ? {} : { at: receivedAt }) },
    ...(answer === undefined ? [] : [{ connectionId, direction: 'out' as const, frame: answer }]),
  ])
}

async function noteBrokenFrame(
  system: CentralSystem,
  caller: Caller,
  reason: string,
  exchange: [string, string?],
): Promise<void> {
  const { store, clock, log } = system
  log.warn('a broken frame', { ...caller, reason })
  const violation = { action: '', path: '', message: reason }
  const hearing = await store
    .hear({ ...caller, at: clock().toISOString(), violation })
    .catch((error: unknown) => log.error('a broken frame could not be noted', { ...caller, error }))
  if (hearing?.known) await logExchange(system, caller, hearing.live, exchange)
}

/** The one funnel: whatever goes wrong in answering becomes a CALLERROR here. */
async function answer(system: CentralSystem, caller: Caller, call: Call, frame: string): Promise<string> {
  const { chargePointId, connectionId } = caller
  const at = system.clock().toISOString()
  const row = STATION_ACTIONS.get(call.action)
  const reading = row && readLeniently(row.request, call.payload)
  try {
    const { live, current } = present(
      await system.store.hear(hearing(row, reading, { chargePointId, connectionId, at }, call.action)),
    )
    const text = await perform(system, { call, row, reading, live, at, via: caller.via }).then(
      (response) => writeCallResult(call.messageId, response),
      (error: unknown) => refusal(system, caller, call, error),
    )
    await logExchange(system, caller, live, [frame, text])
    if (!current || live.connection === undefined) await partWith(system, caller, text)
    return text
  } catch (error) {
    return refusal(system, caller, call, error)
  }
}

function refusal(system: CentralSystem, caller: Caller, { action, messageId }: Call, error: unknown): string {
  system.count('CallErrors')
  if (error instanceof OcppError) return writeCallError(messageId, error)
  system.log.error('a CALL could not be answered', { ...caller, action, messageId, error })
  return writeCallError(messageId, new OcppError('InternalError'))
}

/**
 * A station that talks over a connection that is not its current one would be answered for hours, and never be called. It
 * is answered and hung up on, so that it dials again.
 */
async function partWith({ push, log }: CentralSystem, caller: Caller, text: string): Promise<void> {
  const { connectionId } = caller
  try {
    if ((await push.send(connectionId, text)) === 'sent') await push.close(connectionId)
  } catch (error) {
    log.warn('a replaced connection could not be closed', { ...caller, error })
  }
}

interface Asked {
  call: Call
  row: StationAction | undefined
  reading: Reading<unknown> | undefined
  live: Live
  at: string
  via: Via | undefined
}

async function perform(
  system: CentralSystem,
  { call, row, reading, live, at, via }: Asked,
): Promise<unknown> {
  const { store, depot, settings } = system
  const { chargePointId } = live
  if (live.registrationStatus !== 'Accepted' && !row?.beforeAcceptance) {
    await sendNext(system, live)
    throw new OcppError('SecurityError', 'the charge point is not accepted')
  }
  if (!row || !reading) throw notServed(call.action)
  if (!row.answer) throw new OcppError('NotSupported', `${call.action} is not supported`)
  if (!reading.ok) throw reading.error
  if (reading.breach && live.strict) throw reading.breach
  const context = { chargePointId, receivedAt: at, live, store, depot, settings, ...(via ? { via } : {}) }
  const response = await row.answer(reading.value, context)
  const checked = readStrictly(row.response, response)
  if (!checked.ok)
    throw new Error(`our own ${call.action}.conf breaks its schema: ${checked.error.description}`)
  if (row.beforeAcceptance) await attendLater(system, live)
  else await sendNext(system, live)
  return checked.value
}

/** OCPP-J table 7: NotSupported is an action we know, but do not take from a charge point. */
function notServed(action: string): OcppError {
  return CENTRAL_SYSTEM_ACTIONS.has(action)
    ? new OcppError('NotSupported', `${action} is for charge points to take`)
    : new OcppError('NotImplemented', `${action} is not known`)
}

function hearing(
  row: StationAction | undefined,
  reading: Reading<unknown> | undefined,
  heard: Heard,
  action: string,
): Heard {
  const change = reading?.ok
    ? row?.hear?.(reading.value, { chargePointId: heard.chargePointId, receivedAt: heard.at })
    : undefined
  const first = row ? reading?.violations[0] : { path: '', message: 'the action is not known' }
  const violation = first && {
    action: shorten(action, 50),
    path: shorten(first.path, 100),
    message: shorten(first.message, 100),
  }
  return { ...heard, ...(change ? { change } : {}), ...(violation ? { violation } : {}) }
}

function present(hearing: Hearing): Extract<Hearing, { known: true }> {
  if (!hearing.known) throw new OcppError('SecurityError', 'the charge point is not registered')
  return hearing
}

/** What a tick would have done is done now if the tick did not come: a call whose time is up ends, and the next one leaves. */
async function sendNext(system: CentralSystem, live: Live): Promise<void> {
  const { chargePointId, inFlight, queue } = live
  const overdue = inFlight !== undefined && inFlight.deadline < system.clock().toISOString()
  if (!overdue && queue.length === 0) return
  const due = overdue
    ? tick(system, { chargePointId, messageId: inFlight.messageId })
    : dispatch(system, live)
  await due.catch((error: unknown) =>
    system.log.error('a queued call could not be sent', { chargePointId, error }),
  )
}

/** Seconds a charge point is left alone after its boot: fragile ones restart when they are called before it is answered. */
const QUIET_AFTER_BOOT = 3

async function attendLater(system: CentralSystem, { chargePointId, connection }: Live): Promise<void> {
  if (!connection) return
  const { connectionId } = connection
  await system
    .wake({ chargePointId, connectionId, after: 'boot' }, QUIET_AFTER_BOOT)
    .catch((error: unknown) => system.log.warn('no tick could be set', { chargePointId, error }))
}
