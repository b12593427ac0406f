import { describe, expect, it } from 'vitest'
import { centralSystem } from './stage.ts'
import { authorizes, charges, reports, stops, unplugs } from './steps.ts'

describe('Core: charging sessions', () => {
  const { station, idTag, connector, read, transactionIds } = centralSystem()

  it.each([
    ['TC_003_CSMS Charging session, plug-in first', true],
    ['TC_004_1_CSMS Charging session, identification first', false],
  ])('%s: authorized, started, shown on the connector, stopped', async (_, plugInFirst) => {
    const cp = await station()
    const tag = await idTag()
    if (plugInFirst) await reports(cp, 1, 'Preparing')
    await authorizes(cp, tag)
    if (!plugInFirst) await reports(cp, 1, 'Preparing')
    const transactionId = await charges(cp, { idTag: tag })
    expect(await connector(cp, 1)).toMatchObject({ status: 'Charging', transactionId })
    expect(await read(`/transactions/${transactionId}`)).toMatchObject({
      chargePointId: cp.chargePointId,
      connectorId: 1,
      idTag: tag,
      idTagInfo: { status: 'Accepted' },
      active: true,
      flags: [],
    })

    await authorizes(cp, tag)
    expect(await stops(cp, transactionId, { idTag: tag, reason: 'Local' })).toEqual({
      idTagInfo: { status: 'Accepted' },
    })
    await unplugs(cp)
    expect(await read(`/transactions/${transactionId}`)).toMatchObject({
      active: false,
      reason: 'Local',
      stopIdTag: tag,
      energyWh: 500,
      flags: [],
    })
    const { status, transactionId: left } = await connector(cp, 1)
    expect({ status, left }).toEqual({ status: 'Available' })
    expect(await transactionIds(cp)).toEqual([transactionId])
  })

  it('TC_004_2_CSMS ConnectionTimeOut: no plug comes, and there is no transaction', async () => {
    const cp = await station()
    const tag = await idTag()
    await authorizes(cp, tag)
    await reports(cp, 1, 'Preparing')
    expect(await connector(cp, 1)).toMatchObject({ status: 'Preparing' })
    await reports(cp, 1, 'Available')
    expect(await connector(cp, 1)).toMatchObject({ status: 'Available' })
    expect(await transactionIds(cp)).toEqual([])
    expect((await read(`/id-tags/${tag}`)).activeTransactions).toEqual([])
  })

  it('TC_005_1_CSMS EV side disconnected: the transaction ends with EVDisconnected', async () => {
    const cp = await station()
    const transactionId = await charges(cp, { idTag: await idTag() })
    await reports(cp, 1, 'SuspendedEV')
    expect(await connector(cp, 1)).toMatchObject({ status: 'SuspendedEV', transactionId })
    expect(await stops(cp, transactionId, { reason: 'EVDisconnected' })).toEqual({})
    await unplugs(cp)
    expect(await read(`/transactions/${transactionId}`)).toMatchObject({
      active: false,
      reason: 'EVDisconnected',
      flags: [],
    })
    expect((await connector(cp, 1)).transactionId).toBeUndefined()
  })

  it('TC_007_CSMS Cached id: a start without an Authorize is accepted', async () => {
    const cp = await station()
    const tag = await idTag()
    await reports(cp, 1, 'Preparing')
    const transactionId = await charges(cp, { idTag: tag })
    expect(await read(`/transactions/${transactionId}`)).toMatchObject({
      idTag: tag,
      active: true,
      flags: [],
    })
    expect((await read(`/id-tags/${tag}`)).activeTransactions).toEqual([transactionId])
  })

  it('TC_024_CSMS Lock failure: the fault is shown, and there is no transaction', async () => {
    const cp = await station()
    await reports(cp, 1, 'Preparing')
    await authorizes(cp, await idTag())
    await reports(cp, 1, 'Faulted', { errorCode: 'ConnectorLockFailure' })
    expect(await connector(cp, 1)).toMatchObject({ status: 'Faulted', errorCode: 'ConnectorLockFailure' })
    expect(await transactionIds(cp)).toEqual([])
  })
})
