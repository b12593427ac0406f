import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clear, install } from '../../lib/actions/profiles.ts'
import type { InstalledProfile } from '../../lib/store/port.ts'
import { aChargePoint, startSystem, type TestChargePoint, type TestSystem } from '../support/system.ts'
import { ask, askAndAnswer, refusedFor, settleAgain } from './asking.ts'

const entry = (connectorId: number, id: number, purpose: string, stackLevel = 0): InstalledProfile => ({
  connectorId,
  profile: { chargingProfileId: id, chargingProfilePurpose: purpose, stackLevel },
  at: '2026-03-01T08:00:00.000Z',
  messageId: 'call',
})
const ids = (installed: InstalledProfile[]) => installed.map(({ profile }) => profile.chargingProfileId)

describe('the profiles a charge point has', () => {
  const installed = [
    entry(0, 1, 'ChargePointMaxProfile'),
    entry(0, 2, 'TxDefaultProfile'),
    entry(1, 3, 'TxDefaultProfile'),
    entry(1, 4, 'TxDefaultProfile', 1),
    entry(1, 5, 'TxProfile'),
    entry(2, 6, 'TxProfile'),
  ]

  it.each([
    ['another one', entry(2, 9, 'TxDefaultProfile'), [1, 2, 3, 4, 5, 6, 9]],
    ['the same id', entry(1, 3, 'TxDefaultProfile'), [1, 2, 4, 5, 6, 3]],
    ['the same id on another connector', entry(2, 3, 'TxDefaultProfile', 7), [1, 2, 4, 5, 6, 3]],
    ['the same purpose and level', entry(1, 9, 'TxDefaultProfile', 1), [1, 2, 3, 5, 6, 9]],
    ['the same purpose and level elsewhere', entry(2, 9, 'TxDefaultProfile', 1), [1, 2, 3, 4, 5, 6, 9]],
    ['an id and a level at once', entry(1, 4, 'TxDefaultProfile', 0), [1, 2, 5, 6, 4]],
  ])('%s is set', (_, next, expected) => {
    expect(ids(install(installed, next))).toEqual(expected)
  })

  it.each([
    ['all', {}, []],
    ['an id', { id: 4 }, [1, 2, 3, 5, 6]],
    ['an id, whatever else is given', { id: 4, connectorId: 2, stackLevel: 9 }, [1, 2, 3, 5, 6]],
    ['an id of none', { id: 99 }, [1, 2, 3, 4, 5, 6]],
    ['connector 0: its own only', { connectorId: 0 }, [3, 4, 5, 6]],
    ['a connector', { connectorId: 1 }, [1, 2, 6]],
    ['a purpose', { chargingProfilePurpose: 'TxProfile' }, [1, 2, 3, 4]],
    ['a level', { stackLevel: 1 }, [1, 2, 3, 5, 6]],
    [
      'all criteria at once',
      { connectorId: 1, chargingProfilePurpose: 'TxDefaultProfile', stackLevel: 0 },
      [1, 2, 4, 5, 6],
    ],
  ])('%s is cleared', (_, criteria, expected) => {
    expect(ids(clear(installed, criteria))).toEqual(expected)
  })
})

describe('SetChargingProfile and ClearChargingProfile (§5.16, §5.5)', () => {
  let test: TestSystem
  beforeAll(async () => {
    test = await startSystem()
  })
  afterAll(() => test.stop())

  const profile = (more: object = {}) => ({
    chargingProfileId: 1,
    stackLevel: 0,
    chargingProfilePurpose: 'TxDefaultProfile',
    chargingProfileKind: 'Absolute',
    chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 16 }] },
    ...more,
  })
  const setting = (connectorId: number, more: object = {}) => ({
    connectorId,
    csChargingProfiles: profile(more),
  })
  const installedAt = ({ chargePointId }: TestChargePoint) => test.store.listInstalledProfiles(chargePointId)

  it.each([
    ['a TxProfile for connector 0', setting(0, { chargingProfilePurpose: 'TxProfile' }), ['connectorId']],
    [
      'a ChargePointMaxProfile for one connector',
      setting(1, { chargingProfilePurpose: 'ChargePointMaxProfile' }),
      ['connectorId'],
    ],
    [
      'a Recurring one without its rhythm',
      setting(1, { chargingProfileKind: 'Recurring' }),
      ['csChargingProfiles.recurrencyKind'],
    ],
    [
      'one that ends before it begins',
      setting(1, { validFrom: '2026-03-02T00:00:00Z', validTo: '2026-03-01T00:00:00Z' }),
      ['csChargingProfiles.validTo'],
    ],
    ['nothing', { connectorId: 1 }, ['csChargingProfiles']],
    ['nonsense', { connectorId: 1, csChargingProfiles: 'full power' }, ['csChargingProfiles']],
  ])('does not send %s', async (_, payload, paths) => {
    expect(await refusedFor(test, await aChargePoint(test), 'SetChargingProfile', payload)).toEqual(paths)
  })

  it('sends one that repeats, and one that is valid for a while', async () => {
    const chargePoint = await aChargePoint(test)
    for (const more of [
      { chargingProfileKind: 'Recurring', recurrencyKind: 'Daily' },
      { validFrom: '2026-03-01T00:00:00Z', validTo: '2026-03-02T00:00:00Z' },
      { validTo: '2026-03-02T00:00:00Z' },
    ])
      expect((await ask(test, chargePoint, 'SetChargingProfile', setting(1, more))).composed).toBeUndefined()
  })

  it('names the running transaction in a TxProfile that names none', async () => {
    const chargePoint = await aChargePoint(test)
    const payload = { connectorId: 1, idTag: 'TAG', meterStart: 0, timestamp: test.clock.iso() }
    const { transactionId } = await chargePoint.call('StartTransaction', payload)
    const sent = async (connectorId: number, more: object = {}) =>
      (
        await ask(
          test,
          chargePoint,
          'SetChargingProfile',
          setting(connectorId, { chargingProfilePurpose: 'TxProfile', ...more }),
        )
      ).payload.csChargingProfiles
    expect(await sent(1)).toMatchObject({ transactionId })
    expect(await sent(1, { transactionId: 7 })).toMatchObject({ transactionId: 7 })
    expect(await sent(2)).not.toHaveProperty('transactionId')
  })

  it.each(['Rejected', 'NotSupported'])('answered %s changes nothing', async (status) => {
    const chargePoint = await aChargePoint(test)
    await askAndAnswer(test, chargePoint, 'SetChargingProfile', setting(1), { status })
    expect(await installedAt(chargePoint)).toEqual([])
  })

  it('keeps the set of what is installed, once however often it is settled', async () => {
    const chargePoint = await aChargePoint(test)
    const call = await askAndAnswer(test, chargePoint, 'SetChargingProfile', setting(0), {
      status: 'Accepted',
    })
    await askAndAnswer(test, chargePoint, 'SetChargingProfile', setting(1, { chargingProfileId: 2 }), {
      status: 'Accepted',
    })
    const { messageId } = call
    expect(await installedAt(chargePoint)).toMatchObject([
      { connectorId: 0, profile: profile(), at: test.clock.iso(), messageId },
      { connectorId: 1, profile: { chargingProfileId: 2 } },
    ])
    await settleAgain(test, call, { status: 'Accepted' })
    expect(ids(await installedAt(chargePoint)).sort()).toEqual([1, 2])
  })

  it('clears by criteria, also what the charge point says it never had', async () => {
    const chargePoint = await aChargePoint(test)
    for (const id of [1, 2, 3]) {
      const payload = setting(id, { chargingProfileId: id })
      await askAndAnswer(test, chargePoint, 'SetChargingProfile', payload, { status: 'Accepted' })
    }
    const clearing = (criteria: object, status: string) =>
      askAndAnswer(test, chargePoint, 'ClearChargingProfile', criteria, { status })
    await clearing({ id: 1 }, 'Accepted')
    expect(ids(await installedAt(chargePoint))).toEqual([2, 3])
    await clearing({ connectorId: 2 }, 'Unknown')
    expect(ids(await installedAt(chargePoint))).toEqual([3])
    await clearing({}, 'Accepted')
    expect(await installedAt(chargePoint)).toEqual([])
  })
})
