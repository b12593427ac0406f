import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { onboardingNow } from '../../lib/central-system/onboarding.ts'
import { tick } from '../../lib/central-system/tick.ts'
import { sentTo } from '../actions/asking.ts'
import { aChargePoint, startSystem, type TestChargePoint, type TestSystem } from '../support/system.ts'

const BOOT = { chargePointVendor: 'Vendor', chargePointModel: 'Model' }

describe('the onboarding of a Pending charge point', () => {
  let test: TestSystem
  beforeAll(async () => {
    test = await startSystem()
  })
  afterAll(() => test.stop())

  const boot = async (chargePoint: TestChargePoint): Promise<string> => {
    const { chargePointId, connectionId } = chargePoint
    const { status } = await chargePoint.call('BootNotification', BOOT)
    test.clock.advance(3)
    await tick(test.system, { chargePointId, connectionId, after: 'boot' })
    return status
  }
  /** Answers what was sent to it over its connection and is not answered yet. */
  const answering = (chargePoint: TestChargePoint, response: object) => {
    let answered = 0
    return async () => {
      for (; answered < sentTo(test, chargePoint).length; answered++) {
        test.clock.advance(1)
        await chargePoint.answer(sentTo(test, chargePoint)[answered]?.messageId, response)
      }
    }
  }
  const given = (chargePoint: TestChargePoint) =>
    sentTo(test, chargePoint).map(({ action, payload }) =>
      action === 'ChangeConfiguration' ? `${payload.key}=${payload.value}` : action,
    )

  it('begins anew where something else is wanted by the time it boots', async () => {
    const chargePoint = await aChargePoint(test, { status: 'Pending', wantedConfiguration: { A: '1' } })
    const { chargePointId } = chargePoint
    const answer = answering(chargePoint, { status: 'Accepted' })
    await boot(chargePoint)
    await answer()
    expect(await onboardingNow(test.system, chargePointId)).toMatchObject({ status: 'Triggering' })
    const wantedConfiguration = { A: '2', B: '3' }
    await test.store.updateChargePoint(chargePointId, { wantedConfiguration }, test.clock.iso())
    expect(await boot(chargePoint)).toBe('Pending')
    await answer()
    expect(given(chargePoint)).toEqual(['A=1', 'TriggerMessage', 'A=2', 'B=3', 'TriggerMessage'])
    expect(await boot(chargePoint)).toBe('Accepted')
    expect(await onboardingNow(test.system, chargePointId)).toMatchObject({ status: 'Accepted' })
  })

  it('that has failed names no call that was never made', async () => {
    const chargePoint = await aChargePoint(test, {
      status: 'Pending',
      wantedConfiguration: { A: '1', B: '2' },
    })
    await boot(chargePoint)
    await answering(chargePoint, { status: 'Rejected' })()
    const run = await onboardingNow(test.system, chargePoint.chargePointId)
    expect(run).toMatchObject({
      status: 'Failed',
      failure: 'A: Rejected',
      steps: [{ result: 'Rejected' }, {}],
    })
    expect(run?.steps[1]).toEqual({ key: 'B', value: '2' })
  })
})
