import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answersAll } from '../support/payloads.ts'
import { aChargePoint, startSystem, type TestChargePoint, type TestSystem } from '../support/system.ts'

describe('StatusNotification (§4.9)', () => {
  let test: TestSystem
  beforeAll(async () => {
    test = await startSystem()
  })
  afterAll(() => test.stop())

  const status = (word: string, more: object = {}) => ({
    connectorId: 1,
    errorCode: 'NoError',
    status: word,
    ...more,
  })
  const shown = async ({ chargePointId }: TestChargePoint, connectorId = 1) =>
    (await test.store.getLive(chargePointId))?.connectors[connectorId]?.status

  it('takes what stations send', async () => {
    await answersAll(await aChargePoint(test), 'StatusNotification', [
      ['the least', status('Available'), {}],
      ['info of 80 characters', status('Available', { info: 'i'.repeat(80) }), {}],
      ['info that is cut in a surrogate pair', status('Available', { info: `i${'😀'.repeat(40)}` }), {}],
      ['vendorId on connector 0', status('Available', { connectorId: 0, vendorId: 'V' }), {}],
      ['an error code nobody knows', status('Faulted', { errorCode: 'Error' }), {}],
      ['another case', status('available'), {}],
      ['no time that can be read', status('Available', { timestamp: 'noon' }), {}],
      ['connector -1', status('Available', { connectorId: -1 }), {}],
      ['connector 100000', status('Available', { connectorId: 100000 }), {}],
      ['a status nobody knows', status('Sleeping'), 'PropertyConstraintViolation'],
      ['no error code', { connectorId: 1, status: 'Available' }, 'OccurenceConstraintViolation'],
      ['a connector that is none', status('Available', { connectorId: [] }), 'TypeConstraintViolation'],
    ])
  })

  it('keeps the status of each connector with the station time and the receipt', async () => {
    const chargePoint = await aChargePoint(test)
    const timestamp = test.clock.iso()
    const receivedAt = test.clock.advance(5)
    await chargePoint.call(
      'StatusNotification',
      status('Faulted', { errorCode: 'GroundFailure', info: 'wet', timestamp }),
    )
    await chargePoint.call('StatusNotification', status('Available', { connectorId: 0 }))
    expect(await shown(chargePoint)).toEqual({
      status: 'Faulted',
      errorCode: 'GroundFailure',
      info: 'wet',
      timestamp,
      receivedAt,
    })
    expect(await shown(chargePoint, 0)).toMatchObject({ status: 'Available', timestamp: receivedAt })
  })

  it('is ordered by the station time within a connection', async () => {
    const chargePoint = await aChargePoint(test)
    const [early, late] = [test.clock.iso(), test.clock.advance(10)]
    await chargePoint.call('StatusNotification', status('Charging', { timestamp: late }))
    expect(await chargePoint.call('StatusNotification', status('Preparing', { timestamp: early }))).toEqual(
      {},
    )
    expect(await shown(chargePoint)).toMatchObject({ status: 'Charging' })
  })

  it('a clock that runs ahead does not hide what comes after', async () => {
    const chargePoint = await aChargePoint(test)
    await chargePoint.call('StatusNotification', status('Charging', { timestamp: '2030-01-01T00:00:00Z' }))
    await chargePoint.call('StatusNotification', status('Finishing', { timestamp: test.clock.advance(1) }))
    expect(await shown(chargePoint)).toMatchObject({ status: 'Finishing' })
  })

  it('a clock that was never set, or fell back with a restart, does not make it stale', async () => {
    const chargePoint = await aChargePoint(test)
    await chargePoint.call('StatusNotification', status('Charging', { timestamp: test.clock.iso() }))
    test.clock.advance(1)
    await chargePoint.call('StatusNotification', status('Finishing', { timestamp: '1970-01-01T00:00:09Z' }))
    expect(await shown(chargePoint)).toMatchObject({ status: 'Finishing' })
    await chargePoint.connect()
    await chargePoint.call('StatusNotification', status('Available', { timestamp: '2024-01-01T00:00:00Z' }))
    expect(await shown(chargePoint)).toMatchObject({ status: 'Available' })
  })

  it('over a connection that a newer one has replaced changes nothing, and is answered', async () => {
    const chargePoint = await aChargePoint(test)
    const old = chargePoint.connectionId
    test.clock.advance(1)
    await chargePoint.connect()
    await chargePoint.call('StatusNotification', status('Available'))
    expect(await chargePoint.call('StatusNotification', status('Faulted'), { connectionId: old })).toEqual({})
    expect(await shown(chargePoint)).toMatchObject({ status: 'Available' })
  })

  it('notes a violation against the station, which strict mode turns into a CALLERROR', async () => {
    const kind = await aChargePoint(test)
    await kind.call('StatusNotification', status('Available', { info: 'i'.repeat(51) }))
    expect(await test.store.getLive(kind.chargePointId)).toMatchObject({
      violations: 1,
      lastViolation: { action: 'StatusNotification', path: 'info' },
    })
    const strict = await aChargePoint(test, { strict: true })
    const [code] = await strict.call('StatusNotification', status('Available', { info: 'i'.repeat(51) }))
    expect(code).toBe('PropertyConstraintViolation')
  })

  it('of the same second: the one received last counts, whichever is written last', async () => {
    const chargePoint = await aChargePoint(test)
    const { chargePointId, connectionId } = chargePoint
    const timestamp = test.clock.iso()
    const early = test.clock.advance(1)
    const late = test.clock.advance(1)
    const hear = (word: string, receivedAt: string) =>
      test.store.hear({
        chargePointId,
        connectionId,
        at: receivedAt,
        change: {
          kind: 'status',
          connectorId: 1,
          status: { status: word, errorCode: 'NoError', timestamp, receivedAt },
        },
      })
    await hear('Charging', late)
    await hear('Preparing', early)
    expect(await shown(chargePoint)).toMatchObject({ status: 'Charging' })
  })

  it('that is processed after its disconnect is not lost', async () => {
    const chargePoint = await aChargePoint(test)
    await test.store.disconnect(chargePoint.chargePointId, chargePoint.connectionId)
    await chargePoint.call('StatusNotification', status('Unavailable'))
    expect(await shown(chargePoint)).toMatchObject({ status: 'Unavailable' })
    expect((await test.store.getLive(chargePoint.chargePointId))?.connection).toBeUndefined()
  })

  it('does not fill the live record, whatever its texts', async () => {
    const chargePoint = await aChargePoint(test)
    const long = 'x'.repeat(20_000)
    await chargePoint.call(
      'StatusNotification',
      status('Faulted', { info: long, vendorId: long, vendorErrorCode: long }),
    )
    expect(JSON.stringify(await test.store.getLive(chargePoint.chargePointId)).length).toBeLessThan(1024)
  })

  it('that breaks the letter changes nothing at a charge point held to it, until it no longer is', async () => {
    const chargePoint = await aChargePoint(test, { strict: true })
    await chargePoint.call('StatusNotification', status('Charging', { extra: 1 }))
    expect(await shown(chargePoint)).toBeUndefined()
    await test.store.updateChargePoint(chargePoint.chargePointId, { strict: null }, test.clock.iso())
    await chargePoint.call('StatusNotification', status('Charging', { extra: 1 }))
    expect(await shown(chargePoint)).toMatchObject({ status: 'Charging' })
  })
})
