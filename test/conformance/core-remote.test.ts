import { describe, expect, it } from 'vitest'
import { centralSystem } from './stage.ts'
import { authorizes, charges, reports, stops, unplugs } from './steps.ts'

describe('Core: remote starts and stops, and unlocking', () => {
  const { station, idTag, command, ended, connector, read, transactionIds } = centralSystem()

  it.each([
    ['TC_010_CSMS Remote start, cable plugged in first', true],
    ['TC_011_1_CSMS Remote start, remote start first', false],
  ])('%s: the transaction is tied to the call that asked for it', async (_, plugInFirst) => {
    const cp = await station()
    const tag = await idTag()
    cp.on('RemoteStartTransaction', { status: 'Accepted' })
    if (plugInFirst) await reports(cp, 1, 'Preparing')
    const payload = { connectorId: 1, idTag: tag }
    const call = await command(cp, 'RemoteStartTransaction', payload)
    expect(cp.received('RemoteStartTransaction')).toEqual([{ messageId: call.messageId, payload }])
    expect(call).toMatchObject({ status: 'Answered', response: { status: 'Accepted' } })
    expect(await transactionIds(cp)).toEqual([])

    await authorizes(cp, tag)
    if (!plugInFirst) await reports(cp, 1, 'Preparing')
    const transactionId = await charges(cp, { idTag: tag })
    expect(await read(`/transactions/${transactionId}`)).toMatchObject({
      active: true,
      idTag: tag,
      remoteStart: call.messageId,
    })
    expect(await ended(cp, call.messageId)).toMatchObject({ status: 'Answered', transactionId })
  })

  it('TC_011_2_CSMS Remote start time-out: no plug comes, no transaction, and the call is closed', async () => {
    const cp = await station()
    const tag = await idTag()
    cp.on('RemoteStartTransaction', { status: 'Accepted' })
    const call = await command(cp, 'RemoteStartTransaction', { connectorId: 1, idTag: tag })
    await authorizes(cp, tag)
    await reports(cp, 1, 'Preparing')
    await reports(cp, 1, 'Available')
    const closed = await ended(cp, call.messageId)
    expect(closed).toMatchObject({ status: 'Answered', response: { status: 'Accepted' } })
    expect(closed.transactionId).toBeUndefined()
    expect(await transactionIds(cp)).toEqual([])
    expect((await read(`/id-tags/${tag}`)).activeTransactions).toEqual([])
  })

  it('TC_012_CSMS Remote stop: the right transaction is named, and ends with Remote', async () => {
    const cp = await station()
    const [one, two] = [await idTag(), await idTag()]
    const transactionId = await charges(cp, { idTag: one })
    const other = await charges(cp, { idTag: two, connectorId: 2 })
    cp.on('RemoteStopTransaction', { status: 'Accepted' })
    const call = await command(cp, 'RemoteStopTransaction', { transactionId })
    expect(cp.received('RemoteStopTransaction')).toEqual([
      { messageId: call.messageId, payload: { transactionId } },
    ])
    expect(call).toMatchObject({ status: 'Answered', response: { status: 'Accepted' } })

    expect(await stops(cp, transactionId, { reason: 'Remote' })).toEqual({})
    await unplugs(cp)
    expect(await read(`/transactions/${transactionId}`)).toMatchObject({ active: false, reason: 'Remote' })
    expect(await read(`/transactions/${other}`)).toMatchObject({ active: true })
    expect(await connector(cp, 2)).toMatchObject({ status: 'Charging', transactionId: other })
  })

  it('TC_026_CSMS Remote start rejected: a start of that tag later is not tied to it', async () => {
    const cp = await station()
    const tag = await idTag()
    cp.on('RemoteStartTransaction', { status: 'Rejected' })
    const call = await command(cp, 'RemoteStartTransaction', { connectorId: 1, idTag: tag })
    expect(call).toMatchObject({ status: 'Answered', response: { status: 'Rejected' } })
    expect(await transactionIds(cp)).toEqual([])

    const transactionId = await charges(cp, { idTag: tag })
    expect((await read(`/transactions/${transactionId}`)).remoteStart).toBeUndefined()
    expect((await ended(cp, call.messageId)).transactionId).toBeUndefined()
  })

  it('TC_028_CSMS Remote stop rejected: what runs goes on running', async () => {
    const cp = await station()
    const running = await charges(cp, { idTag: await idTag() })
    cp.on('RemoteStopTransaction', { status: 'Rejected' })
    const unknown = running === 4711 ? 4712 : 4711
    const call = await command(cp, 'RemoteStopTransaction', { transactionId: unknown })
    expect(cp.received('RemoteStopTransaction')).toMatchObject([{ payload: { transactionId: unknown } }])
    expect(call).toMatchObject({ status: 'Answered', response: { status: 'Rejected' } })
    expect(await read(`/transactions/${running}`)).toMatchObject({ active: true, flags: [] })
    expect(await transactionIds(cp)).toEqual([running])
  })

  it.each([
    ['TC_017_1_CSMS Unlock without a session', 1, 'Unlocked'],
    ['TC_017_2_CSMS Unlock of a fixed cable', 1, 'NotSupported'],
    ['TC_030_CSMS Unlock failure', 1, 'UnlockFailed'],
    ['TC_031_CSMS Unlock of an unknown connector', 3, 'NotSupported'],
  ])('%s: the answer is on record with the call and the connector', async (_, connectorId, status) => {
    const cp = await station()
    cp.on('UnlockConnector', { status })
    const call = await command(cp, 'UnlockConnector', { connectorId })
    expect(cp.received('UnlockConnector')).toEqual([{ messageId: call.messageId, payload: { connectorId } }])
    expect(call).toMatchObject({ status: 'Answered', response: { status } })
    expect(await connector(cp, connectorId)).toMatchObject({ unlock: { status } })
    expect((await connector(cp, 2)).unlock).toBeUndefined()
  })

  it('TC_018_1_CSMS Unlock during a session: the transaction ends with UnlockCommand', async () => {
    const cp = await station()
    const transactionId = await charges(cp, { idTag: await idTag() })
    cp.on('UnlockConnector', { status: 'Unlocked' })
    const call = await command(cp, 'UnlockConnector', { connectorId: 1 })
    expect(call).toMatchObject({ status: 'Answered', response: { status: 'Unlocked' } })
    expect(await stops(cp, transactionId, { reason: 'UnlockCommand' })).toEqual({})
    await unplugs(cp)
    expect(await read(`/transactions/${transactionId}`)).toMatchObject({
      active: false,
      reason: 'UnlockCommand',
    })
    expect(await connector(cp, 1)).toMatchObject({ status: 'Available', unlock: { status: 'Unlocked' } })
  })
})
