import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Busbar, startBusbar } from '../support/e2e.ts'
import { aBootedStation, inSeconds, PATIENCE, readAll, type Station, withSettings } from '../support/fleet.ts'

async function startOn(station: Station, connectorId: number, meterStart = 1000, at = 0): Promise<number> {
  const start = { connectorId, idTag: 'TAG', meterStart, timestamp: inSeconds(at) }
  return (await station.call('StartTransaction', start)).transactionId
}

const reading = (value: string, at: string) => ({
  timestamp: at,
  sampledValue: [{ value, measurand: 'Energy.Active.Import.Register', unit: 'Wh' }],
})

describe('a transaction whose station moved on', () => {
  let busbar: Busbar
  let serial = 0
  const stations: Station[] = []
  beforeAll(async () => {
    busbar = await startBusbar()
    await busbar.api('POST', '/id-tags', { idTag: 'TAG', maxActiveTransactions: 100 })
  })
  afterAll(async () => {
    for (const station of stations) station.hangUp()
    await busbar.stop()
  })

  async function someStation(): Promise<Station> {
    const station = await aBootedStation(busbar, `CP${++serial}`)
    stations.push(station)
    return station
  }

  const read = async (transactionId: number) =>
    (await busbar.api('GET', `/transactions/${transactionId}`)).body

  const doubtful = async ({ chargePointId }: Station) =>
    (await readAll(busbar, `/transactions?doubtful=true&chargePointId=${chargePointId}`)).map(
      ({ transactionId }) => transactionId,
    )

  const close = (transactionId: number, body: object = {}) =>
    busbar.api('POST', `/transactions/${transactionId}/close`, body)

  const status = (station: Station, connectorId: number, name: string) =>
    station.call('StatusNotification', {
      connectorId,
      status: name,
      errorCode: 'NoError',
      timestamp: inSeconds(0),
    })

  it('is in doubt once another one starts on its connector', async () => {
    const station = await someStation()
    const first = await startOn(station, 1, 1000, -60)
    const elsewhere = await startOn(station, 2, 1000, -50)
    expect(await doubtful(station)).toEqual([])
    const second = await startOn(station, 1, 2000)
    expect(await read(first)).toMatchObject({ active: true, doubt: 'newTransaction', flags: ['zombie'] })
    for (const sound of [second, elsewhere]) {
      const transaction = await read(sound)
      expect(transaction).toMatchObject({ active: true, flags: [] })
      expect(transaction).not.toHaveProperty('doubt')
    }
    expect(await doubtful(station)).toEqual([first])
  })

  it('is in doubt once its connector is Available, and not by a status from before it began', async () => {
    const station = await someStation()
    const transactionId = await startOn(station, 1, 1000, -5)
    const stale = { connectorId: 1, status: 'Available', errorCode: 'NoError', timestamp: inSeconds(-60) }
    await station.call('StatusNotification', stale)
    expect(await read(transactionId)).not.toHaveProperty('doubt')
    await status(station, 1, 'Charging')
    await status(station, 2, 'Available')
    expect(await read(transactionId)).not.toHaveProperty('doubt')
    await status(station, 1, 'Available')
    expect(await read(transactionId)).toMatchObject({
      active: true,
      doubt: 'connectorAvailable',
      flags: ['zombie'],
    })
    expect(await doubtful(station)).toEqual([transactionId])
  })

  it('is out of doubt with its stop', async () => {
    const station = await someStation()
    const transactionId = await startOn(station, 1, 1000, -10)
    await status(station, 1, 'Available')
    await station.call('StopTransaction', { transactionId, meterStop: 1500, timestamp: inSeconds(-1) })
    const stopped = await read(transactionId)
    expect(stopped).toMatchObject({ active: false, energyWh: 500, flags: [] })
    expect(stopped).not.toHaveProperty('doubt')
    expect(await doubtful(station)).toEqual([])
    expect(await close(transactionId)).toMatchObject({ status: 409, body: { type: '/problems/stopped' } })
  })

  it('is closed by an operator with its last reading, and the audit tells; a late stop still wins', async () => {
    const station = await someStation()
    const transactionId = await startOn(station, 1, 1000, -600)
    const times = [inSeconds(-400), inSeconds(-200)]
    for (const [turn, at] of times.entries()) {
      const meterValue = [reading(String(1300 + 400 * turn), at)]
      await station.call('MeterValues', { connectorId: 1, transactionId, meterValue })
    }
    await status(station, 1, 'Available')

    const closed = await close(transactionId)
    expect(closed.status).toBe(200)
    expect(closed.body).toMatchObject({
      active: false,
      stoppedAt: times[1],
      meterStop: 1700,
      energyWh: 700,
      reason: 'Other',
      closedBy: expect.any(String),
      flags: ['guessedStop', 'late'],
    })
    expect(closed.body).not.toHaveProperty('doubt')
    expect(await read(transactionId)).toEqual(closed.body)
    expect(await close(transactionId)).toMatchObject({ status: 409, body: { type: '/problems/stopped' } })
    const audit = (await busbar.api('GET', '/audit')).body.items
    expect(
      audit.filter(({ target }: any) => target === `/transactions/${transactionId}/close`),
    ).toMatchObject([
      { operation: 'closeTransaction', by: closed.body.closedBy, before: {}, after: { transactionId } },
    ])

    const stop = {
      transactionId,
      idTag: 'TAG',
      meterStop: 1950,
      timestamp: inSeconds(-100),
      reason: 'EVDisconnected',
    }
    expect(await station.call('StopTransaction', stop)).toMatchObject({ idTagInfo: { status: 'Accepted' } })
    const settled = await read(transactionId)
    expect(settled).toMatchObject({
      active: false,
      stoppedAt: stop.timestamp,
      meterStop: 1950,
      energyWh: 950,
      reason: 'EVDisconnected',
      flags: ['late'],
      guessedStop: { timestamp: times[1], meterStop: 1700, by: closed.body.closedBy },
    })
    await station.call('StopTransaction', stop)
    expect(await read(transactionId)).toEqual(settled)
    const all = await readAll(busbar, `/transactions?chargePointId=${station.chargePointId}`)
    expect(all.map((each) => each.transactionId)).toEqual([transactionId])
  })

  it('is closed as the operator says, and its tag and its connector are free', async () => {
    const station = await someStation()
    await busbar.api('POST', '/id-tags', { idTag: 'SINGLE', maxActiveTransactions: 1 })
    const timestamp = inSeconds(-300)
    const start = { connectorId: 1, idTag: 'SINGLE', meterStart: 100, timestamp }
    const { transactionId } = await station.call('StartTransaction', start)
    const wish = { meterStop: 444, timestamp: inSeconds(-30), reason: 'PowerLoss' }
    expect((await close(transactionId, wish)).body).toMatchObject({
      meterStop: 444,
      stoppedAt: wish.timestamp,
      reason: 'PowerLoss',
      energyWh: 344,
    })
    const { body } = await busbar.api('GET', `/charge-points/${station.chargePointId}`)
    expect(JSON.stringify(body)).not.toContain(String(transactionId))
    const next = await station.call('StartTransaction', { ...start, timestamp: inSeconds(0) })
    expect(next.idTagInfo.status).toBe('Accepted')
    expect(await read(next.transactionId)).toMatchObject({ flags: [] })
  })

  it('that there is not cannot be closed', async () => {
    expect((await close(4711)).status).toBe(404)
  })
})

describe('a transaction whose station is silent', () => {
  const SECONDS = 4
  let busbar: Busbar
  beforeAll(async () => {
    const settings = { SILENT_AFTER_HOURS: String(SECONDS / 3600), READ_CONFIGURATION_AFTER: '0' }
    busbar = await startBusbar(withSettings(settings))
    await busbar.api('POST', '/id-tags', { idTag: 'TAG' })
  })
  afterAll(() => busbar.stop())

  it('is in doubt for as long as the silence lasts', async () => {
    const station = await aBootedStation(busbar, 'CP1')
    const transactionId = await startOn(station, 1)
    const doubt = async () => (await busbar.api('GET', `/transactions/${transactionId}`)).body.doubt
    await expect.poll(doubt, PATIENCE).toBe('silent')
    const listed = await readAll(busbar, '/transactions?doubtful=true')
    expect(listed).toMatchObject([{ transactionId, doubt: 'silent', flags: [] }])
    await station.call('Heartbeat')
    expect(await doubt()).toBeUndefined()
    await expect.poll(doubt, PATIENCE).toBe('silent')
    station.hangUp()
    expect((await busbar.api('POST', `/transactions/${transactionId}/close`, {})).body).toMatchObject({
      meterStop: 1000,
      active: false,
    })
    expect(await doubt()).toBeUndefined()
  })
})
