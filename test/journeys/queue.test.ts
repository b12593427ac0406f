import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Busbar, startBusbar } from '../support/e2e.ts'
import {
  aStation,
  inSeconds,
  PATIENCE,
  type Replies,
  readAll,
  type Station,
  withSettings,
} from '../support/fleet.ts'

const SILENT = undefined

describe('a call that waits until its charge point is online', () => {
  let busbar: Busbar
  let serial = 0
  const stations: Station[] = []
  beforeAll(async () => {
    busbar = await startBusbar(withSettings({ READ_CONFIGURATION_AFTER: '0' }))
  })
  afterAll(async () => {
    for (const station of stations) station.hangUp()
    await busbar.stop()
  })

  /** Registered, and not connected yet. */
  async function anAbsentStation(): Promise<Station> {
    const station = aStation(busbar, `CP${++serial}`)
    await busbar.register(station.chargePointId)
    stations.push(station)
    return station
  }

  /** Connected, and not booted: nothing is sent of itself some time after. */
  async function aPresentStation(replies: Replies = {}): Promise<Station> {
    const station = await anAbsentStation()
    station.replies = replies
    await station.connect()
    await station.call('Heartbeat')
    return station
  }

  const ask = ({ chargePointId }: Station, action: string, more: object = {}) =>
    busbar.api('POST', `/charge-points/${chargePointId}/calls`, { action, whenOffline: 'queue', ...more })

  const ended = async ({ chargePointId }: Station, messageId: string) => {
    const path = `/charge-points/${chargePointId}/calls/${messageId}`
    return (await busbar.api('GET', path, undefined, { prefer: 'wait=25' })).body
  }

  const actionsOf = ({ asked }: Station) => asked.map(({ action }) => action)

  it('is sent with the first message after it connects; the others follow in their order, one by one', async () => {
    const station = await anAbsentStation()
    const triggers = ['Heartbeat', 'StatusNotification', 'BootNotification', 'MeterValues']
    const calls: any[] = []
    for (const requestedMessage of triggers) {
      const { status, body } = await ask(station, 'TriggerMessage', { payload: { requestedMessage } })
      expect({ status, body }).toMatchObject({
        status: 202,
        body: { status: 'Queued', whenOffline: 'queue' },
      })
      calls.push(body)
    }
    expect((await busbar.api('GET', `/charge-points/${station.chargePointId}`)).body.calls.queued).toBe(4)

    await station.connect()
    expect(station.asked).toEqual([])
    await station.call('Heartbeat')
    for (const { messageId } of calls) {
      expect(await ended(station, messageId)).toMatchObject({
        status: 'Answered',
        response: { status: 'Accepted' },
      })
    }
    expect(station.asked).toEqual(
      triggers.map((requestedMessage, turn) => ({
        messageId: calls[turn].messageId,
        action: 'TriggerMessage',
        payload: { requestedMessage },
        open: 0,
      })),
    )
    expect((await busbar.api('GET', `/charge-points/${station.chargePointId}`)).body.calls).toEqual({
      queued: 0,
    })
  })

  it('is not kept where it was not asked to wait', async () => {
    const station = await anAbsentStation()
    const refused = await ask(station, 'ClearCache', { whenOffline: 'refuse' })
    expect(refused).toMatchObject({ status: 409, body: { type: '/problems/offline' } })
    await station.connect()
    await station.call('Heartbeat')
    expect(station.asked).toEqual([])
  })

  it('is given up when it expires, and what waits behind it goes out', async () => {
    const station = await anAbsentStation()
    const expiresAt = inSeconds(3)
    const first = await ask(station, 'ClearCache', { expiresAt })
    const second = await ask(station, 'GetLocalListVersion')
    await expect
      .poll(async () => (await ended(station, first.body.messageId)).status, PATIENCE)
      .toBe('Expired')
    expect(await ended(station, first.body.messageId)).toMatchObject({
      closedAt: expiresAt,
      error: { code: 'Expired' },
    })
    station.replies.GetLocalListVersion = { listVersion: 0 }
    await station.connect()
    await station.call('Heartbeat')
    expect(await ended(station, second.body.messageId)).toMatchObject({ status: 'Answered' })
    expect(actionsOf(station)).toEqual(['GetLocalListVersion'])
  })

  it('can be taken back as long as it waits', async () => {
    const station = await anAbsentStation()
    const { body } = await ask(station, 'ClearCache')
    const path = `/charge-points/${station.chargePointId}/calls/${body.messageId}`
    expect(await busbar.api('DELETE', path)).toMatchObject({ status: 200, body: { status: 'Cancelled' } })
    await station.connect()
    await station.call('Heartbeat')
    expect(station.asked).toEqual([])
    expect((await busbar.api('DELETE', path)).body).toMatchObject({ status: 'Cancelled' })
  })

  it('follows a call that nobody answers as soon as its time is up', async () => {
    const station = await aPresentStation({ ClearCache: SILENT })
    const first = await ask(station, 'ClearCache', { timeoutSeconds: 5 })
    const second = await ask(station, 'Reset', { payload: { type: 'Soft' } })
    expect(second.body.status).toBe('Queued')
    expect(await ended(station, second.body.messageId)).toMatchObject({ status: 'Answered' })
    const closed = await ended(station, first.body.messageId)
    expect(closed).toMatchObject({ status: 'TimedOut', closedAt: first.body.deadline })
    expect((await ended(station, second.body.messageId)).sentAt > closed.closedAt).toBe(true)
    expect(actionsOf(station)).toEqual(['ClearCache', 'Reset'])
  })

  it('is sent once though its charge point hangs up over another call; that one is not sent again and ends', async () => {
    const station = await aPresentStation({ ClearCache: SILENT })
    const first = await ask(station, 'ClearCache', { timeoutSeconds: 12 })
    const second = await ask(station, 'UnlockConnector', { payload: { connectorId: 1 } })
    const third = await ask(station, 'TriggerMessage', { payload: { requestedMessage: 'Heartbeat' } })
    station.replies.UnlockConnector = { status: 'Unlocked' }
    await station.wasAsked('ClearCache')
    station.hangUp()
    await station.connect()
    await station.call('Heartbeat')

    for (const { messageId } of [second.body, third.body]) {
      const answered = await ended(station, messageId)
      expect(answered.status).toBe('Answered')
      expect(answered.closedAt < first.body.deadline).toBe(true)
    }
    expect(await ended(station, first.body.messageId)).toMatchObject({
      status: 'TimedOut',
      closedAt: first.body.deadline,
    })
    await station.call('Heartbeat')
    expect(actionsOf(station)).toEqual(['ClearCache', 'UnlockConnector', 'TriggerMessage'])
    const calls = await readAll(busbar, `/charge-points/${station.chargePointId}/calls`)
    expect(calls.filter(({ closedAt }) => closedAt === undefined)).toEqual([])
  })

  it('is answered over the connection that comes after the one it was sent over', async () => {
    const station = await aPresentStation({ ClearCache: SILENT })
    const { body } = await ask(station, 'ClearCache', { timeoutSeconds: 20 })
    const { messageId } = await station.wasAsked('ClearCache')
    station.hangUp()
    await station.connect()
    station.answer(messageId, { status: 'Rejected' })
    expect(await ended(station, body.messageId)).toMatchObject({
      status: 'Answered',
      response: { status: 'Rejected' },
    })
    expect(actionsOf(station)).toEqual(['ClearCache'])
  })

  it('survives a charge point that connects again and again: each is sent once, in order', async () => {
    const station = await anAbsentStation()
    const connectors = [1, 2, 3, 4, 5]
    for (const connectorId of connectors) await ask(station, 'UnlockConnector', { payload: { connectorId } })
    station.replies.UnlockConnector = ({ payload: { connectorId } }) => {
      if (connectorId % 2 === 1) return { status: 'Unlocked' }
      station.hangUp()
      return undefined
    }
    for (const times of [2, 4, 5]) {
      await station.connect()
      await station.call('Heartbeat')
      await station.wasAsked('UnlockConnector', times)
    }
    expect(station.asked.map(({ payload }) => payload.connectorId)).toEqual(connectors)
  })
})
