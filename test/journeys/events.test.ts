import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EVENTS, type EventType } from '../../lib/operator/events-schemas.ts'
import type { BusbarEvent } from '../../lib/store/port.ts'
import { type Busbar, fetchToken, startBusbar } from '../support/e2e.ts'
import { aBootedStation, PATIENCE, readAll, type Station, withSettings } from '../support/fleet.ts'
import { isSignedBy, type Receiver, startReceiver } from '../support/receiver.ts'

/** From a station's socket to those who are told, over the table's stream, the bus and the queue. */
describe('what happens is told', () => {
  let busbar: Busbar
  let receiver: Receiver
  let station: Station
  let all: { webhookId: string; secret: string }
  beforeAll(async () => {
    receiver = await startReceiver()
    busbar = await startBusbar(withSettings({ WEBHOOK_RETRY_AFTER: '0,1' }))
    all = await aWebhook('/all')
    await busbar.api('POST', '/id-tags', { idTag: 'TAG1' })
    station = await aBootedStation(busbar, 'CP#1')
  })
  afterAll(async () => {
    station.hangUp()
    await busbar.stop()
    await receiver.stop()
  })

  async function aWebhook(path: string, more: object = {}): Promise<{ webhookId: string; secret: string }> {
    const { status, body } = await busbar.api('POST', '/webhooks', { url: receiver.url + path, ...more })
    expect(status, JSON.stringify(body)).toBe(201)
    return body
  }

  const to = (path: string) => receiver.received.filter((each) => each.path === path)
  const typesTo = (path: string) => new Set(to(path).map(({ event }) => event.type))

  it('to a webhook, signed and by the documented schema, and in the feed', async () => {
    const status = { connectorId: 1, errorCode: 'NoError', status: 'Preparing' }
    await station.call('StatusNotification', status)
    const timestamp = new Date().toISOString()
    const start: any = await station.call('StartTransaction', {
      connectorId: 1,
      idTag: 'TAG1',
      meterStart: 0,
      timestamp,
    })
    const { transactionId } = start
    const meterValue = [{ timestamp, sampledValue: [{ value: '500' }] }]
    await station.call('MeterValues', { connectorId: 1, transactionId, meterValue })
    await station.call('StopTransaction', { transactionId, meterStop: 1500, timestamp })
    await station.call('SecurityEventNotification', { type: 'FirmwareUpdated', timestamp })
    await busbar.command('CP#1', 'Reset', { type: 'Soft' })
    station.hangUp()
    await expect
      .poll(() => [...typesTo('/all')].sort(), PATIENCE)
      .toEqual(
        expect.arrayContaining([
          'CallClosed',
          'ChargePointBooted',
          'ChargePointConnected',
          'ChargePointDisconnected',
          'ChargePointRegistered',
          'ConnectorStatusChanged',
          'MeterValuesReceived',
          'SecurityEvent',
          'TransactionStarted',
          'TransactionStopped',
        ]),
      )
    for (const delivery of to('/all')) {
      expect(isSignedBy(all.secret, delivery)).toBe(true)
      expect(delivery.headers['webhook-id']).toBe(delivery.event.eventId)
      EVENTS[delivery.event.type as EventType].parse(delivery.event)
    }
    const feed: BusbarEvent[] = await readAll(busbar, '/events', 7)
    const byId = new Map(feed.map((event) => [event.eventId, event]))
    expect(byId.size).toBe(feed.length)
    for (const { event } of to('/all')) expect(byId.get(event.eventId)).toEqual(event)
    const stopped = feed.find(({ type }) => type === 'TransactionStopped')
    expect(stopped?.data).toMatchObject({ transactionId, energyWh: 1500 })
    const ofOne = await readAll(
      busbar,
      `/events?type=SecurityEvent&chargePointId=${encodeURIComponent('CP#1')}`,
    )
    expect(ofOne).toMatchObject([{ data: { type: 'FirmwareUpdated' } }])
  })

  it('as server-sent events, and to none without a token', async () => {
    expect((await fetch(`${busbar.local.url}/api/events`, { headers: EVENT_STREAM })).status).toBe(401)
    const authorization = `Bearer ${await fetchToken(busbar.local)}`
    const stop = new AbortController()
    const response = await fetch(`${busbar.local.url}/api/events`, {
      headers: { ...EVENT_STREAM, authorization },
      signal: stop.signal,
    })
    expect(response.headers.get('content-type')).toContain('text/event-stream')
    await busbar.register('CP2')
    const text = await readUntil(response, '"chargePointId":"CP2"')
    expect(text).toContain('event: ChargePointRegistered')
    stop.abort()
  })

  it('again to a receiver that fails, and in the end into the dead letter queue', async () => {
    const { webhookId } = await aWebhook('/fails', { types: ['ChargePointChanged'] })
    receiver.answers.set('/fails', 302)
    await expectToGrow(async () => {
      await busbar.api('PATCH', '/charge-points/CP2', { description: `edited at ${Date.now()}` })
    }, '/fails')
    const failuresOf = async () => (await busbar.api('GET', `/webhooks/${webhookId}/failures`)).body.items
    await expect.poll(async () => (await failuresOf()).length, PATIENCE).toBeGreaterThan(0)
    const [failure] = await failuresOf()
    expect(failure).toMatchObject({ status: 302, attempts: 3, event: { type: 'ChargePointChanged' } })
    expect(to('/fails').filter(({ event }) => event.eventId === failure.event.eventId).length).toBe(3)
    expect(to('/elsewhere')).toEqual([])
    const buried: string[] = []
    const dead = busbar.local.queues.byId(deadQueueId())
    await expect
      .poll(() => {
        for (const { message } of dead?.receive(10) ?? []) buried.push(message.body)
        return buried.join()
      }, PATIENCE)
      .toContain(failure.event.eventId)
    receiver.answers.delete('/fails')
    const retry = `/webhooks/${webhookId}/failures/${failure.event.eventId}/retry`
    expect((await busbar.api('POST', retry)).status).toBe(202)
    await expect
      .poll(async () => (await busbar.api('GET', `/webhooks/${webhookId}`)).body.failuresInARow, PATIENCE)
      .toBe(0)
  })

  it('not any more to a receiver that is gone', async () => {
    const { webhookId } = await aWebhook('/gone', { types: ['ChargePointChanged'] })
    receiver.answers.set('/gone', 410)
    await expectToGrow(async () => {
      await busbar.api('PATCH', '/charge-points/CP2', { description: `edited at ${Date.now()}` })
    }, '/gone')
    await expect
      .poll(async () => (await busbar.api('GET', `/webhooks/${webhookId}`)).body, PATIENCE)
      .toMatchObject({ enabled: false, disabledBecause: 'gone' })
  })

  it('to the address of a Ping, as it goes', async () => {
    const { body } = await busbar.api('POST', `/webhooks/${all.webhookId}/test`)
    expect(body).toMatchObject({ delivered: true, status: 204 })
    expect(to('/all').at(-1)?.event).toMatchObject({ type: 'Ping', eventId: body.eventId })
  })

  const EVENT_STREAM = { accept: 'text/event-stream' }

  /** A new webhook is known within seconds: until then, do it again. */
  async function expectToGrow(act: () => Promise<unknown>, path: string): Promise<void> {
    for (let attempt = 0; attempt < 30 && to(path).length === 0; attempt++) {
      await act()
      await new Promise((resolve) => setTimeout(resolve, 1000))
    }
    expect(to(path).length).toBeGreaterThan(0)
  }

  function deadQueueId(): string {
    const id = busbar.local.stack.ids('AWS::SQS::Queue').find((each) => each.includes('DeadWebhooks'))
    if (id === undefined) throw new Error('there is no queue for dead letters')
    return id
  }
})

async function readUntil(response: Response, text: string): Promise<string> {
  let read = ''
  const decoder = new TextDecoder()
  for await (const chunk of response.body ?? []) {
    read += decoder.decode(chunk as Uint8Array, { stream: true })
    if (read.includes(text)) return read
  }
  return read
}
