import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aChargePoint, startSystem, type TestSystem } from '../support/system.ts'

let test: TestSystem
beforeAll(async () => {
  test = await startSystem()
})
afterAll(() => test.stop())

describe('a charge point that is deleted', () => {
  it('leaves nothing of its state to one that is registered under its identity', async () => {
    const { chargePointId } = await aChargePoint(test)
    const { store } = test
    const at = test.clock.iso()
    const stateOf = () =>
      Promise.all([
        store.getFacts(chargePointId),
        store.getConfiguration(chargePointId),
        store.listInstalledProfiles(chargePointId),
        store.getLocalList(chargePointId),
        store.getOnboarding(chargePointId),
      ])
    const nothing = await stateOf()
    await store.noteFact(chargePointId, { fact: 'cache', value: { status: 'Accepted', askedAt: at, at } })
    await store.changeConfiguration(chargePointId, () => ({ at, keys: {} }))
    const profile = { chargingProfileId: 1, chargingProfilePurpose: 'TxDefaultProfile', stackLevel: 0 }
    await store.changeInstalledProfiles(chargePointId, (installed) => ({
      ...installed,
      profiles: [{ connectorId: 1, profile, at, messageId: 'm' }],
    }))
    await store.recordLocalList(chargePointId, { version: 7, at })
    const run = { chargePointId, runId: 'run', startedAt: at, updatedAt: at, steps: [], version: 1 }
    await store.saveOnboarding({ ...run, status: 'Configuring' })
    for (const [position, each] of (await stateOf()).entries()) expect(each).not.toEqual(nothing[position])
    expect(await store.deleteChargePoint(chargePointId)).toBe('deleted')
    await aChargePoint(test, { chargePointId })
    expect(await stateOf()).toEqual(nothing)
    expect(await store.saveOnboarding({ ...run, status: 'Configuring' })).toBe(true)
  })

  it('loses nothing where it is not deleted after all', async () => {
    const { chargePointId } = await aChargePoint(test)
    await test.store.recordLocalList(chargePointId, { version: 7, at: test.clock.iso() })
    expect(await test.store.deleteChargePoint(chargePointId, 99)).toBe('changed')
    expect(await test.store.getLocalList(chargePointId)).toMatchObject({ version: 7 })
    expect(await test.store.deleteChargePoint('nobody')).toBe('unknown')
  })
})
