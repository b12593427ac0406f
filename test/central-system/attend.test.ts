import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { settingsNow } from '../../lib/central-system/configuration.ts'
import { onboardingNow } from '../../lib/central-system/onboarding.ts'
import { tick } from '../../lib/central-system/tick.ts'
import { aChargePoint, startSystem, type TestChargePoint, type TestSystem } from '../support/system.ts'

const BOOT = { chargePointVendor: 'V', chargePointModel: 'M' }

describe('a charge point that has connected or booted', () => {
  let test: TestSystem
  beforeAll(async () => {
    test = await startSystem()
  })
  afterAll(() => test.stop())

  /** Every tick set for it comes after its delay; the calls it was sent meanwhile. */
  const pass = async ({ chargePointId, connectionId }: TestChargePoint) => {
    const from = test.pushed.length
    for (let round = 0; round < 3; round++) {
      const due = test.ticks
        .filter((each) => each.chargePointId === chargePointId && 'after' in each)
        .sort((a, b) => a.afterSeconds - b.afterSeconds)
      for (const each of due) test.ticks.splice(test.ticks.indexOf(each), 1)
      if (due.length > 0) test.clock.advance(Math.max(...due.map(({ afterSeconds }) => afterSeconds)))
      for (const each of due) await tick(test.system, each)
    }
    return test.pushed
      .slice(from)
      .filter((each) => each.connectionId === connectionId)
      .map(({ frame }) => JSON.parse(frame) as [number, string, string, Record<string, unknown>])
  }

  describe('its configuration', () => {
    it('is read once after a boot, not before it had its moment of quiet', async () => {
      const chargePoint = await aChargePoint(test)
      await chargePoint.call('BootNotification', BOOT)
      expect(
        test.ticks.filter(({ chargePointId }) => chargePointId === chargePoint.chargePointId),
      ).toMatchObject([
        { after: 'connect', afterSeconds: 10 },
        { after: 'boot', afterSeconds: 3 },
      ])
      const [call, ...more] = await pass(chargePoint)
      expect(call?.slice(2)).toEqual(['GetConfiguration', {}])
      expect(more).toEqual([])
      await chargePoint.answer(call?.[1] as string, {
        configurationKey: [{ key: 'A', readonly: false, value: '1' }],
      })
      expect((await test.store.getConfiguration(chargePoint.chargePointId))?.keys).toMatchObject({
        A: { value: '1' },
      })
      expect(await pass(chargePoint)).toEqual([])
    })

    it('is read again after the next boot, and of one that never boots once a day', async () => {
      const chargePoint = await aChargePoint(test)
      const read = async () => {
        const [call] = await pass(chargePoint)
        if (call) await chargePoint.answer(call[1], { configurationKey: [] })
        return call?.[2]
      }
      await chargePoint.call('Heartbeat')
      expect(await read()).toBeUndefined()
      test.clock.advance(1)
      await chargePoint.connect()
      test.clock.advance(1)
      await chargePoint.call('Heartbeat')
      expect(await read()).toBe('GetConfiguration')
      await chargePoint.connect()
      test.clock.advance(1)
      await chargePoint.call('Heartbeat')
      expect(await read()).toBeUndefined()
      test.clock.advance(25 * 3600)
      await chargePoint.connect()
      test.clock.advance(1)
      await chargePoint.call('Heartbeat')
      expect(await read()).toBe('GetConfiguration')
      test.clock.advance(1)
      await chargePoint.call('BootNotification', BOOT)
      expect(await read()).toBe('GetConfiguration')
    })

    it('is not asked for again at once where it was not answered', async () => {
      const chargePoint = await aChargePoint(test)
      await chargePoint.call('BootNotification', BOOT)
      expect(await pass(chargePoint)).toHaveLength(1)
      await chargePoint.connect()
      await chargePoint.call('BootNotification', BOOT)
      expect(await pass(chargePoint)).toEqual([])
      test.clock.advance(600)
      await chargePoint.call('BootNotification', BOOT)
      expect(await pass(chargePoint)).toHaveLength(1)
    })

    it('is not read over a connection that is not the current one, nor of a Rejected charge point', async () => {
      const chargePoint = await aChargePoint(test)
      await chargePoint.call('BootNotification', BOOT)
      const [stale] = test.ticks.splice(-1)
      await chargePoint.connect()
      if (stale) await tick(test.system, stale)
      expect(test.pushed.filter(({ connectionId }) => connectionId === chargePoint.connectionId)).toEqual([])
      const rejected = await aChargePoint(test, { status: 'Rejected' })
      await rejected.call('BootNotification', BOOT)
      expect(await pass(rejected)).toEqual([])
    })

    it('needs no reboot any more after a boot', () => {
      const keys = {
        A: { value: '1', readonly: false, rebootRequired: true, askedAt: '2026-03-01T08:00:00.000Z' },
      }
      const known = { at: '2026-03-01T08:00:00.000Z', keys }
      expect(settingsNow(known, '2026-03-01T07:00:00.000Z').keys.A).toHaveProperty('rebootRequired', true)
      expect(settingsNow(known, '2026-03-01T09:00:00.000Z').keys.A).not.toHaveProperty('rebootRequired')
    })
  })

  describe('Pending, with a configuration that it is wanted to have', () => {
    const wantedConfiguration = { HeartbeatInterval: '300', MeterValueSampleInterval: '60' }
    const aPending = () => aChargePoint(test, { status: 'Pending', wantedConfiguration })
    const boot = (chargePoint: TestChargePoint) => chargePoint.call('BootNotification', BOOT)
    beforeAll(() => {
      test.system.settings.readConfigurationAfter = 0
    })
    afterAll(() => {
      test.system.settings.readConfigurationAfter = 10
    })

    it('is given it key by key, made to boot, and accepted', async () => {
      const chargePoint = await aPending()
      const { chargePointId, connectionId } = chargePoint
      expect(await boot(chargePoint)).toMatchObject({ status: 'Pending' })
      await pass(chargePoint)
      const next = () => {
        const { frame = '[]' } = test.pushed.findLast((each) => each.connectionId === connectionId) ?? {}
        return JSON.parse(frame)
      }
      for (const [key, value] of Object.entries(wantedConfiguration)) {
        expect(next().slice(2)).toEqual(['ChangeConfiguration', { key, value }])
        await chargePoint.answer(next()[1], { status: 'Accepted' })
      }
      expect(next().slice(2)).toEqual(['TriggerMessage', { requestedMessage: 'BootNotification' }])
      await chargePoint.answer(next()[1], { status: 'Accepted' })
      expect(await onboardingNow(test.system, chargePointId)).toMatchObject({ status: 'Triggering' })
      expect(await boot(chargePoint)).toMatchObject({ status: 'Accepted' })
      expect(await test.store.getChargePoint(chargePointId)).toMatchObject({ registrationStatus: 'Accepted' })
      expect(await onboardingNow(test.system, chargePointId)).toMatchObject({
        status: 'Accepted',
        steps: [{ result: 'Accepted' }, { result: 'Accepted' }],
      })
    })

    it('stays Pending where it does not take a key, shows why, and tries again at its next boot', async () => {
      const chargePoint = await aPending()
      const { chargePointId } = chargePoint
      await boot(chargePoint)
      const [change] = await pass(chargePoint)
      await chargePoint.answer(change?.[1] as string, { status: 'NotSupported' })
      const failed = await onboardingNow(test.system, chargePointId)
      expect(failed).toMatchObject({
        status: 'Failed',
        failure: 'HeartbeatInterval: NotSupported',
        steps: [{ key: 'HeartbeatInterval', result: 'NotSupported' }, { key: 'MeterValueSampleInterval' }],
      })
      expect(await boot(chargePoint)).toMatchObject({ status: 'Pending' })
      expect((await pass(chargePoint))[0]?.[2]).toBe('ChangeConfiguration')
      expect((await onboardingNow(test.system, chargePointId))?.runId).not.toBe(failed?.runId)
    })

    it('that does not follow the trigger shows it, and is accepted with its next boot', async () => {
      const chargePoint = await aChargePoint(test, {
        status: 'Pending',
        wantedConfiguration: { HeartbeatInterval: '300' },
      })
      await boot(chargePoint)
      const [change] = await pass(chargePoint)
      await chargePoint.answer(change?.[1] as string, { status: 'Accepted' })
      const { chargePointId } = chargePoint
      const { triggerMessageId = '' } = (await onboardingNow(test.system, chargePointId)) ?? {}
      await chargePoint.answer(triggerMessageId, { status: 'Rejected' })
      expect(await onboardingNow(test.system, chargePointId)).toMatchObject({
        status: 'Triggering',
        failure: 'TriggerMessage: Rejected; it is accepted with its next boot',
      })
      expect(await boot(chargePoint)).toMatchObject({ status: 'Accepted' })
    })

    it('that does not answer has failed by the deadline, whether or not a tick comes', async () => {
      const chargePoint = await aPending()
      await boot(chargePoint)
      await pass(chargePoint)
      test.clock.advance(60)
      expect(await onboardingNow(test.system, chargePoint.chargePointId)).toMatchObject({
        status: 'Failed',
        failure: 'HeartbeatInterval: TimedOut',
      })
    })

    it('is not accepted by itself where nothing is wanted of it', async () => {
      const chargePoint = await aChargePoint(test, { status: 'Pending' })
      await boot(chargePoint)
      expect(await pass(chargePoint)).toEqual([])
      expect(await boot(chargePoint)).toMatchObject({ status: 'Pending' })
    })
  })
})
