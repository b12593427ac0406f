import { describe, expect, test } from 'vitest'
import { until } from './central-system.ts'
import { accepted, type Scene } from './harness.ts'

const TRANSACTION_MESSAGES = ['StartTransaction', 'MeterValues', 'StopTransaction']

function transactionCalls({ system }: Scene) {
  return system.calls.filter(({ action }) => TRANSACTION_MESSAGES.includes(action))
}

/** Cuts the connection and keeps it cut until `reconnect`. */
async function goOffline({ system, station }: Scene): Promise<void> {
  system.refuses = 503
  system.cut()
  await until(() => station.status().connection === 'connecting')
}

async function reconnect({ system, station, time }: Scene): Promise<void> {
  system.refuses = undefined
  while (station.status().connection !== 'open') {
    if (time.untilNext <= 60_000) time.advance(time.untilNext)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

describe('transaction-related messages (§3.7)', () => {
  test('a whole transaction offline is delivered later: in order, as it was, without a boot', async () => {
    const here = await accepted({ configuration: { MeterValueSampleInterval: '60' } })
    const { system, station, time } = here
    await goOffline(here)
    const start = station.start(1, 'TAG001')
    time.advance(120_000)
    const stop = station.stop(1)
    expect(station.status().queued).toBe(4)
    await reconnect(here)
    expect(await start).toMatchObject({
      delivered: true,
      transactionId: 101,
      idTagInfo: { status: 'Accepted' },
    })
    expect((await stop).delivered).toBe(true)
    expect(transactionCalls(here).map(({ action, payload }) => [action, payload.transactionId])).toEqual([
      ['StartTransaction', undefined],
      ['MeterValues', 101],
      ['MeterValues', 101],
      ['StopTransaction', 101],
    ])
    expect(system.payloads('StartTransaction')[0]).toMatchObject({ timestamp: '2026-11-21T08:00:00.000Z' })
    expect(system.payloads('StopTransaction')[0]).toMatchObject({ timestamp: '2026-11-21T08:02:00.000Z' })
    expect(system.payloads('BootNotification')).toHaveLength(1)
  })

  test('what the connection swallowed is sent again with the same content', async () => {
    const here = await accepted()
    const { system, station, time } = here
    const { StartTransaction } = system.answers
    system.isSilent = true
    system.answers.StartTransaction = undefined
    const start = station.start(1, 'TAG001')
    const first = await system.next('StartTransaction')
    system.answers.StartTransaction = StartTransaction
    system.cut()
    await until(() => station.status().connection === 'connecting')
    time.advance(30_000)
    const again = await system.next('StartTransaction')
    expect(again.payload).toEqual(first.payload)
    expect(again.messageId).not.toBe(first.messageId)
    expect(await start).toMatchObject({ delivered: true, transactionId: 101 })
  })

  test('without an answer it is sent again and again, after ever longer waits', async () => {
    const here = await accepted({
      configuration: { TransactionMessageAttempts: '2', HeartbeatInterval: '0' },
    })
    const { system, station, time } = here
    const { StartTransaction } = system.answers
    system.isSilent = true
    system.answers.StartTransaction = undefined
    const start = station.start(1, 'TAG001')
    for (let transmission = 1; transmission <= 4; transmission += 1) {
      await until(() => system.payloads('StartTransaction').length === transmission)
      time.advance(30_000)
      await until(() => station.status().calls.timedOut === transmission)
      await new Promise((resolve) => setImmediate(resolve))
      time.advance(10_000 * transmission - 1)
      await new Promise((resolve) => setTimeout(resolve, 10))
      expect(system.payloads('StartTransaction')).toHaveLength(transmission)
      if (transmission === 4) system.answers.StartTransaction = StartTransaction
      time.advance(1)
    }
    expect(await start).toMatchObject({ delivered: true, transactionId: 101 })
    expect(new Set(system.payloads('StartTransaction').map((payload) => JSON.stringify(payload))).size).toBe(
      1,
    )
  })

  test('refused TransactionMessageAttempts times it is given up; what follows says -1 (errata 3.18)', async () => {
    const here = await accepted({ configuration: { MeterValueSampleInterval: '60' } })
    const { system, station, time } = here
    system.answers.StartTransaction = { error: 'InternalError' }
    const start = station.start(1, 'TAG001')
    await system.next('StartTransaction')
    await until(() => station.status().calls.refused === 1)
    time.advance(10_000)
    await system.next('StartTransaction')
    await until(() => station.status().calls.refused === 2)
    time.advance(20_000)
    expect(await start).toEqual({ delivered: false, why: 'StartTransaction: InternalError' })
    time.advance(30_000)
    await station.idle()
    expect((await system.next('MeterValues')).payload).toMatchObject({ transactionId: -1 })
    await station.stop(1)
    expect((await system.next('StopTransaction')).payload).toMatchObject({ transactionId: -1 })
  })

  test('other messages overtake the queue', async () => {
    const here = await accepted()
    const { system, station } = here
    system.answers.StartTransaction = { error: 'GenericError' }
    void station.start(1, 'TAG001')
    await until(() => station.status().calls.refused === 1)
    expect(await station.heartbeat()).toBe(true)
    expect(station.status().queued).toBe(1)
  })

  test('one CALL at a time: the next waits for the answer (OCPP-J §4.1.1)', async () => {
    const { system, station } = await accepted()
    const answers = ['a', 'b', 'c'].map((data) => station.call('DataTransfer', { vendorId: 'V', data }))
    system.answers.DataTransfer = { status: 'Accepted' }
    await Promise.all(answers)
    expect(system.payloads('DataTransfer').map(({ data }) => data)).toEqual(['a', 'b', 'c'])
  })
})

describe('authorization offline (§3.5)', () => {
  test('the cache knows who was accepted before, and nobody else', async () => {
    const here = await accepted()
    const { station, system } = here
    await station.authorize('tag001')
    system.answers.Authorize = { idTagInfo: { status: 'Blocked' } }
    await station.authorize('TAG002')
    await goOffline(here)
    expect(await station.authorize('TAG001')).toEqual({ status: 'Accepted' })
    expect(await station.authorize('TAG002')).toEqual({ status: 'Blocked' })
    expect(await station.authorize('TAG003')).toEqual({ status: 'Invalid' })
  })

  test('AllowOfflineTxForUnknownId lets in who is unknown, never who is known to be blocked', async () => {
    const here = await accepted({ configuration: { AllowOfflineTxForUnknownId: 'true' } })
    const { station, system } = here
    system.answers.Authorize = { idTagInfo: { status: 'Blocked' } }
    await station.authorize('TAG002')
    await goOffline(here)
    expect(await station.authorize('TAG002')).toEqual({ status: 'Blocked' })
    expect(await station.authorize('TAG003')).toEqual({ status: 'Accepted' })
  })

  test('a cached tag whose time has run out is Expired', async () => {
    const here = await accepted()
    const { station, system, time } = here
    system.answers.Authorize = { idTagInfo: { status: 'Accepted', expiryDate: '2026-11-21T08:00:30Z' } }
    await station.authorize('TAG001')
    await goOffline(here)
    expect((await station.authorize('TAG001')).status).toBe('Accepted')
    time.advance(30_000)
    expect((await station.authorize('TAG001')).status).toBe('Expired')
  })

  test('LocalAuthorizeOffline false: nobody; LocalPreAuthorize: without asking', async () => {
    const here = await accepted({
      configuration: { LocalAuthorizeOffline: 'false', LocalPreAuthorize: 'true' },
    })
    const { station, system } = here
    await station.authorize('TAG001')
    await station.authorize('TAG001')
    expect(system.payloads('Authorize')).toHaveLength(1)
    await system.request('ChangeConfiguration', { key: 'LocalPreAuthorize', value: 'false' })
    await goOffline(here)
    expect(await station.authorize('TAG001')).toEqual({ status: 'Invalid' })
  })

  test('a start that turns out to be invalid is stopped (§3.5.4)', async () => {
    const here = await accepted()
    const { station, system } = here
    await goOffline(here)
    void station.start(1, 'TAG009')
    system.answers.StartTransaction = { transactionId: 7, idTagInfo: { status: 'Invalid' } }
    await reconnect(here)
    await station.idle()
    expect(system.payloads('StopTransaction')).toMatchObject([{ transactionId: 7, reason: 'DeAuthorized' }])
  })
})
