import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BusbarEvent } from '../../lib/store/port.ts'
import { type Busbar, startBusbar } from '../support/e2e.ts'
import { aBootedStation, PATIENCE, readAll, type Station } from '../support/fleet.ts'
import { type Receiver, startReceiver } from '../support/receiver.ts'

/** What a station does with its nth transaction, some of which it never had. */
type Deed =
  | { kind: 'start'; connectorId: number; idTag: string; meterStart: number; minutesAgo: number }
  | { kind: 'resend' | 'values'; nth: number; value: number }
  | { kind: 'stop' | 'resendStop'; nth: number; value: number; withData: boolean }
  | { kind: 'close' | 'strayStop'; nth: number }

const nth = fc.nat(5)
const value = fc.integer({ min: 0, max: 50_000 })
const deed: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('start' as const),
      connectorId: fc.integer({ min: 1, max: 2 }),
      idTag: fc.constantFrom('KNOWN', 'known', 'Stranger', 'Ünknown#1'),
      meterStart: value,
      minutesAgo: fc.integer({ min: 0, max: 30 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('resend', 'values'), nth, value }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('stop', 'resendStop'),
      nth,
      value,
      withData: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('close', 'strayStop'), nth }) },
)

/** Does one deed after another; a resend is word for word what was sent before. */
async function act(busbar: Busbar, station: Station, deeds: Deed[]): Promise<void> {
  const ids: number[] = []
  const sent: [action: string, payload: object][] = []
  const stops: [action: string, payload: object][] = []
  const now = Date.now()
  const say = async (...[action, payload]: [string, object]) => station.call(action, payload)
  for (const each of deeds) {
    const id = 'nth' in each ? ids[each.nth] : undefined
    if (each.kind === 'start') {
      const { kind: _, minutesAgo, ...facts } = each
      const timestamp = new Date(now - minutesAgo * 60_000 - sent.length * 1000).toISOString()
      sent.push(['StartTransaction', { ...facts, timestamp }])
      ids.push((await say('StartTransaction', { ...facts, timestamp })).transactionId)
    } else if (each.kind === 'strayStop') {
      await say('StopTransaction', stopOf(each.nth + 1, now, each.nth))
    } else if (each.kind === 'resend') {
      const again = sent[each.nth]
      if (again) await say(...again)
    } else if (each.kind === 'resendStop') {
      const again = stops[each.nth]
      if (again) await say(...again)
    } else if (id === undefined) {
    } else if (each.kind === 'values') {
      const meterValue = [valuesOf(each.value, now)]
      await say('MeterValues', { connectorId: 1, transactionId: id, meterValue })
    } else if (each.kind === 'stop') {
      const stop = stopOf(id, now, each.value)
      stops.push(['StopTransaction', stop])
      await say('StopTransaction', {
        ...stop,
        ...(each.withData ? { transactionData: [valuesOf(each.value, now)] } : {}),
      })
    } else {
      await busbar.api('POST', `/transactions/${id}/close`, {})
    }
  }
}

const stopOf = (transactionId: number, now: number, meterStop: number) => ({
  transactionId,
  meterStop,
  timestamp: new Date(now + meterStop).toISOString(),
})

const valuesOf = (watts: number, now: number) => ({
  timestamp: new Date(now + watts).toISOString(),
  sampledValue: [{ value: String(watts), measurand: 'Power.Active.Import', unit: 'W' }],
})

/** All a consumer has to do: keep, of each transaction, the data with the greatest sequence. */
function rebuilt(events: BusbarEvent[]): Map<number, unknown> {
  const latest = new Map<number, BusbarEvent>()
  for (const event of events) {
    if (!event.type.startsWith('Transaction')) continue
    const id = event.data.transactionId as number
    const known = latest.get(id)
    if (!known || event.sequence > known.sequence) latest.set(id, event)
  }
  return new Map([...latest].map(([id, { data }]) => [id, data]))
}

/** What is found out at the moment of asking is not told. */
function lasting({ doubt: _, meter: __, ...transaction }: any): unknown {
  return transaction
}

function shuffled(events: BusbarEvent[]): BusbarEvent[] {
  const twice = [...events, ...events.filter((_, position) => position % 3 === 0)]
  return twice
    .map((event) => ({ event, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ event }) => event)
}

describe('a consumer of events', () => {
  let busbar: Busbar
  let receiver: Receiver
  beforeAll(async () => {
    receiver = await startReceiver()
    busbar = await startBusbar()
    await busbar.api('POST', '/webhooks', { url: receiver.url })
    await busbar.api('POST', '/id-tags', { idTag: 'KNOWN', maxActiveTransactions: 5 })
  })
  afterAll(async () => {
    await busbar.stop()
    await receiver.stop()
  })

  async function list(): Promise<Map<number, unknown>> {
    const transactions = await readAll(busbar, '/transactions')
    return new Map(transactions.map((each) => [each.transactionId, lasting(each)]))
  }

  const sorted = (transactions: Map<number, unknown>) => [...transactions].sort(([a], [b]) => a - b)

  it('rebuilds the list of transactions, whatever was repeated or came in another order', async () => {
    let run = 0
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { minLength: 10, maxLength: 25 }), async (deeds) => {
        run += 1
        const stations = await Promise.all(
          ['a', 'b#1'].map((name) => aBootedStation(busbar, `CP${run}${name}`)),
        )
        await Promise.all(stations.map((station) => act(busbar, station, deeds)))
        const told = () => shuffled(receiver.received.map(({ event }) => event))
        await expect.poll(async () => sorted(rebuilt(told())), PATIENCE).toEqual(sorted(await settled()))
        const feed: BusbarEvent[] = await readAll(busbar, '/events')
        expect(sorted(rebuilt(shuffled(feed)))).toEqual(sorted(await list()))
        for (const station of stations) station.hangUp()
      }),
      { numRuns: 3, endOnFailure: true },
    )
    expect((await list()).size).toBeGreaterThan(10)
  }, 180_000)

  /** The list, once the figures of what has stopped are in it. */
  async function settled(): Promise<Map<number, unknown>> {
    let before = ''
    let now = await list()
    for (let still = 0; still < 5; ) {
      await new Promise((resolve) => setTimeout(resolve, 200))
      now = await list()
      const text = JSON.stringify(sorted(now))
      still = text === before ? still + 1 : 0
      before = text
    }
    return now
  }
})
