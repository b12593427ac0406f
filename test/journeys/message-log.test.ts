import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Busbar, startBusbar } from '../support/e2e.ts'
import {
  aBootedStation,
  aStation,
  BOOT,
  inSeconds,
  PATIENCE,
  readAll,
  type Station,
  withSettings,
} from '../support/fleet.ts'

const SECRET = '00112233445566778899aabbccddeeff'

describe('the message log of a charge point', () => {
  let busbar: Busbar
  let serial = 0
  const log: string[] = []
  const stations: Station[] = []
  beforeAll(async () => {
    busbar = await startBusbar(withSettings({ READ_CONFIGURATION_AFTER: '0' }), (line) => log.push(line))
  })
  afterAll(async () => {
    for (const station of stations) station.hangUp()
    await busbar.stop()
  })

  async function someStation(logged: string | null = inSeconds(3600)): Promise<Station> {
    const station = await aBootedStation(busbar, `CP${++serial}`)
    stations.push(station)
    if (logged !== null) await switchTo(station, logged)
    return station
  }

  async function switchTo({ chargePointId }: Station, messageLogUntil: string | null): Promise<void> {
    const { status, body } = await busbar.api('PATCH', `/charge-points/${chargePointId}`, { messageLogUntil })
    expect(status).toBe(200)
    expect(body.messageLogUntil ?? null).toBe(messageLogUntil)
  }

  const messagesOf = ({ chargePointId }: Station, limit?: number) =>
    readAll(busbar, `/charge-points/${chargePointId}/messages`, limit)

  it('is off unless it is switched on', async () => {
    const station = await someStation(null)
    await station.call('Heartbeat')
    expect(await messagesOf(station)).toEqual([])
    expect((await busbar.api('GET', '/charge-points/nobody/messages')).status).toBe(404)
  })

  it('has every frame, both ways, the newest first, page by page', async () => {
    const station = await someStation()
    await station.call('Heartbeat')
    const { body: call } = await busbar.command(station.chargePointId, 'ClearCache')
    await station.call('DataTransfer', { vendorId: 'com.example' })
    station.send('this is no frame')
    station.send('[2,"broken"]')
    await expect.poll(async () => (await messagesOf(station)).length, PATIENCE).toBe(9)

    const messages = await messagesOf(station)
    const told = messages.map(({ direction, messageType, action }) => ({ direction, messageType, action }))
    const oldestFirst = told.toReversed()
    expect(oldestFirst.slice(0, 2)).toEqual([
      { direction: 'in', messageType: 'Call', action: 'Heartbeat' },
      { direction: 'out', messageType: 'CallResult' },
    ])
    expect(oldestFirst.slice(2, 4)).toEqual([
      { direction: 'out', messageType: 'Call', action: 'ClearCache' },
      { direction: 'in', messageType: 'CallResult' },
    ])
    expect(oldestFirst.slice(4, 6)).toEqual([
      { direction: 'in', messageType: 'Call', action: 'DataTransfer' },
      { direction: 'out', messageType: 'CallResult' },
    ])
    const frames = messages.map(({ frame }) => frame)
    expect(frames).toContain('this is no frame')
    expect(frames).toContain('[2,"broken"]')
    expect(frames).toContain(JSON.stringify([2, call.messageId, 'ClearCache', {}]))
    expect(frames).toContain(JSON.stringify([3, call.messageId, { status: 'Accepted' }]))
    expect(frames.filter((frame) => frame.startsWith('[4,"broken"'))).toHaveLength(1)
    const times = messages.map(({ at }) => at)
    expect(times).toEqual(times.toSorted().toReversed())
    expect(await messagesOf(station, 2)).toEqual(messages)
  })

  it('never has the secret of an AuthorizationKey', async () => {
    const station = await someStation()
    const { chargePointId } = station
    const payload = { key: 'AuthorizationKey', value: SECRET }
    const { body } = await busbar.command(chargePointId, 'ChangeConfiguration', payload)
    expect(body).toMatchObject({ status: 'Answered' })
    expect((await station.wasAsked('ChangeConfiguration')).payload).toEqual(payload)
    const configurationKey = [{ key: 'AuthorizationKey', readonly: false, value: SECRET }]
    station.replies.GetConfiguration = { configurationKey }
    await busbar.command(chargePointId, 'GetConfiguration')
    await expect.poll(async () => (await messagesOf(station)).length, PATIENCE).toBe(4)

    const messages = await messagesOf(station)
    expect(messages.map(({ direction }) => direction)).toEqual(['in', 'out', 'in', 'out'])
    const everywhere = [messages, await readAll(busbar, `/charge-points/${chargePointId}/calls`), log]
    expect(JSON.stringify(everywhere)).not.toContain(SECRET)
    expect(JSON.stringify(messages)).toContain('AuthorizationKey')
  })

  it('follows a charge point from one connection to the next', async () => {
    const station = await someStation()
    station.hangUp()
    await station.connect()
    await station.call('BootNotification', BOOT)
    const messages = await messagesOf(station)
    expect(messages).toMatchObject([
      { direction: 'out', messageType: 'CallResult' },
      { direction: 'in', messageType: 'Call', action: 'BootNotification' },
    ])
    const { body } = await busbar.api('GET', `/charge-points/${station.chargePointId}/messages`)
    expect(new Set(body.items.map(({ connectionId }: any) => connectionId)).size).toBe(1)
  })

  it('ends when it is switched off, and keeps what it has', async () => {
    const station = await someStation()
    await station.call('Heartbeat')
    expect(await messagesOf(station)).toHaveLength(2)
    await switchTo(station, null)
    await station.call('Heartbeat')
    await busbar.command(station.chargePointId, 'ClearCache')
    expect(await messagesOf(station)).toHaveLength(2)
  })

  it('ends by itself at the instant it was to', async () => {
    const station = await someStation(null)
    const until = inSeconds(8)
    await switchTo(station, until)
    await station.call('Heartbeat')
    expect(await messagesOf(station)).toHaveLength(2)
    await expect.poll(() => new Date().toISOString() > until, PATIENCE).toBe(true)
    await station.call('Heartbeat')
    expect(await messagesOf(station)).toHaveLength(2)
  })

  it('is switched on for a month at the most, and not into the past', async () => {
    const station = aStation(busbar, `CP${++serial}`)
    await busbar.register(station.chargePointId)
    for (const messageLogUntil of [inSeconds(-1), inSeconds(32 * 24 * 3600), 'tomorrow']) {
      const { status } = await busbar.api('PATCH', `/charge-points/${station.chargePointId}`, {
        messageLogUntil,
      })
      expect(status).toBe(400)
    }
  })
})
