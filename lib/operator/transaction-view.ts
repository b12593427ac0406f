import * as z from 'zod'
import type { LastMeter } from '../central-system/figures.ts'
import type { Doubt } from '../central-system/transactions.ts'
import type { Transaction, TransactionStop } from '../store/port.ts'
import { defined } from './defined.ts'
import { instant, maybe } from './fields.ts'

const idTagInfo = z
  .strictObject({
    status: z.enum(['Accepted', 'Blocked', 'Expired', 'Invalid', 'ConcurrentTx']),
    expiryDate: maybe(instant('When the tag expires')),
    parentIdTag: maybe(z.string()),
  })
  .meta({ id: 'IdTagInfo', description: 'The verdict on an id tag' })

const guessedStop = z.strictObject({
  timestamp: instant('When it was taken to have stopped'),
  meterStop: maybe(z.int()).meta({ description: 'Wh' }),
  by: maybe(z.string()).meta({ description: 'Who closed it' }),
})

/** What is unusual about it. */
export const transactionFlag = z.enum([
  'refused',
  'orphanStop',
  'secondStop',
  'meterBackwards',
  'zombie',
  'guessedStop',
  'late',
])

const kilo = (description: string, example: number) =>
  maybe(z.number()).meta({ description, examples: [example] })

const meter = z
  .strictObject({
    timestamp: instant('When it was read'),
    registerWh: maybe(z.int()).meta({ description: 'Wh, of the register', examples: [18_250] }),
    energyWh: maybe(z.int()).meta({ description: 'Wh, since the start', examples: [2950] }),
    powerKw: kilo('kW, over all phases', 11.04),
  })
  .meta({ id: 'LastMeter', description: 'What the meter of a running transaction last said' })

export const transactionSchema = z
  .strictObject({
    transactionId: z.int().meta({ examples: [1804289383] }),
    chargePointId: z.string(),
    connectorId: maybe(z.int()),
    idTag: maybe(z.string()),
    userId: maybe(z.string()).meta({ description: 'Whose the id tag was when it started' }),
    siteId: maybe(z.string()).meta({ description: 'The site of the charge point when it started' }),
    reservationId: maybe(z.int()),
    startedAt: maybe(instant('When it started')),
    startReceivedAt: maybe(instant('When the start was received')),
    meterStart: maybe(z.int()).meta({ description: 'Wh' }),
    idTagInfo: maybe(idTagInfo).meta({ description: 'The verdict that the start was answered with' }),
    stoppedAt: maybe(instant('When it stopped')),
    stopReceivedAt: maybe(instant('When the stop was received')),
    meterStop: maybe(z.int()).meta({ description: 'Wh' }),
    reason: maybe(z.string()).meta({ description: 'Why it stopped', examples: ['Local'] }),
    closedBy: maybe(z.string()).meta({ description: 'Who closed it by hand, for want of a stop' }),
    guessedStop: maybe(guessedStop).meta({
      description: 'What it had been closed with by hand when its stop came after all',
    }),
    stopIdTag: maybe(z.string()).meta({ description: 'The tag it was stopped with' }),
    stopIdTagInfo: maybe(idTagInfo).meta({ description: 'The verdict that the stop was answered with' }),
    reportedTransactionId: maybe(z.int()).meta({
      description: 'What the charge point called it, where that is not its id here',
    }),
    remoteStart: maybe(z.string()).meta({
      description: 'The RemoteStartTransaction that led to it: a call to the charge point',
    }),
    active: z.boolean().meta({ description: 'It has not stopped yet' }),
    doubt: maybe(z.enum(['newTransaction', 'connectorAvailable', 'silent'])).meta({
      description: [
        'Why it may be over although no stop has come. newTransaction: another one started on its connector.',
        'connectorAvailable: its connector is free. silent: nothing was heard of its charge point for long',
      ].join(' '),
    }),
    energyWh: maybe(z.int()).meta({ description: 'From the start’s meter reading to the stop’s' }),
    energyKwh: kilo('The same in kWh', 15.3),
    durationSeconds: maybe(z.number()).meta({ description: 'From the start to the stop' }),
    averageKw: kilo('kW, from the start to the stop', 7.2),
    peakKw: kilo(
      [
        'kW, the most that the meter values tell: of the power, or else of what the energy went up by in a minute or more.',
        'Known a moment after the stop; of a running one where it is read by itself',
      ].join(' '),
      11.04,
    ),
    meter: maybe(meter),
    flags: z.array(transactionFlag).meta({
      description: [
        'refused: the start was refused. orphanStop: a stop of nothing that was started here.',
        'secondStop: another stop of what had stopped already. meterBackwards: it stopped below its start.',
        'zombie: it runs, but its connector has moved on. guessedStop: it was closed by hand.',
        'late: its start or its stop was received more than five minutes after it happened.',
      ].join(' '),
    }),
  })
  .meta({ id: 'Transaction' })

/** What is known of it beside its record. */
export interface Seen {
  doubt?: Doubt
  peakW?: number
  meter?: LastMeter
}

export function viewTransaction(
  transaction: Transaction,
  { doubt, peakW, meter }: Seen = {},
): z.input<typeof transactionSchema> {
  const { startedAt, meterStart, stop } = transaction
  return defined({
    transactionId: transaction.transactionId,
    chargePointId: transaction.chargePointId,
    connectorId: transaction.connectorId,
    idTag: transaction.idTag,
    userId: transaction.userId,
    siteId: transaction.siteId,
    reservationId: transaction.reservationId,
    startedAt,
    startReceivedAt: transaction.startReceivedAt,
    meterStart,
    idTagInfo: transaction.idTagInfo,
    stoppedAt: stop?.timestamp,
    stopReceivedAt: stop?.receivedAt,
    meterStop: stop?.meterStop,
    reason: stop?.reason,
    closedBy: stop?.guessed?.by,
    guessedStop: transaction.guessedStop && viewGuess(transaction.guessedStop),
    stopIdTag: stop?.idTag,
    stopIdTagInfo: stop?.idTagInfo,
    reportedTransactionId: stop?.reportedTransactionId,
    remoteStart: transaction.remoteStart,
    active: !stop,
    doubt,
    ...viewEnergy(transaction),
    peakKw: peakW === undefined ? undefined : peakW / 1000,
    meter: stop ? undefined : meter && viewMeter(meter, meterStart),
    flags: transaction.flags,
  })
}

const viewGuess = ({ timestamp, meterStop, guessed }: TransactionStop) =>
  defined({ timestamp, meterStop, by: guessed?.by })

/** Of one that has stopped. A clock that was set in between tells no power. */
function viewEnergy({ startedAt, meterStart, stop }: Transaction) {
  const durationSeconds =
    stop && startedAt ? (Date.parse(stop.timestamp) - Date.parse(startedAt)) / 1000 : undefined
  const energyWh = energyBetween(meterStart, stop?.meterStop)
  const averageKw =
    energyWh !== undefined && durationSeconds !== undefined && durationSeconds > 0
      ? Math.round((energyWh * 3600) / durationSeconds) / 1000
      : undefined
  return {
    energyWh,
    energyKwh: energyWh === undefined ? undefined : energyWh / 1000,
    durationSeconds,
    averageKw,
  }
}

/** Wh; undefined where a meter is unknown, or says what no number can tell exactly. */
function energyBetween(from: number | undefined, to: number | undefined): number | undefined {
  const energyWh = from === undefined || to === undefined ? Number.NaN : to - from
  return Number.isSafeInteger(energyWh) ? energyWh : undefined
}

/** A register below the start's is another one: some begin anew with each transaction. */
function viewMeter({ timestamp, registerWh, powerW }: LastMeter, meterStart: number | undefined) {
  const energyWh = energyBetween(meterStart, registerWh)
  return defined({
    timestamp,
    registerWh,
    energyWh: energyWh !== undefined && energyWh < 0 ? undefined : energyWh,
    powerKw: powerW === undefined ? undefined : powerW / 1000,
  })
}
