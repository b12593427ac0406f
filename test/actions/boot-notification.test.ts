import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answersAll } from '../support/payloads.ts'
import { aChargePoint, startSystem, type TestSystem } from '../support/system.ts'

const boot = { chargePointVendor: 'Vendor', chargePointModel: 'Model' }

describe('BootNotification (§4.2)', () => {
  let test: TestSystem
  beforeAll(async () => {
    test = await startSystem()
  })
  afterAll(() => test.stop())

  it('takes what stations send', async () => {
    await answersAll(await aChargePoint(test), 'BootNotification', [
      ['the least', boot, { status: 'Accepted', interval: 300 }],
      ['empty iccid and imsi', { ...boot, iccid: '', imsi: '' }, { status: 'Accepted' }],
      [
        'a serial number of 30 characters',
        { ...boot, chargePointSerialNumber: 'S'.repeat(30) },
        { status: 'Accepted' },
      ],
      ['nulls for what is absent', { ...boot, meterType: null }, { status: 'Accepted' }],
      ['an unknown property', { ...boot, colour: 'red' }, { status: 'Accepted' }],
      ['no vendor', { chargePointModel: 'Model' }, 'OccurenceConstraintViolation'],
      ['a vendor that is an object', { ...boot, chargePointVendor: {} }, 'TypeConstraintViolation'],
    ])
  })

  it('answers the registration status with the time and the interval', async () => {
    for (const status of ['Accepted', 'Pending', 'Rejected'] as const) {
      const chargePoint = await aChargePoint(test, { status })
      expect(await chargePoint.call('BootNotification', boot)).toEqual({
        status,
        currentTime: test.clock.iso(),
        interval: 300,
      })
    }
  })

  it("keeps the charge point's own heartbeat interval, 0 too", async () => {
    for (const heartbeatInterval of [0, 60]) {
      const chargePoint = await aChargePoint(test, { heartbeatInterval })
      expect(await chargePoint.call('BootNotification', boot)).toMatchObject({ interval: heartbeatInterval })
    }
  })

  it('keeps what the station says of itself', async () => {
    const chargePoint = await aChargePoint(test)
    await chargePoint.call('BootNotification', { ...boot, firmwareVersion: '1.2' })
    const { boot: kept } = (await test.store.getChargePoint(chargePoint.chargePointId)) ?? {}
    expect(kept).toEqual({ ...boot, firmwareVersion: '1.2', at: test.clock.iso() })
  })

  it('before acceptance is the only message that is served', async () => {
    for (const status of ['Pending', 'Rejected'] as const) {
      const chargePoint = await aChargePoint(test, { status })
      for (const action of [
        'Heartbeat',
        'Authorize',
        'StartTransaction',
        'MeterValues',
        'DataTransfer',
        'NoSuchAction',
      ]) {
        expect((await chargePoint.call(action, {}))[0]).toBe('SecurityError')
      }
      expect(await chargePoint.call('BootNotification', boot)).toMatchObject({ status })
    }
  })

  it('is not asked for again: acceptance belongs to the charge point, not to the socket', async () => {
    const chargePoint = await aChargePoint(test)
    expect(await chargePoint.call('Heartbeat')).toEqual({ currentTime: test.clock.iso() })
    await chargePoint.connect()
    expect(await chargePoint.call('Heartbeat')).toEqual({ currentTime: test.clock.iso() })
  })

  it('is refused for a charge point that was deleted while connected', async () => {
    const chargePoint = await aChargePoint(test)
    await test.store.deleteChargePoint(chargePoint.chargePointId)
    expect((await chargePoint.call('BootNotification', boot))[0]).toBe('SecurityError')
  })

  describe('of a Pending charge point with a configuration it is to have', () => {
    const wantedConfiguration = { HeartbeatInterval: '60' }
    const onboarding = async (
      status: 'Configuring' | 'Triggering' | 'Failed',
      wanted: object = wantedConfiguration,
      given: object = wanted,
    ) => {
      const chargePoint = await aChargePoint(test, {
        status: 'Pending',
        wantedConfiguration: { ...wanted },
      })
      const { chargePointId } = chargePoint
      const at = test.clock.iso()
      const steps = Object.entries(given).map(([key, value]) => ({ key, value, result: 'Accepted' }))
      const run = { chargePointId, runId: 'run', status, startedAt: at, updatedAt: at, steps, version: 1 }
      await test.store.saveOnboarding(run)
      return chargePoint
    }

    it('is answered Accepted once it has all of it', async () => {
      const chargePoint = await onboarding('Triggering')
      expect(await chargePoint.call('BootNotification', boot)).toMatchObject({ status: 'Accepted' })
      expect(await test.store.getOnboarding(chargePoint.chargePointId)).toMatchObject({
        status: 'Accepted',
        version: 2,
      })
      expect(await chargePoint.call('Heartbeat')).toEqual({ currentTime: test.clock.iso() })
      expect(await chargePoint.call('BootNotification', boot)).toMatchObject({ status: 'Accepted' })
    })

    it('is answered Pending until then, and where nothing is wanted of it', async () => {
      for (const chargePoint of [
        await onboarding('Configuring'),
        await onboarding('Failed'),
        await onboarding('Triggering', {}),
        await onboarding('Triggering', wantedConfiguration, {}),
        await onboarding('Triggering', wantedConfiguration, { HeartbeatInterval: '30' }),
        await onboarding('Triggering', wantedConfiguration, { ...wantedConfiguration, Other: '1' }),
        await onboarding('Triggering', { ...wantedConfiguration, Other: '1' }, wantedConfiguration),
        await aChargePoint(test, { status: 'Pending', wantedConfiguration }),
      ])
        expect(await chargePoint.call('BootNotification', boot)).toMatchObject({ status: 'Pending' })
    })
  })
})
