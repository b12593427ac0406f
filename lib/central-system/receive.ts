import type { StationAction } from '../actions/action.ts'
import { STATION_ACTIONS } from '../actions/index.ts'
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
      system.log.warn('a broken CALL', { ...caller, reason: frame.error.description })
      return writeCallError(frame.messageId, frame.error)
    case 'Unreadable':
      system.log.warn('an unreadable frame', { ...caller, reason: frame.reason })
      return undefined
  }
}

/** The one funnel: whatever goes wrong in answering becomes a CALLERROR here. */
async function answer(system: CentralSystem, caller: Caller, call: Call): Promise<string> {
  try {
    return writeCallResult(call.messageId, await perform(system, caller, call))
  } catch (error) {
    if (error instanceof OcppError) return writeCallError(call.messageId, error)
    const { action, messageId } = call
    system.log.error('a CALL could not be answered', { ...caller, action, messageId, error })
    return writeCallError(messageId, new OcppError('InternalError'))
  }
}

/** identity → row → parse → hear → answer. */
async function perform(
  system: CentralSystem,
  { chargePointId, connectionId }: Caller,
  call: Call,
): Promise<unknown> {
  const { store } = system
  const receivedAt = system.clock().toISOString()
  const row = STATION_ACTIONS.get(call.action)
  const reading = row && readLeniently(row.request, call.payload)
  const live = present(
    await store.hear(hearing(row, reading, { chargePointId, connectionId, at: receivedAt })),
  )
  if (live.registrationStatus !== 'Accepted' && !row?.beforeAcceptance) {
    await sendNext(system, live)
    throw new OcppError('SecurityError', 'the charge point is not accepted')
  }
  if (!row || !reading) throw new OcppError('NotImplemented', `${call.action} is not known`)
  if (!row.answer) throw new OcppError('NotSupported', `${call.action} is not supported`)
  if (!reading.ok) throw reading.error
  if (reading.breach && live.strict) throw reading.breach
  const response = await row.answer(reading.value, {
    chargePointId,
    receivedAt,
    live,
    store,
    settings: system.settings,
  })
  const checked = readStrictly(row.response, response)
  if (!checked.ok)
    throw new Error(`our own ${call.action}.conf breaks its schema: ${checked.error.description}`)
  if (row.beforeAcceptance) await sendNextLater(system, live)
  else await sendNext(system, live)
  return checked.value
}

function hearing(row: StationAction | undefined, reading: Reading<unknown> | undefined, heard: Heard): Heard {
  const change = reading?.ok
    ? row?.hear?.(reading.value, { chargePointId: heard.chargePointId, receivedAt: heard.at })
    : undefined
  const first = reading?.violations[0]
  return {
    ...heard,
    ...(change ? { change } : {}),
    ...(first && row
      ? { violation: { action: row.action, path: first.path, message: first.message.slice(0, 100) } }
      : {}),
  }
}

function present(hearing: Hearing): Live {
  if (!hearing.known) throw new OcppError('SecurityError', 'the charge point is not registered')
  return hearing.live
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
