import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clear, install } from '../../lib/actions/profiles.ts'
import type { InstalledProfile } from '../../lib/store/port.ts'
import { aChargePoint, startSystem, type TestChargePoint, type TestSystem } from '../support/system.ts'
import { ask, askAndAnswer, refusedFor, settleAgain } from './asking.ts'

const AT = '2026-03-01T08:00:00.000Z'
const BEFORE = '2026-03-01T07:59:00.000Z'

const entry = (connectorId: number, id: number, purpose: string, stackLevel = 0, askedAt = AT) => ({
  connectorId,
  profile: { chargingProfileId: id, chargingProfilePurpose: purpose, stackLevel },
  askedAt,
  at: AT,
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
    expect(ids(install({ profiles: installed, cleared: [] }, next).profiles)).toEqual(expected)
  })

  it.each([
    ['of the same id', entry(1, 3, 'TxDefaultProfile', 0, BEFORE), [1, 2, 3, 4, 5, 6]],
    ['of the same purpose and level', entry(1, 9, 'TxDefaultProfile', 1, BEFORE), [1, 2, 3, 4, 5, 6]],
    ['that nothing has replaced', entry(3, 9, 'TxDefaultProfile', 0, BEFORE), [1, 2, 3, 4, 5, 6, 9]],
  ])('an earlier one %s is told of late', (_, late, expected) => {
    expect(ids(install({ profiles: installed, cleared: [] }, late).profiles)).toEqual(expected)
  })

  it('what it replaced is gone, although it was replaced itself before it was told of', () => {
    const [old, late] = [entry(1, 1, 'TxDefaultProfile', 0, ''), entry(1, 2, 'TxDefaultProfile', 0, BEFORE)]
    const last = entry(1, 2, 'TxDefaultProfile', 1)
    const told = [last, late].reduce(install, { profiles: [old], cleared: [] })
    expect(ids(told.profiles)).toEqual([2])
    expect(told.profiles).toEqual([last])
  })

  it('a clearing that is told of late leaves what was set after it; what has no instant is old', () => {
    const { askedAt: _, ...old } = entry(1, 8, 'TxDefaultProfile', 5)
    const known = { profiles: [old, ...installed, entry(3, 9, 'TxProfile', 0, BEFORE)], cleared: [] }
    const { profiles, cleared } = clear(known, {}, BEFORE)
    expect(ids(profiles)).toEqual([1, 2, 3, 4, 5, 6])
    expect(cleared).toEqual([{ criteria: {}, askedAt: BEFORE }])
  })

  it('one that is told of late is gone if it was cleared since; that is remembered for a while', () => {
    const known = clear({ profiles: [], cleared: [] }, { stackLevel: 1 }, AT)
    expect(clear(known, { stackLevel: 1 }, AT)).toEqual(known)
    expect(ids(install(known, entry(1, 1, 'TxDefaultProfile', 1, BEFORE)).profiles)).toEqual([])
    expect(ids(install(known, entry(1, 1, 'TxDefaultProfile', 1)).profiles)).toEqual([1])
    expect(ids(install(known, entry(1, 1, 'TxDefaultProfile', 2, BEFORE)).profiles)).toEqual([1])
    const many = Array.from({ length: 30 }, (_, id) => id).reduce((so, id) => clear(so, { id }, AT), known)
    expect(many.cleared).toHaveLength(10)
    expect(many.cleared.at(-1)).toEqual({ criteria: { id: 29 }, askedAt: AT })
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
    expect(ids(clear({ profiles: installed, cleared: [] }, criteria, AT).profiles)).toEqual(expected)
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
    expect(await sent(2, { transactionId: 7 })).toMatchObject({ transactionId: 7 })
  })

  it('does not send a TxProfile where nothing runs and none is named', async () => {
    const chargePoint = await aChargePoint(test)
    const refused = (connectorId: unknown) =>
      refusedFor(test, chargePoint, 'SetChargingProfile', {
        ...setting(1, { chargingProfilePurpose: 'TxProfile' }),
        connectorId,
      })
    expect(await refused(1)).toEqual(['csChargingProfiles.transactionId'])
    expect(await refused('one')).toEqual(['connectorId'])
  })

  it('an answer that comes late undoes nothing that was asked for after it', async () => {
    const chargePoint = await aChargePoint(test)
    const accepted = { status: 'Accepted' }
    const late = await ask(test, chargePoint, 'ClearChargingProfile')
    test.clock.advance(60)
    const first = await ask(test, chargePoint, 'SetChargingProfile', setting(1))
    test.clock.advance(60)
    await askAndAnswer(
      test,
      chargePoint,
      'SetChargingProfile',
      setting(1, { chargingProfileId: 2 }),
      accepted,
    )
    await chargePoint.answer(late.messageId, accepted)
    await chargePoint.answer(first.messageId, accepted)
    expect(ids(await installedAt(chargePoint))).toEqual([2])
    const set = await ask(test, chargePoint, 'SetChargingProfile', setting(2, { chargingProfileId: 3 }))
    test.clock.advance(60)
    await askAndAnswer(test, chargePoint, 'ClearChargingProfile', {}, accepted)
    await chargePoint.answer(set.messageId, accepted)
    expect(await installedAt(chargePoint)).toEqual([])
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
