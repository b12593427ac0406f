import { request } from '../lib/central-system/request.ts'
import { findStale } from '../lib/central-system/stale.ts'
import { tick } from '../lib/central-system/tick.ts'
import type { CallRecord } from '../lib/store/port.ts'
import { aChargePoint, anIdTag, startSystem, type TestChargePoint } from '../test/support/system.ts'
import { meter, type Units } from './meter.ts'

export interface Measured {
  what: string
  /** The most that any of the samples cost. */
  units: Units
  /** Write and read units that design §4 allows; none for what it does not name. */
  budget?: [write: number, read: number]
}

const SAMPLES = 20

/** What each journey costs on the table, in the steady state of a charge point with two connectors. */
export async function measureUnits(): Promise<Measured[]> {
  const test = await startSystem()
  const { take } = meter(test.client)
  const measured: Measured[] = []
  const tags = await Promise.all(
    Array.from({ length: SAMPLES }, () => anIdTag(test, { maxActiveTransactions: 5 })),
  )
  const chargePoint = await aChargePoint(test, { connected: false })

  async function measure(
    what: string,
    run: (sample: number) => Promise<unknown>,
    budget?: [number, number],
    /** Between two samples, not counted. */
    tidy: (sample: number) => Promise<unknown> = async () => undefined,
  ) {
    const worst: Units = { write: 0, read: 0, requests: 0 }
    for (let sample = 0; sample < SAMPLES; sample++) {
      test.clock.advance(30)
      take()
      await run(sample)
      const units = take()
      for (const name of ['write', 'read', 'requests'] as const)
        worst[name] = Math.max(worst[name], units[name])
      await tidy(sample)
    }
    measured.push({ what, units: worst, ...(budget ? { budget } : {}) })
  }

  const status = (connectorId: number) => ({
    connectorId,
    errorCode: 'NoError',
    status: 'Available',
    timestamp: test.clock.iso(),
  })
  await measure('connect', async () => {
    await test.store.getChargePoint(chargePoint.chargePointId)
    await chargePoint.connect()
  }, [3, 1])
  await measure('BootNotification', () => chargePoint.call('BootNotification', BOOT))
  for (const connectorId of [0, 1, 2]) await chargePoint.call('StatusNotification', status(connectorId))
  await measure('Heartbeat', () => chargePoint.call('Heartbeat'), [1, 0])
  await measure('StatusNotification', () => chargePoint.call('StatusNotification', status(1)), [1, 0])
  await measure('Authorize', (sample) => chargePoint.call('Authorize', { idTag: tags[sample] }), [1, 1])

  const started: { transactionId: number; idTag: string }[] = []
  const starts = tags.map((idTag, sample) => ({
    connectorId: 1,
    idTag,
    meterStart: sample,
    timestamp: test.clock.iso(),
  }))
  await measure(
    'StartTransaction',
    async (sample) => {
      const { transactionId } = await chargePoint.call('StartTransaction', starts[sample])
      started.push({ transactionId, idTag: tags[sample] as string })
    },
    [8, 2],
    // The connector is free before the next one; the last one runs on.
    async (sample) => {
      const { transactionId } = started[sample] as (typeof started)[number]
      if (sample < SAMPLES - 1) await test.store.clearTransaction(chargePoint.chargePointId, 1, transactionId)
    },
  )
  await measure('StartTransaction, resent', () => chargePoint.call('StartTransaction', starts.at(-1)))
  const running = started.at(-1)?.transactionId
  await measure(
    'MeterValues, 1 value',
    () => chargePoint.call('MeterValues', values(1, running, test.clock.iso())),
    [2, 0],
  )
  await measure(
    'MeterValues, 6 values',
    () => chargePoint.call('MeterValues', values(6, running, test.clock.iso())),
    [2, 0],
  )
  await measure(
    'StopTransaction',
    (sample) => {
      const { transactionId, idTag } = started[sample] as (typeof started)[number]
      const { meterValue } = values(1, transactionId, test.clock.iso())
      const stop = {
        transactionId,
        idTag,
        meterStop: 9000,
        timestamp: test.clock.iso(),
        transactionData: meterValue,
      }
      return chargePoint.call('StopTransaction', stop)
    },
    [10, 2],
  )
  await measure('StopTransaction, orphan', (sample) =>
    chargePoint.call('StopTransaction', {
      transactionId: -1,
      meterStop: sample,
      timestamp: test.clock.iso(),
    }),
  )
  await measure('a request, sent to closed', () => roundTrip(test.system, chargePoint), [5, 1])
  await measure('the tick that follows it', async () => {
    const call = await roundTrip(test.system, chargePoint)
    take()
    await tick(test.system, call)
  })
  await measure('a request that waited in the queue', async () => {
    const first = (await request(test.system, chargePoint.chargePointId, RESET)) as CallRecord
    take()
    const second = (await request(test.system, chargePoint.chargePointId, RESET)) as CallRecord
    await chargePoint.answer(first.messageId, { status: 'Accepted' })
    await chargePoint.answer(second.messageId, { status: 'Accepted' })
  })
  await test.stop()
  return [...measured, ...(await measureListing())]
}

/** What lists and figures cost after a message, beside the message itself. */
async function measureListing(): Promise<Measured[]> {
  const test = await startSystem({ streams: true })
  const { take } = meter(test.client)
  const idTag = await anIdTag(test, { userId: 'user' })
  const chargePoint = await aChargePoint(test, { connected: false, siteId: 'site', tags: ['one', 'two'] })
  const measured: Measured[] = []

  async function measure(what: string, run: () => Promise<unknown>) {
    await run()
    take()
    await test.catchUp()
    measured.push({ what: `${what}, afterwards`, units: take() })
    test.clock.advance(30)
  }

  const status = (connectorId: number, state: string) =>
    chargePoint.call('StatusNotification', {
      connectorId,
      errorCode: 'NoError',
      status: state,
      timestamp: test.clock.iso(),
    })
  await test.catchUp()
  await measure('connect', () => chargePoint.connect())
  await measure('BootNotification, the first', () => chargePoint.call('BootNotification', BOOT))
  await measure('BootNotification', () => chargePoint.call('BootNotification', BOOT))
  await measure('StatusNotification, the first', () => status(1, 'Available'))
  await measure('StatusNotification, another status', () => status(1, 'Preparing'))
  await measure('StatusNotification', () => status(1, 'Preparing'))
  await measure('Heartbeat', () => chargePoint.call('Heartbeat'))
  let transactionId = 0
  const start = { connectorId: 1, idTag, meterStart: 0 }
  await measure('StartTransaction', async () => {
    const started = await chargePoint.call('StartTransaction', { ...start, timestamp: test.clock.iso() })
    transactionId = started.transactionId
  })
  await measure('StopTransaction', () =>
    chargePoint.call('StopTransaction', {
      transactionId,
      idTag,
      meterStop: 9000,
      timestamp: test.clock.iso(),
    }),
  )
  await measure('disconnect', () =>
    test.store.disconnect(chargePoint.chargePointId, chargePoint.connectionId),
  )
  test.clock.advance(24 * 3600)
  await chargePoint.connect()
  await test.catchUp()
  test.clock.advance(24 * 3600)
  await measure('Heartbeat, the first of a day', () => chargePoint.call('Heartbeat'))
  for (let n = 1; n < CONNECTED; n++) await aChargePoint(test)
  await test.catchUp()
  take()
  await findStale(test.system, { find: 'stale' })
  const { write, read, requests } = take()
  measured.push({
    what: LOOK_FOR_STALE,
    units: { write: write / CONNECTED, read: read / CONNECTED, requests: requests / CONNECTED },
  })
  await test.stop()
  return measured
}

/** How many are looked at, to tell what one costs. */
const CONNECTED = 40
export const LOOK_FOR_STALE = 'a look for stale ones, each that is connected'

const BOOT = {
  chargePointVendor: 'A vendor of stations',
  chargePointModel: 'A model of theirs',
  chargePointSerialNumber: 'SN-0123456789',
  firmwareVersion: '1.2.3-4711',
}
const RESET = { action: 'Reset', payload: { type: 'Soft' } }

async function roundTrip(
  system: Parameters<typeof request>[0],
  chargePoint: TestChargePoint,
): Promise<CallRecord> {
  const call = (await request(system, chargePoint.chargePointId, RESET)) as CallRecord
  await chargePoint.answer(call.messageId, { status: 'Accepted' })
  return call
}

const MEASURANDS = [
  'Energy.Active.Import.Register',
  'Power.Active.Import',
  'Current.Import',
  'Voltage',
  'SoC',
  'Temperature',
]

function values(count: number, transactionId: number | undefined, timestamp: string) {
  const sampledValue = MEASURANDS.slice(0, count).map((measurand, position) => ({
    value: String(1000 + position),
    context: 'Sample.Periodic',
    measurand,
  }))
  return { connectorId: 1, transactionId, meterValue: [{ timestamp, sampledValue }] }
}
