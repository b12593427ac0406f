import type { RPCClient } from 'ocpp-rpc'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Busbar, startBusbar, thirdPartyStation } from '../support/e2e.ts'

/** What the station answers to each call, chosen so that no two answers are alike by chance. */
const ANSWERS: [action: string, payload: object, response: object][] = [
  ['RemoteStartTransaction', { connectorId: 1, idTag: 'TAG1' }, { status: 'Accepted' }],
  ['RemoteStopTransaction', { transactionId: 4711 }, { status: 'Rejected' }],
  ['Reset', { type: 'Soft' }, { status: 'Accepted' }],
  ['Reset', { type: 'Hard' }, { status: 'Rejected' }],
  [
    'ReserveNow',
    { connectorId: 1, expiryDate: '2030-01-01T00:00:00.000Z', idTag: 'TAG1', reservationId: 7 },
    { status: 'Occupied' },
  ],
  ['CancelReservation', { reservationId: 7 }, { status: 'Accepted' }],
  ['ClearCache', {}, { status: 'Rejected' }],
  ['ClearChargingProfile', {}, { status: 'Unknown' }],
  [
    'GetConfiguration',
    { key: ['HeartbeatInterval', 'Nonsense'] },
    {
      configurationKey: [{ key: 'HeartbeatInterval', readonly: false, value: '300' }],
      unknownKey: ['Nonsense'],
    },
  ],
  ['ChangeConfiguration', { key: 'MeterValueSampleInterval', value: '60' }, { status: 'RebootRequired' }],
  ['TriggerMessage', { requestedMessage: 'Heartbeat' }, { status: 'NotImplemented' }],
  ['UnlockConnector', { connectorId: 1 }, { status: 'UnlockFailed' }],
]

describe('a third-party charge point', () => {
  let busbar: Busbar
  let station: RPCClient
  beforeAll(async () => {
    busbar = await startBusbar()
    await busbar.register('CP1')
    await busbar.api('POST', '/id-tags', { idTag: 'TAG1', parentIdTag: 'FLEET' })
    station = thirdPartyStation(busbar, 'CP1')
    await station.connect()
  })
  afterAll(async () => {
    await station.close()
    await busbar.stop()
  })

  it('boots, authorizes, charges and stops, and the operator sees it', async () => {
    const boot = await station.call('BootNotification', {
      chargePointVendor: 'Third',
      chargePointModel: 'Party',
    })
    expect(boot).toMatchObject({ status: 'Accepted', interval: 300 })
    for (const connectorId of [0, 1]) {
      const status = {
        connectorId,
        errorCode: 'NoError',
        status: 'Available',
        timestamp: new Date().toISOString(),
      }
      expect(await station.call('StatusNotification', status)).toEqual({})
    }
    const verdict = { idTagInfo: { status: 'Accepted', parentIdTag: 'FLEET' } }
    expect(await station.call('Authorize', { idTag: 'TAG1' })).toEqual(verdict)
    const timestamp = new Date().toISOString()
    const start: any = await station.call('StartTransaction', {
      connectorId: 1,
      idTag: 'TAG1',
      meterStart: 1000,
      timestamp,
    })
    expect(start).toMatchObject(verdict)
    const { transactionId } = start
    for (const value of ['1200', '1400', '1600']) {
      const meterValue = [{ timestamp: new Date().toISOString(), sampledValue: [{ value, unit: 'Wh' }] }]
      expect(await station.call('MeterValues', { connectorId: 1, transactionId, meterValue })).toEqual({})
    }
    const charging = await busbar.api('GET', '/charge-points/CP1')
    expect(charging.body).toMatchObject({ connectionState: 'online' })
    expect(JSON.stringify(charging.body)).toContain(String(transactionId))
    const stop = { transactionId, idTag: 'TAG1', meterStop: 1800, timestamp: new Date().toISOString() }
    expect(await station.call('StopTransaction', stop)).toEqual(verdict)

    const { body } = await busbar.api('GET', `/transactions/${transactionId}`)
    expect(body).toMatchObject({ chargePointId: 'CP1', idTag: 'TAG1', energyWh: 800, active: false })
    const values = await busbar.api('GET', `/transactions/${transactionId}/meter-values`)
    expect(values.body.items).toHaveLength(3)
  })

  it.each(ANSWERS)('is asked for %s %j and its own answer is read', async (action, payload, response) => {
    const asked: unknown[] = []
    station.handle(action, async ({ params }: any): Promise<any> => {
      asked.push(params)
      return response
    })
    const { status, body } = await busbar.command('CP1', action, payload)
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { action, payload, status: 'Answered', response },
    })
    expect(asked).toEqual([payload])
    const read = await busbar.api('GET', `/charge-points/CP1/calls/${body.messageId}`)
    expect(read.body).toEqual(body)
  })

  it('refuses what it does not know, and the operator reads that', async () => {
    station.removeHandler('ClearCache')
    const { status, body } = await busbar.command('CP1', 'ClearCache')
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { status: 'Refused', error: { code: 'NotImplemented' } },
    })
  })
})
