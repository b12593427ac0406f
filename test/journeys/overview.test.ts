import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Busbar, startBusbar } from '../support/e2e.ts'
import { aBootedStation, PATIENCE, type Station } from '../support/fleet.ts'

/** From a station's socket to lists and figures, over the table's stream. */
describe('lists and figures', () => {
  let busbar: Busbar
  let station: Station
  beforeAll(async () => {
    busbar = await startBusbar()
    station = await aBootedStation(busbar, 'CP#1')
  })
  afterAll(async () => {
    station.hangUp()
    await busbar.stop()
  })

  const overview = async () => (await busbar.api('GET', '/overview')).body
  const found = async (query: string) => {
    const { body } = await busbar.api('GET', `/charge-points?${query}`)
    return body.items.map(({ chargePointId }: { chargePointId: string }) => chargePointId)
  }

  it('follow what a station does', async () => {
    await busbar.api('POST', '/id-tags', { idTag: 'TAG1' })
    const status = { connectorId: 1, errorCode: 'NoError', status: 'Faulted' }
    await station.call('StatusNotification', status)
    await expect.poll(() => found('connectorStatus=Faulted'), PATIENCE).toEqual(['CP#1'])
    await expect.poll(overview, PATIENCE).toMatchObject({
      chargePoints: { total: 1, online: 1 },
      connectors: { Faulted: 1 },
      heard: { today: 1 },
      idTags: { total: 1 },
    })
    const timestamp = new Date().toISOString()
    const started: any = await station.call('StartTransaction', {
      connectorId: 1,
      idTag: 'TAG1',
      meterStart: 0,
      timestamp,
    })
    await expect.poll(overview, PATIENCE).toMatchObject({ transactions: { active: 1, startedToday: 1 } })
    const { transactionId } = started
    await station.call('StopTransaction', { transactionId, meterStop: 1500, timestamp })
    await expect
      .poll(overview, PATIENCE)
      .toMatchObject({ transactions: { active: 0 }, energyWh: { today: 1500 } })
    station.hangUp()
    await expect.poll(() => found('connectionState=offline'), PATIENCE).toEqual(['CP#1'])
    await expect.poll(overview, PATIENCE).toMatchObject({ chargePoints: { online: 0, offline: 1 } })
  })

  it('can be rebuilt', async () => {
    const { status, body } = await busbar.api('POST', '/overview/rebuild')
    expect(status).toBe(202)
    expect((await overview()).rebuild).toEqual(body)
  })
})
