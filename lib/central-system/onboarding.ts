import { areWanted } from '../actions/configuration.ts'
import type { CallRecord, Live, Onboarding, OnboardingStep } from '../store/port.ts'
import { isClosed } from './call.ts'
import { inOrder } from './configuration.ts'
import { derivedMessageId } from './message-id.ts'
import { recordedCall, request } from './request.ts'
import type { CentralSystem } from './system.ts'

/** Who asks for the calls of an onboarding. */
export const ONBOARDING = 'onboarding'

const GOOD_RESULTS: readonly string[] = ['Accepted', 'RebootRequired']

/**
 * A Pending charge point that is wanted to have a configuration has booted: it is given that configuration, key by key,
 * and then made to boot again, which is answered Accepted (§4.2: while Pending the central system may configure it). A key
 * that it does not take ends the run; its next boot begins another.
 */
export async function onboard(
  system: CentralSystem,
  { chargePointId, registrationStatus }: Live,
): Promise<void> {
  if (registrationStatus !== 'Pending') return
  const { store } = system
  const wanted = inOrder((await store.getChargePoint(chargePointId))?.wantedConfiguration ?? {})
  if (wanted.length === 0) return
  const known = await store.getOnboarding(chargePointId)
  const current = known && (await asOfNow(system, known))
  if (current?.status === 'Configuring') return advance(system, current)
  // What it has been given is not what is wanted any more: it is given that.
  if (current?.status === 'Triggering' && areWanted(current.steps, Object.fromEntries(wanted))) return
  const at = system.clock().toISOString()
  const begun: Onboarding = {
    chargePointId,
    runId: system.newMessageId(),
    status: 'Configuring',
    startedAt: at,
    updatedAt: at,
    steps: wanted.map(([key, value]) => ({ key, value })),
    version: (known?.version ?? 0) + 1,
  }
  if (await store.saveOnboarding(begun)) await advance(system, begun)
}

/** A call of an onboarding has ended: the next one follows. */
export async function advanceAfter(
  system: CentralSystem,
  { chargePointId, origin, ...call }: CallRecord,
): Promise<void> {
  if (origin !== ONBOARDING || !isClosed({ chargePointId, ...call })) return
  const known = await system.store.getOnboarding(chargePointId)
  if (known?.status === 'Configuring') await advance(system, await asOfNow(system, known))
}

/** How it stands now: steps whose calls have ended have their results. */
export async function onboardingNow(
  system: CentralSystem,
  chargePointId: string,
): Promise<Onboarding | undefined> {
  const known = await system.store.getOnboarding(chargePointId)
  return known && asOfNow(system, known)
}

async function asOfNow(system: CentralSystem, onboarding: Onboarding): Promise<Onboarding> {
  const { chargePointId } = onboarding
  if (onboarding.status === 'Triggering') {
    const chargePoint = await system.store.getChargePoint(chargePointId)
    if (chargePoint?.registrationStatus === 'Accepted') return { ...onboarding, status: 'Accepted' }
    return { ...onboarding, ...(await triggerFailure(system, onboarding)) }
  }
  if (onboarding.status !== 'Configuring') return onboarding
  const steps = await Promise.all(onboarding.steps.map((step) => stepNow(system, chargePointId, step)))
  const failed = steps.find(({ result }) => result !== undefined && !GOOD_RESULTS.includes(result))
  if (!failed) return { ...onboarding, steps }
  return { ...onboarding, steps, status: 'Failed', failure: `${failed.key}: ${failed.result}` }
}

/** A trigger that is not followed keeps nobody out: the boot that the charge point sends by itself is answered Accepted. */
async function triggerFailure(
  system: CentralSystem,
  { chargePointId, triggerMessageId }: Onboarding,
): Promise<Pick<Onboarding, 'failure'>> {
  if (triggerMessageId === undefined) return {}
  const { result } = await stepNow(system, chargePointId, { key: '', value: '', messageId: triggerMessageId })
  if (result === undefined || result === 'Accepted') return {}
  return { failure: `TriggerMessage: ${result}; it is accepted with its next boot` }
}

async function stepNow(
  system: CentralSystem,
  chargePointId: string,
  step: OnboardingStep,
): Promise<OnboardingStep> {
  if (step.messageId === undefined || step.result !== undefined) return step
  const call = await recordedCall(system, chargePointId, step.messageId)
  if (!call || !isClosed(call)) return step
  const { status } = (call.response ?? {}) as { status?: unknown }
  return { ...step, result: call.status === 'Answered' && typeof status === 'string' ? status : call.status }
}

/** Writes down how far it has come and asks for the next thing. Whoever comes second finds it done. */
async function advance(system: CentralSystem, onboarding: Onboarding): Promise<void> {
  const { chargePointId, runId, status, steps } = onboarding
  const position = steps.findIndex(({ result }) => result === undefined)
  const next = steps[position]
  // Asked for by whoever came first, unless the call was never made.
  const messageId = derivedMessageId(runId, 'onboarding', position)
  const open = next?.messageId !== undefined
  if (open && (await recordedCall(system, chargePointId, messageId))) return
  const saved: Onboarding = {
    ...onboarding,
    version: onboarding.version + 1,
    updatedAt: system.clock().toISOString(),
    ...(status === 'Failed' || next ? {} : { status: 'Triggering', triggerMessageId: messageId }),
    steps: steps.map((step) => (step === next && status !== 'Failed' ? { ...step, messageId } : step)),
  }
  if (!open && !(await system.store.saveOnboarding(saved))) return
  if (status === 'Failed') return
  const wish = next
    ? { action: 'ChangeConfiguration', payload: { key: next.key, value: next.value } }
    : { action: 'TriggerMessage', payload: { requestedMessage: 'BootNotification' } }
  const result = await request(system, chargePointId, {
    ...wish,
    whenOffline: 'queue',
    origin: ONBOARDING,
    messageId,
  })
  if ('refused' in result)
    await fail(system, open ? onboarding : saved, `${next?.key ?? 'TriggerMessage'}: ${result.detail}`)
}

async function fail({ store }: CentralSystem, onboarding: Onboarding, failure: string): Promise<void> {
  await store.saveOnboarding({
    ...onboarding,
    status: 'Failed',
    failure,
    version: onboarding.version + 1,
  })
}
