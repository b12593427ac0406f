import type { StationAction } from '../actions/action.ts'
import { CENTRAL_SYSTEM_ACTIONS, STATION_ACTIONS } from '../actions/index.ts'
import { OcppError } from '../ocpp/error.ts'
import { type Call, readFrame, writeCallError, writeCallResult } from '../ocpp/frame.ts'
import { type Reading, readLeniently, readStrictly } from '../ocpp/schema.ts'
import type { Heard, Hearing, Live } from '../store/port.ts'
import { dispatch } from './dispatch.ts'
import { settle } from './settle.ts'
import type { CentralSystem } from './system.ts'

/** The connection a frame came over, and whose it is: a charge point says neither itself. */
export interface Caller {
  chargePointId: string
  connectionId: string
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
      return answer(system, caller, frame)
    case 'CallResult':
    case 'CallError':
      await settle(system, caller, frame).catch((error: unknown) =>
        system.log.error('an answer could not be settled', { ...caller, messageId: frame.messageId, error }),
      )
      return undefined
    case 'BrokenCall':
      await noteBrokenFrame(system, caller, frame.error.description)
      return writeCallError(frame.messageId, frame.error)
    case 'Unreadable':
      await noteBrokenFrame(system, caller, frame.reason)
      return undefined
  }
}

async function noteBrokenFrame(
  { store, clock, log }: CentralSystem,
  caller: Caller,
  reason: string,
): Promise<void> {
  log.warn('a broken frame', { ...caller, reason })
  const violation = { action: '', path: '', message: reason }
  await store
    .hear({ ...caller, at: clock().toISOString(), violation })
    .catch((error: unknown) => log.error('a broken frame could not be noted', { ...caller, error }))
}

/** The one funnel: whatever goes wrong in answering becomes a CALLERROR here. */
async function answer(system: CentralSystem, caller: Caller, call: Call): Promise<string> {
  const { chargePointId, connectionId } = caller
  const at = system.clock().toISOString()
  const row = STATION_ACTIONS.get(call.action)
  const reading = row && readLeniently(row.request, call.payload)
  try {
    const { live, current } = present(
      await system.store.hear(hearing(row, reading, { chargePointId, connectionId, at }, call.action)),
    )
    const text = await perform(system, { call, row, reading, live, at }).then(
      (response) => writeCallResult(call.messageId, response),
      (error: unknown) => refusal(system, caller, call, error),
    )
    if (!current || live.connection === undefined) await partWith(system, caller, text)
    return text
  } catch (error) {
    return refusal(system, caller, call, error)
  }
}

function refusal(system: CentralSystem, caller: Caller, { action, messageId }: Call, error: unknown): string {
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
}

async function perform(system: CentralSystem, { call, row, reading, live, at }: Asked): Promise<unknown> {
  const { store, settings } = system
  const { chargePointId } = live
  if (live.registrationStatus !== 'Accepted' && !row?.beforeAcceptance) {
    await sendNext(system, live)
    throw new OcppError('SecurityError', 'the charge point is not accepted')
  }
  if (!row || !reading) throw notServed(call.action)
  if (!row.answer) throw new OcppError('NotSupported', `${call.action} is not supported`)
  if (!reading.ok) throw reading.error
  if (reading.breach && live.strict) throw reading.breach
  const response = await row.answer(reading.value, { chargePointId, receivedAt: at, live, store, settings })
  const checked = readStrictly(row.response, response)
  if (!checked.ok)
    throw new Error(`our own ${call.action}.conf breaks its schema: ${checked.error.description}`)
  if (row.beforeAcceptance) await sendNextLater(system, live)
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
    action: action.slice(0, 50),
    path: first.path.slice(0, 100),
    message: first.message.slice(0, 100),
  }
  return { ...heard, ...(change ? { change } : {}), ...(violation ? { violation } : {}) }
}

function present(hearing: Hearing): Extract<Hearing, { known: true }> {
  if (!hearing.known) throw new OcppError('SecurityError', 'the charge point is not registered')
  return hearing
}

async function sendNext(system: CentralSystem, live: Live): Promise<void> {
  if (live.queue.length === 0) return
  await dispatch(system, live).catch((error: unknown) =>
    system.log.error('a queued call could not be sent', { chargePointId: live.chargePointId, error }),
  )
}

/** Seconds a charge point is left alone after its boot: fragile ones restart when they are called before it is answered. */
const QUIET_AFTER_BOOT = 3

async function sendNextLater({ wake, log }: CentralSystem, { chargePointId, queue }: Live): Promise<void> {
  const [messageId] = queue
  if (messageId === undefined) return
  await wake({ chargePointId, messageId }, QUIET_AFTER_BOOT).catch((error: unknown) =>
    log.warn('no tick could be set', { chargePointId, messageId, error }),
  )
}
