import { describe, expect, it } from 'vitest'
import { centralSystem } from './stage.ts'
import { BOOT, boots, charges, reboots, reports, secondsAgo, stops } from './steps.ts'

describe('Core: boots and resets', () => {
  const { newcomer, station, idTag, command, chargePoint, connector, read, ended } = centralSystem()

  it('TC_001_CSMS Cold boot: boot, statuses and heartbeat are answered, and the operator sees them', async () => {
    const cp = await newcomer()
    await boots(cp)
    for (const connectorId of [0, 1, 2]) await reports(cp, connectorId, 'Available')
    const { currentTime, ...rest } = await cp.call('Heartbeat')
    expect(rest).toEqual({})
    expect(Math.abs(Date.parse(currentTime) - Date.now())).toBeLessThan(5000)

    const record = await chargePoint(cp)
    expect(record).toMatchObject({ registrationStatus: 'Accepted', connectionState: 'online', boot: BOOT })
    expect(record.lastSeenAt).toBe(currentTime)
    expect(record.connectors).toMatchObject(
      [0, 1, 2].map((connectorId) => ({ connectorId, status: 'Available', errorCode: 'NoError' })),
    )
  })

  it.each([
    ['TC_013_CSMS Hard reset', 'Hard'],
    ['TC_014_CSMS Soft reset', 'Soft'],
  ])('%s: the boot that follows is accepted, and belongs to the reset', async (_, type) => {
    const cp = await station()
    cp.on('Reset', { status: 'Accepted' })
    const call = await command(cp, 'Reset', { type })
    expect(cp.received('Reset')).toEqual([{ messageId: call.messageId, payload: { type } }])
    expect(call).toMatchObject({ status: 'Answered', response: { status: 'Accepted' } })
    expect(call.bootedAt).toBeUndefined()

    await reboots(cp)
    const { boot } = await chargePoint(cp)
    expect(boot.at >= call.sentAt).toBe(true)
    expect(await ended(cp, call.messageId)).toMatchObject({ status: 'Answered', bootedAt: boot.at })
    expect(cp.received('Reset')).toHaveLength(1)
  })

  it('TC_032_1_CSMS Power failure: the boot is accepted and the transaction ends with PowerLoss', async () => {
    const cp = await station()
    const tag = await idTag()
    const transactionId = await charges(cp, { idTag: tag })
    const timestamp = secondsAgo(0)
    await reboots(cp)
    expect(await stops(cp, transactionId, { reason: 'PowerLoss', timestamp })).toEqual({})

    const transaction = await read(`/transactions/${transactionId}`)
    expect(transaction).toMatchObject({
      active: false,
      reason: 'PowerLoss',
      stoppedAt: timestamp,
      energyWh: 500,
      flags: [],
    })
    expect(transaction.doubt).toBeUndefined()
    expect(await connector(cp, 1)).toMatchObject({ status: 'Available' })
    expect((await connector(cp, 1)).transactionId).toBeUndefined()
    expect((await read(`/id-tags/${tag}`)).activeTransactions).toEqual([])
  })
})
