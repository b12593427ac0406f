import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FactNote, InstalledProfile, Onboarding } from '../../lib/store/port.ts'
import { startSystem, type TestSystem } from '../support/system.ts'

describe('what is in a charge point', () => {
  let test: TestSystem
  beforeAll(async () => {
    test = await startSystem()
  })
  afterAll(() => test.stop())

  const at = '2026-03-01T08:00:00.000Z'
  const later = '2026-03-01T09:00:00.000Z'

  it('a configuration is changed from what it was, and left where nothing changes', async () => {
    const { store } = test
    expect(await store.getConfiguration('C1')).toBeUndefined()
    await store.changeConfiguration(
      'C1',
      (known) => known ?? { at, keys: { A: { value: '1', readonly: false } } },
    )
    const first = { at, keys: { A: { value: '1', readonly: false } } }
    expect(await store.getConfiguration('C1')).toEqual(first)
    let read: unknown
    await store.changeConfiguration('C1', (known) => {
      read = known
      return known ?? { at, keys: {} }
    })
    expect(read).toEqual(first)
    await store.changeConfiguration('C1', () => ({ at: later, keys: {}, unknownKeys: ['B'] }))
    expect(await store.getConfiguration('C1')).toEqual({ at: later, keys: {}, unknownKeys: ['B'] })
  })

  it('changes of a configuration that come at once are all in it', async () => {
    const names = Array.from({ length: 10 }, (_, key) => `Key${key}`)
    await Promise.all(
      names.map((name) =>
        test.store.changeConfiguration('C2', (known) => ({
          at,
          keys: { ...known?.keys, [name]: { value: name, readonly: false, askedAt: at } },
        })),
      ),
    )
    expect(Object.keys((await test.store.getConfiguration('C2'))?.keys ?? {}).sort()).toEqual(names)
  })

  const note = (fact: FactNote) => test.store.noteFact('F1', fact)

  it('a fact stands until the answer to a later call tells otherwise', async () => {
    expect(await test.store.getFacts('F1')).toEqual({ availability: {}, unlocks: {} })
    const inoperative = { type: 'Inoperative', status: 'Scheduled', askedAt: later, at: later } as const
    const operative = { type: 'Operative', status: 'Accepted', askedAt: at, at: later } as const
    for (const _ of [1, 2]) await note({ fact: 'availability', connectorId: 1, value: inoperative })
    await note({ fact: 'availability', connectorId: 1, value: operative })
    await note({ fact: 'availability', connectorId: 0, value: operative })
    const unlocked = { status: 'Unlocked', askedAt: at, at }
    await note({ fact: 'unlock', connectorId: 2, value: unlocked })
    await note({ fact: 'cache', value: { status: 'Rejected', askedAt: at, at } })
    await note({ fact: 'cache', value: { status: 'Accepted', askedAt: later, at: later } })
    await note({ fact: 'reading', value: { askedAt: at, at } })
    expect(await test.store.getFacts('F1')).toEqual({
      availability: { 0: operative, 1: inoperative },
      unlocks: { 2: unlocked },
      cache: { status: 'Accepted', askedAt: later, at: later },
      reading: { askedAt: at, at },
    })
  })

  it('the boot that came of a reset stays when the answer to the reset is settled again', async () => {
    const reset = { messageId: 'M1', type: 'Hard', askedAt: at, at }
    const read = async () => (await test.store.getFacts('F1')).reset
    await note({ fact: 'reset', value: reset })
    await note({ fact: 'reset', value: { ...reset, bootedAt: later } })
    await note({ fact: 'reset', value: reset })
    await note({ fact: 'reset', value: { ...reset, bootedAt: '2026-03-01T10:00:00.000Z' } })
    expect(await read()).toEqual({ ...reset, bootedAt: later })
    await note({ fact: 'reset', value: { ...reset, messageId: 'M2', askedAt: later } })
    expect(await read()).toEqual({ ...reset, messageId: 'M2', askedAt: later })
  })

  it('installed profiles are changed from what they were, all of the changes that come at once', async () => {
    const profile = (chargingProfileId: number): InstalledProfile => ({
      connectorId: 1,
      profile: {
        chargingProfileId,
        chargingProfilePurpose: 'TxDefaultProfile',
        stackLevel: chargingProfileId,
        chargingSchedule: { chargingSchedulePeriod: [{ startPeriod: 0, limit: 8.1 }] },
      },
      at,
      messageId: `M${chargingProfileId}`,
    })
    expect(await test.store.listInstalledProfiles('P1')).toEqual([])
    await Promise.all(
      Array.from({ length: 8 }, (_, id) =>
        test.store.changeInstalledProfiles('P1', ({ profiles, cleared }) => ({
          profiles: [...profiles, profile(id)],
          cleared,
        })),
      ),
    )
    const byId = (one: InstalledProfile, other: InstalledProfile) =>
      one.profile.chargingProfileId - other.profile.chargingProfileId
    expect((await test.store.listInstalledProfiles('P1')).sort(byId)).toEqual(
      Array.from({ length: 8 }, (_, id) => profile(id)),
    )
    const cleared = [{ criteria: { id: 1 }, askedAt: at }]
    await test.store.changeInstalledProfiles('P1', () => ({ profiles: [], cleared }))
    await test.store.changeInstalledProfiles('P1', (known) => {
      expect(known).toEqual({ profiles: [], cleared })
      return known
    })
    expect(await test.store.listInstalledProfiles('P1')).toEqual([])
  })

  it('a local list is what was told last, its entries left out where they are too many to be kept', async () => {
    const { store } = test
    expect(await store.getLocalList('L1')).toBeUndefined()
    const list = { version: 3, at: later, entries: { 'tag.1#x': 'abc', '': 'def' } }
    for (const _ of [1, 2]) await store.recordLocalList('L1', list)
    await store.recordLocalList('L1', { version: 2, at })
    expect(await store.getLocalList('L1')).toEqual(list)
    const entries = Object.fromEntries(
      Array.from({ length: 20_000 }, (_, tag) => [`tag${tag}`, 'x'.repeat(20)]),
    )
    await store.recordLocalList('L1', { version: 4, at: later, entries })
    expect(await store.getLocalList('L1')).toEqual({ version: 4, at: later })
  })

  it('an onboarding is written over the version before it alone', async () => {
    const { store } = test
    const onboarding: Onboarding = {
      chargePointId: 'O1',
      runId: 'R1',
      status: 'Configuring',
      startedAt: at,
      updatedAt: at,
      steps: [{ key: 'HeartbeatInterval', value: '300', messageId: 'M1' }],
      version: 1,
    }
    expect(await store.getOnboarding('O1')).toBeUndefined()
    expect(await store.saveOnboarding(onboarding)).toBe(true)
    expect(await store.saveOnboarding(onboarding)).toBe(false)
    const next = { ...onboarding, version: 2, status: 'Triggering', triggerMessageId: 'M2' } as const
    const saved = await Promise.all([
      store.saveOnboarding(next),
      store.saveOnboarding({ ...next, triggerMessageId: 'M3' }),
    ])
    expect(saved.filter((ours) => ours)).toHaveLength(1)
    expect(await store.getOnboarding('O1')).toEqual({ ...next, triggerMessageId: saved[0] ? 'M2' : 'M3' })
    expect(await store.saveOnboarding({ ...onboarding, version: 2 })).toBe(false)
  })
})
