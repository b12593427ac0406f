import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Store } from '../../lib/store/port.ts'
import {
  aChargePoint,
  anIdTag,
  startSystem,
  type TestChargePoint,
  type TestSystem,
} from '../support/system.ts'
import { askAndAnswer } from './asking.ts'

/** The store, with the names of the verbs that are used. */
function counting(used: string[]): (store: Store) => Store {
  return (store) =>
    new Proxy(store, {
      get(target, name, receiver) {
        if (typeof name === 'string') used.push(name)
        return Reflect.get(target, name, receiver)
      },
    })
}

describe('what a message costs where there is nothing to settle', () => {
  const used: string[] = []
  let test: TestSystem
  beforeAll(async () => {
    test = await startSystem({ store: counting(used) })
  })
  afterAll(() => test.stop())

  const verbsOf = async (run: () => Promise<unknown>) => {
    used.length = 0
    await run()
    return [...used]
  }
  const start = (chargePoint: TestChargePoint, idTag: string, more: object = {}) =>
    chargePoint.call('StartTransaction', {
      connectorId: 1,
      idTag,
      meterStart: 0,
      timestamp: test.clock.iso(),
      ...more,
    })

  it.each(['Available', 'Preparing', 'Charging', 'Faulted', 'Unavailable'])(
    'StatusNotification %s is one write',
    async (status) => {
      const chargePoint = await aChargePoint(test)
      const payload = { connectorId: 1, errorCode: 'NoError', status }
      expect(await verbsOf(() => chargePoint.call('StatusNotification', payload))).toEqual(['hear'])
    },
  )

  it('a start and a stop ask for nothing more than they record', async () => {
    const chargePoint = await aChargePoint(test)
    const idTag = await anIdTag(test)
    let transactionId = 0
    const starting = async () => {
      transactionId = (await start(chargePoint, idTag)).transactionId
    }
    expect(await verbsOf(starting)).toEqual(['hear', 'findStart', 'getIdTag', 'occupyIdTag', 'recordStart'])
    const timestamp = test.clock.advance(60)
    expect(
      await verbsOf(() => chargePoint.call('StopTransaction', { transactionId, meterStop: 1, timestamp })),
    ).toEqual(['hear', 'recordStop', 'clearTransaction', 'releaseIdTag'])
  })

  it('a start is looked at more closely only where something is held, expected, or left over', async () => {
    const chargePoint = await aChargePoint(test)
    const expiryDate = new Date(test.clock.now().getTime() + 3_600_000).toISOString()
    await askAndAnswer(
      test,
      chargePoint,
      'ReserveNow',
      { connectorId: 2, idTag: 'OTHER', expiryDate },
      {
        status: 'Accepted',
      },
    )
    const verbs = await verbsOf(() => start(chargePoint, 'NOBODY'))
    expect(verbs).not.toContain('findReservations')
    expect(verbs).not.toContain('getCall')
    test.clock.advance(1)
    expect(await verbsOf(() => start(chargePoint, 'NOBODY', { meterStart: 1 }))).toContain('flagZombie')
  })
})
