import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { takeStep } from '../../lib/central-system/steps.ts'
import { importRow } from '../../lib/operator/import-rows.ts'
import type { Store } from '../../lib/store/port.ts'
import { aChargePoint, startSystem, type TestSystem } from '../support/system.ts'

const SILENCE = 2 * 300 + 60 + 1
/** What one step looks at here. */
const PIECE = 5

let test: TestSystem
beforeAll(async () => {
  const store = (own: Store): Store => ({
    ...own,
    listConnected: (page) => own.listConnected({ ...page, limit: PIECE }),
  })
  test = await startSystem({ streams: true, store })
})
afterAll(() => test.stop())

const look = async () => {
  await test.catchUp()
  await takeStep(test.system, { find: 'stale' }, importRow)
  await test.takeSteps()
  await test.catchUp()
}

const listed = async () => {
  const { items } = await test.store.listChargePoints({ connected: true, stale: true }, { limit: 100 })
  return items.map(({ chargePoint }) => chargePoint.chargePointId)
}

const counted = async () => (await test.store.getFigures([])).figures.stale ?? 0

const isNoted = async (chargePointId: string) => (await test.store.getLive(chargePointId))?.stale

describe('a charge point that is connected and silent', () => {
  beforeEach(async () => {
    await test.catchUp()
    const { items } = await test.store.listConnected({ limit: 1000 })
    for (const { chargePoint } of items) await test.store.deleteChargePoint(chargePoint.chargePointId)
    await test.catchUp()
  })

  it('is listed and counted once it was looked for, until it is heard of', async () => {
    const silent = await aChargePoint(test)
    test.clock.advance(SILENCE)
    const talking = await aChargePoint(test)
    expect([await listed(), await counted()]).toEqual([[], 0])
    await look()
    expect([await listed(), await counted()]).toEqual([[silent.chargePointId], 1])
    await talking.call('Heartbeat')
    await silent.call('Heartbeat')
    await test.catchUp()
    expect([await listed(), await counted()]).toEqual([[], 0])
    expect(await isNoted(silent.chargePointId)).toBeUndefined()
  })

  it.each([
    ['connects anew', (silent) => silent.connect()],
    ['is cut off', (silent) => test.store.disconnect(silent.chargePointId, silent.connectionId)],
    ['is removed', (silent) => test.store.deleteChargePoint(silent.chargePointId)],
  ] satisfies [string, (silent: Awaited<ReturnType<typeof aChargePoint>>) => Promise<unknown>][])(
    'is no more once it %s',
    async (_, happens) => {
      const silent = await aChargePoint(test)
      test.clock.advance(SILENCE)
      await look()
      expect(await counted()).toBe(1)
      await happens(silent)
      await test.catchUp()
      expect([await listed(), await counted()]).toEqual([[], 0])
    },
  )

  it('is judged by its own heartbeatInterval', async () => {
    const patient = await aChargePoint(test, { heartbeatInterval: 3600 })
    const hasty = await aChargePoint(test, { heartbeatInterval: 10 })
    test.clock.advance(81)
    await look()
    expect(await listed()).toEqual([hasty.chargePointId])
    test.clock.advance(2 * 3600)
    await look()
    expect(await listed()).toEqual([hasty.chargePointId, patient.chargePointId].sort())
  })

  it('is not noted as stale by a look that was slower than its word', async () => {
    const silent = await aChargePoint(test)
    const seen = await test.store.getLive(silent.chargePointId)
    test.clock.advance(SILENCE)
    await silent.call('Heartbeat')
    if (seen) await test.store.noteStale(seen)
    expect(await isNoted(silent.chargePointId)).toBeUndefined()
  })

  it('is found among many, a piece at a time', async () => {
    for (let n = 0; n < 2 * PIECE + 1; n++) await aChargePoint(test)
    await test.catchUp()
    test.clock.advance(SILENCE)
    await takeStep(test.system, { find: 'stale' }, importRow)
    await test.catchUp()
    expect([await counted(), test.steps]).toEqual([
      PIECE,
      [{ find: 'stale', cursor: expect.any(String), afterSeconds: 0 }],
    ])
    await test.takeSteps()
    await test.catchUp()
    expect(await counted()).toBe(2 * PIECE + 1)
  })
})
