import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tellEvents } from '../../lib/central-system/events.ts'
import { eventsOf } from '../../lib/operator/events-of-change.ts'
import { EVENT_DATA, EVENT_TYPES, EVENTS, type EventType } from '../../lib/operator/events-schemas.ts'
import type { BusbarEvent, Change } from '../../lib/store/port.ts'
import { aChargePoint, anIdTag } from '../support/system.ts'
import { pathsOf, startApi, type TestApi } from './support.ts'

let api: TestApi
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.stop())

let serial = 0

type OfKind<K extends Change['kind']> = Extract<Change, { kind: K }>
type Facts<K extends Change['kind']> = Omit<OfKind<K>, 'changeId' | 'sequence' | 'at' | 'kind'>

function change<K extends Change['kind']>(kind: K, facts: Facts<K>): Change {
  const number = String(++serial)
  return {
    kind,
    changeId: number,
    sequence: number.padStart(40, '0'),
    at: api.clock.iso(),
    ...facts,
  } as unknown as Change
}

/** The events of a change, each held against its schema. */
function told<K extends Change['kind']>(kind: K, facts: Facts<K>): BusbarEvent[] {
  const events = eventsOf(change(kind, facts))
  for (const event of events) EVENTS[event.type as EventType].parse(event)
  return events
}

const typesOf = (events: BusbarEvent[]) => events.map(({ type }) => type)

describe('what changes of a charge point are told as', () => {
  const recordOf = async (chargePointId: string) => {
    const record = await api.store.getChargePoint(chargePointId)
    if (!record) throw new Error('it is gone')
    return record
  }

  it('tells of its registration, its edits, its boots and its removal, without its password', async () => {
    const { chargePointId } = await aChargePoint(api, { passwordHash: 'scrypt$secret', connected: false })
    const made = await recordOf(chargePointId)
    const registered = told('chargePoint', { chargePointId, after: made })
    expect(registered).toMatchObject([
      { type: 'ChargePointRegistered', chargePointId, data: { chargePointId, hasPassword: true } },
    ])
    expect(JSON.stringify(registered)).not.toContain('scrypt')
    await api.store.updateChargePoint(chargePointId, { description: 'by the gate' }, api.clock.iso())
    const edited = await recordOf(chargePointId)
    expect(told('chargePoint', { chargePointId, before: made, after: edited })).toMatchObject([
      { type: 'ChargePointChanged', data: { description: 'by the gate', version: 2 } },
    ])
    const at = api.clock.advance(1)
    await api.store.recordBoot(chargePointId, { chargePointVendor: 'V', chargePointModel: 'M', at })
    const booted = await recordOf(chargePointId)
    expect(told('chargePoint', { chargePointId, before: edited, after: booted })).toMatchObject([
      { type: 'ChargePointBooted', data: { chargePointId, boot: { chargePointVendor: 'V', at } } },
    ])
    expect(typesOf(told('chargePoint', { chargePointId, before: booted }))).toEqual(['ChargePointRemoved'])
  })

  it('tells of connections and the statuses of connectors, and not of heartbeats', async () => {
    const chargePoint = await aChargePoint(api, { connected: false })
    const { chargePointId } = chargePoint
    const live = async () => {
      const record = await api.store.getLive(chargePointId)
      if (!record) throw new Error('it is gone')
      return record
    }
    const fresh = await live()
    await chargePoint.connect('first')
    const first = await live()
    expect(told('live', { chargePointId, before: fresh, after: first })).toMatchObject([
      { type: 'ChargePointConnected', data: { connectionId: 'first' } },
    ])
    api.clock.advance(5)
    await chargePoint.call('Heartbeat')
    const heard = await live()
    expect(heard.lastSeenAt).not.toBe(first.lastSeenAt)
    expect(told('live', { chargePointId, before: first, after: heard })).toEqual([])
    await chargePoint.connect('second')
    const second = await live()
    expect(told('live', { chargePointId, before: heard, after: second })).toMatchObject([
      { type: 'ChargePointConnected', data: { connectionId: 'second', replacedConnectionId: 'first' } },
    ])
    const status = { connectorId: 1, errorCode: 'NoError', status: 'Preparing' }
    await chargePoint.call('StatusNotification', status)
    const preparing = await live()
    const [preparingEvent] = told('live', { chargePointId, before: second, after: preparing })
    expect(preparingEvent).toMatchObject({
      type: 'ConnectorStatusChanged',
      data: { connectorId: 1, status: 'Preparing', errorCode: 'NoError' },
    })
    expect(preparingEvent?.data).not.toHaveProperty('previousStatus')
    api.clock.advance(5)
    await chargePoint.call('StatusNotification', status)
    const again = await live()
    expect(told('live', { chargePointId, before: preparing, after: again })).toEqual([])
    await chargePoint.call('StatusNotification', { ...status, status: 'Charging' })
    const charging = await live()
    expect(told('live', { chargePointId, before: again, after: charging })).toMatchObject([
      { data: { status: 'Charging', previousStatus: 'Preparing' } },
    ])
    await api.store.disconnect(chargePointId, 'second')
    expect(told('live', { chargePointId, before: charging, after: await live() })).toMatchObject([
      { type: 'ChargePointDisconnected', data: { connectionId: 'second' } },
    ])
    expect(told('live', { chargePointId, before: charging })).toEqual([])
  })

  it('tells of a security event once', () => {
    const at = api.clock.iso()
    const record = { chargePointId: 'CP', type: 'TamperDetectionActivated', timestamp: at, receivedAt: at }
    expect(told('securityEvent', { chargePointId: 'CP', after: record })).toMatchObject([
      { type: 'SecurityEvent', chargePointId: 'CP', data: record },
    ])
    expect(told('securityEvent', { chargePointId: 'CP', before: record })).toEqual([])
  })
})

describe('what changes of a transaction are told as', () => {
  it('tells the whole transaction when it starts, changes and stops', async () => {
    const chargePoint = await aChargePoint(api)
    const idTag = await anIdTag(api)
    const start = { connectorId: 1, idTag, meterStart: 100, timestamp: api.clock.iso() }
    const { transactionId } = await chargePoint.call('StartTransaction', start)
    const started = await api.store.getTransaction(transactionId)
    if (!started) throw new Error('it is gone')
    const beginning = told('transaction', { transactionId, after: started })
    expect(beginning).toMatchObject([
      { type: 'TransactionStarted', chargePointId: chargePoint.chargePointId, data: { active: true, idTag } },
    ])
    expect((await api.get(`/transactions/${transactionId}`)).body).toMatchObject(beginning[0]?.data ?? {})
    expect(told('transaction', { transactionId, before: started, after: started })).toEqual([])
    await api.store.flagZombie(transactionId, { reason: 'newTransaction', at: api.clock.iso() })
    const flagged = await api.store.getTransaction(transactionId)
    if (!flagged) throw new Error('it is gone')
    expect(told('transaction', { transactionId, before: started, after: flagged })).toMatchObject([
      { type: 'TransactionUpdated', data: { flags: ['zombie'] } },
    ])
    await chargePoint.call('StopTransaction', {
      transactionId,
      meterStop: 1100,
      timestamp: api.clock.advance(60),
    })
    const stopped = await api.store.getTransaction(transactionId)
    if (!stopped) throw new Error('it is gone')
    const [end] = told('transaction', { transactionId, before: flagged, after: stopped })
    expect(end).toMatchObject({ type: 'TransactionStopped', data: { energyWh: 1000, active: false } })
    expect((await api.get(`/transactions/${transactionId}`)).body).toEqual(end?.data)
  })

  it('tells of a stop that ends nothing as a stop, and of a stop after a guess as a change', async () => {
    const stop = { timestamp: api.clock.iso(), receivedAt: api.clock.iso(), reason: 'Local', meterStop: 5 }
    const common = { transactionId: 7, chargePointId: 'CP', flags: [] }
    expect(typesOf(told('transaction', { transactionId: 7, after: { ...common, stop } }))).toEqual([
      'TransactionStopped',
    ])
    const guessed = { ...common, stop: { ...stop, guessed: { by: 'ada' } } }
    expect(
      typesOf(
        told('transaction', {
          transactionId: 7,
          before: guessed,
          after: { ...common, stop, guessedStop: guessed.stop },
        }),
      ),
    ).toEqual(['TransactionUpdated'])
  })

  it('tells of meter values as they are listed', () => {
    const receivedAt = api.clock.iso()
    const meterValue = [{ timestamp: receivedAt, sampledValue: [{ value: '15' }] }]
    const after = { chargePointId: 'CP', connectorId: 1, transactionId: 7, meterValue, receivedAt }
    expect(told('meterValues', { after })).toMatchObject([{ type: 'MeterValuesReceived', data: after }])
  })
})

describe('what else is told', () => {
  it('tells of a call when it has ended, without its secrets', () => {
    const at = api.clock.iso()
    const call = {
      chargePointId: 'CP',
      messageId: 'm1',
      action: 'UpdateFirmware',
      payload: { location: 'ftp://user:hunter2@host/file' },
      sealed: 'scrypt$x',
      createdAt: at,
      expiresAt: at,
      timeoutSeconds: 30,
    }
    const sent = { ...call, status: 'Sent' as const, sentAt: at, deadline: at }
    const answered = { ...sent, status: 'Answered' as const, closedAt: at, response: { status: 'Accepted' } }
    const ids = { chargePointId: 'CP', messageId: 'm1' }
    expect(told('call', { ...ids, before: { ...call, status: 'Queued' }, after: sent })).toEqual([])
    const events = told('call', { ...ids, before: sent, after: answered })
    expect(events).toMatchObject([{ type: 'CallClosed', data: { status: 'Answered', messageId: 'm1' } }])
    expect(JSON.stringify(events)).not.toMatch(/hunter2|scrypt/)
    const late = { ...answered, lateReply: { at } }
    expect(told('call', { ...ids, before: answered, after: late })).toEqual([])
  })

  it('tells of reservations that move and tasks that end', () => {
    const at = api.clock.iso()
    const reservation = {
      reservationId: 1,
      chargePointId: 'CP',
      connectorId: 1,
      idTag: 'T',
      expiryDate: at,
      messageId: 'm',
      createdAt: at,
      updatedAt: at,
    }
    const waiting = { ...reservation, status: 'Waiting' as const }
    const accepted = { ...reservation, status: 'Accepted' as const }
    expect(told('reservation', { reservationId: 1, after: waiting })).toMatchObject([
      { type: 'ReservationChanged', data: { status: 'Waiting' } },
    ])
    expect(typesOf(told('reservation', { reservationId: 1, before: waiting, after: accepted }))).toEqual([
      'ReservationChanged',
    ])
    expect(told('reservation', { reservationId: 1, before: accepted, after: accepted })).toEqual([])
    const counts = { Answered: 1, Refused: 0, TimedOut: 0, Undelivered: 0, Expired: 0, Cancelled: 0 }
    const task = {
      taskId: 't',
      action: 'Reset',
      payload: { type: 'Soft' },
      createdAt: at,
      timeoutSeconds: 30,
      whenOffline: 'queue' as const,
      expiresAt: at,
      deadline: at,
      batches: 1,
      targets: 1,
      gathered: true,
    }
    expect(told('task', { taskId: 't', before: task, after: task })).toEqual([])
    expect(
      told('task', { taskId: 't', before: task, after: { ...task, endedAt: at, counts } }),
    ).toMatchObject([{ type: 'TaskEnded', data: { status: 'Ended', counts: { answered: 1 } } }])
  })

  it('gives an event the same id whenever it is told, and another one to every other event', () => {
    const at = api.clock.iso()
    const status = { status: 'Available', errorCode: 'NoError', timestamp: at, receivedAt: at }
    const after = {
      chargePointId: 'CP',
      registrationStatus: 'Accepted' as const,
      connectors: { 1: { status }, 2: { status } },
      queue: [],
      reservations: {},
      remoteStarts: [],
      violations: 0,
    }
    const both = change('live', { chargePointId: 'CP', after })
    const ids = eventsOf(both).map(({ eventId }) => eventId)
    expect(new Set(ids).size).toBe(2)
    expect(eventsOf(both).map(({ eventId }) => eventId)).toEqual(ids)
    expect(eventsOf({ ...both, changeId: 'other' })[0]?.eventId).not.toBe(ids[0])
    for (const id of ids)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })

  it('has a schema for every type', () => {
    expect(Object.keys(EVENTS)).toEqual(Object.keys(EVENT_DATA))
    expect(EVENT_TYPES).not.toContain('Ping')
  })
})

describe('GET /events', () => {
  const at = (day: number, second: number) =>
    `2026-02-${String(day).padStart(2, '0')}T10:00:${String(second).padStart(2, '0')}.000Z`

  const connected = (chargePointId: string, day: number, second: number): BusbarEvent => ({
    eventId: `${day}-${second}-${chargePointId}`,
    type: 'ChargePointConnected',
    schemaVersion: 1,
    at: at(day, second),
    chargePointId,
    sequence: String(second).padStart(40, '0'),
    data: { chargePointId, connectionId: 'c', connectedAt: at(day, second) },
  })

  const idsOf = ({ body }: { body: { items: BusbarEvent[] } }) => body.items.map(({ eventId }) => eventId)

  const all: BusbarEvent[] = []
  beforeAll(async () => {
    for (const day of [23, 24, 27, 28])
      for (let second = 0; second < 15; second++)
        all.push(connected(second % 3 === 0 ? 'CP#ü' : 'CP', day, second))
    await api.store.recordEvents(all, 7)
    await api.store.recordEvents(all.slice(0, 5), 7)
  })
  const newest = (events: BusbarEvent[]) => events.map(({ eventId }) => eventId).reverse()

  async function pages(query: string): Promise<string[]> {
    const found: string[] = []
    for (let cursor = ''; ; ) {
      const page = await api.get(`/events?${query}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`)
      found.push(...idsOf(page))
      cursor = page.body.cursor
      if (cursor === undefined) return found
    }
  }

  it('lists the newest first, over days, and each once', async () => {
    expect(await pages('limit=7')).toEqual(newest(all))
    expect(await pages('limit=200')).toEqual(newest(all))
    expect(await pages('limit=15')).toEqual(newest(all))
  })

  it('filters by type, charge point and period', async () => {
    const own = all.filter(({ chargePointId }) => chargePointId === 'CP#ü')
    expect(await pages(`limit=4&chargePointId=${encodeURIComponent('CP#ü')}`)).toEqual(newest(own))
    expect(await pages('type=TransactionStarted')).toEqual([])
    const period = all.filter((each) => each.at >= at(24, 3) && each.at < at(27, 4))
    expect(await pages(`limit=5&since=${at(24, 3)}&until=${at(27, 4)}`)).toEqual(newest(period))
    expect(pathsOf(await api.get('/events?type=Nothing'))).toEqual(['type'])
  })

  it('shows nothing older than events are kept', async () => {
    const { events = [] } = { events: [connected('CP', 1, 1)] }
    await api.store.recordEvents(events, 7)
    expect(await pages('limit=200')).not.toContain(events[0]?.eventId)
  })

  it('is read from the oldest on as well, and goes on where a cursor has grown too old', async () => {
    const both = async (query: string) => {
      const found: string[] = []
      for (let cursor: string | undefined = ''; cursor !== undefined; ) {
        const { body } = await api.get(`/events?${query}${cursor && `&cursor=${cursor}`}`)
        found.push(...body.items.map(({ eventId }: BusbarEvent) => eventId))
        cursor = body.cursor
      }
      return found
    }
    for (const filter of [
      '',
      `&since=${at(24, 30)}`,
      '&type=ChargePointConnected',
      `&chargePointId=${encodeURIComponent('CP#ü')}`,
    ]) {
      const newestFirst = await both(`limit=7${filter}`)
      expect(newestFirst.length).toBeGreaterThan(2)
      expect(await both(`limit=7&order=asc${filter}`)).toEqual(newestFirst.reverse())
    }
    const kept = { now: api.clock.iso(), days: 7 }
    const first = await api.store.listEvents({}, { limit: 1, order: 'asc' }, kept)
    const onward = { limit: 5, order: 'asc', cursor: first.cursor ?? '' } as const
    const later = { now: api.clock.iso(), days: 1 }
    const oldest = await api.store.listEvents({}, { limit: 5, order: 'asc' }, later)
    expect(oldest.items.length).toBeGreaterThan(0)
    expect((await api.store.listEvents({}, onward, later)).items).toEqual(oldest.items)
  })

  it('gives pages that can be answered with, however large the events are', async () => {
    const large = Array.from({ length: 200 }, (_, second): BusbarEvent => {
      const event = connected('large', 26, second)
      return { ...event, at: at(26, 0), data: { text: '"'.repeat(16_000) } }
    })
    await api.store.recordEvents(large, 7)
    const found: string[] = []
    let pages = 0
    for (let cursor: string | undefined = ''; cursor !== undefined; pages++) {
      const page = await api.store.listEvents(
        { chargePointId: 'large' },
        { limit: 200, ...(cursor ? { cursor } : {}) },
        { now: api.clock.iso(), days: 7 },
      )
      expect(JSON.stringify(JSON.stringify(page)).length).toBeLessThan(4_100_000)
      found.push(...page.items.map(({ eventId }) => eventId))
      cursor = page.cursor
    }
    expect(found).toEqual(newest(large))
    expect(pages).toBeGreaterThan(3)
  })

  it('has the events that could be kept, and those alone are told: one that is too large holds up no other', async () => {
    const events = [0, 1, 2].map((second) => connected('kept', 25, second))
    const tooLarge = { ...connected('kept', 25, 3), data: { text: 'x'.repeat(500_000) } }
    const told: BusbarEvent[] = []
    const publish = async (some: BusbarEvent[]) => {
      told.push(...some)
      return [1]
    }
    const [first, second, third] = events as [BusbarEvent, BusbarEvent, BusbarEvent]
    const untold = await tellEvents(api.system, publish, [first, tooLarge, second, third])
    expect(untold.sort()).toEqual([1, 2])
    expect(told).toEqual(events)
    expect(await pages('limit=9&chargePointId=kept')).toEqual(newest(events))
    expect(api.logged.filter(({ level }) => level === 'error')).toMatchObject([
      { message: 'an event could not be kept', facts: { eventId: tooLarge.eventId } },
    ])
  })

  it('refuses a cursor that is none', async () => {
    for (const cursor of ['x', Buffer.from('["2026-02-24","zzz"]').toString('base64url')])
      expect(pathsOf(await api.get(`/events?cursor=${cursor}`))).toEqual(['cursor'])
  })
})

describe('security events', () => {
  it('are stored, listed newest first and kept once', async () => {
    const chargePoint = await aChargePoint(api)
    const first = { type: 'FirmwareUpdated', timestamp: api.clock.iso() }
    const second = { type: 'TamperDetectionActivated', timestamp: api.clock.advance(5), techInfo: 'lid' }
    for (const event of [first, second, first])
      expect(await chargePoint.call('SecurityEventNotification', event)).toEqual({})
    const path = `/charge-points/${chargePoint.chargePointId}/security-events`
    const { body } = await api.get(path)
    expect(body.items).toMatchObject([second, first])
    const page = await api.get(`${path}?limit=1`)
    expect((await api.get(`${path}?limit=1&cursor=${page.body.cursor}`)).body.items).toMatchObject([first])
    expect((await api.get('/charge-points/nobody/security-events')).status).toBe(404)
  })
})
