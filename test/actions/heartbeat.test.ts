import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answersAll } from '../support/payloads.ts'
import { aChargePoint, startSystem, type TestSystem } from '../support/system.ts'

describe('Heartbeat (§4.6)', () => {
  let test: TestSystem
  beforeAll(async () => {
    test = await startSystem()
  })
  afterAll(() => test.stop())

  it('tells the time and notes that the charge point was heard', async () => {
    const chargePoint = await aChargePoint(test)
    const currentTime = test.clock.advance(7)
    await answersAll(chargePoint, 'Heartbeat', [
      ['empty', {}, { currentTime }],
      ['null', null, { currentTime }],
      ['something', { some: 'thing' }, { currentTime }],
    ])
    expect((await test.store.getLive(chargePoint.chargePointId))?.lastSeenAt).toBe(currentTime)
  })

  it('any other message is as good a sign of life', async () => {
    const chargePoint = await aChargePoint(test)
    const at = test.clock.advance(7)
    await chargePoint.call('NoSuchAction')
    expect((await test.store.getLive(chargePoint.chargePointId))?.lastSeenAt).toBe(at)
  })
})
