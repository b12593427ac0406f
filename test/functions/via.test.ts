import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callerOf, type StationEvent } from '../../functions/station-event.ts'
import { receive } from '../../lib/central-system/receive.ts'
import { aChargePoint, startSystem, type TestChargePoint, type TestSystem } from '../support/system.ts'

describe('a station that asks by which way its frame came', () => {
  let test: TestSystem
  let chargePoint: TestChargePoint
  beforeAll(async () => {
    test = await startSystem()
    chargePoint = await aChargePoint(test)
  })
  afterAll(() => test.stop())

  async function told(routeKey: string, authorizer?: Record<string, unknown>): Promise<unknown> {
    const { connectionId } = chargePoint
    const requestContext = { connectionId, routeKey, ...(authorizer ? { authorizer } : {}) }
    const caller = await callerOf({ requestContext } as unknown as StationEvent, test.store)
    expect(caller.chargePointId).toBe(chargePoint.chargePointId)
    const question = { vendorId: 'org.busbar', messageId: 'via' }
    const answer = await receive(test.system, caller, JSON.stringify([2, 'id', 'DataTransfer', question]))
    const [, , { status, data }] = JSON.parse(answer ?? '')
    expect(status).toBe('Accepted')
    return JSON.parse(data)
  }

  it('is told the route, and that the event said whose it is', async () => {
    const carried = await told('2', { chargePointId: chargePoint.chargePointId, known: 'true' })
    expect(carried).toEqual({ route: '2', identity: 'carried' })
  })

  it('is told that whose it is had to be looked up, where the event does not say', async () => {
    expect(await told('$default')).toEqual({ route: '$default', identity: 'looked up' })
  })
})
