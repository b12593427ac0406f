import * as z from 'zod'
import type { Doubt } from '../central-system/transactions.ts'
import type { Transaction } from '../store/port.ts'
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

export const transactionSchema = z
  .strictObject({
    transactionId: z.int().meta({ examples: [1804289383] }),
    chargePointId: z.string(),
    connectorId: maybe(z.int()),
    idTag: maybe(z.string()),
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
    durationSeconds: maybe(z.number()).meta({ description: 'From the start to the stop' }),
    flags: z
      .array(z.enum(['refused', 'orphanStop', 'secondStop', 'meterBackwards', 'zombie', 'guessedStop']))
      .meta({
        description: [
          'refused: the start was refused. orphanStop: a stop of nothing that was started here.',
          'secondStop: another stop of what had stopped already. meterBackwards: it stopped below its start.',
          'zombie: it runs, but its connector has moved on. guessedStop: it was closed by hand.',
        ].join(' '),
      }),
  })
  .meta({ id: 'Transaction' })

export function viewTransaction(transaction: Transaction, doubt?: Doubt): z.input<typeof transactionSchema> {
  const { startedAt, meterStart, stop, guessedStop } = transaction
  return defined({
    transactionId: transaction.transactionId,
    chargePointId: transaction.chargePointId,
    connectorId: transaction.connectorId,
    idTag: transaction.idTag,
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
    guessedStop:
      guessedStop &&
      defined({
        timestamp: guessedStop.timestamp,
        meterStop: guessedStop.meterStop,
        by: guessedStop.guessed?.by,
      }),
    stopIdTag: stop?.idTag,
    stopIdTagInfo: stop?.idTagInfo,
    reportedTransactionId: stop?.reportedTransactionId,
    remoteStart: transaction.remoteStart,
    active: !stop,
    doubt,
    energyWh:
      stop?.meterStop !== undefined && meterStart !== undefined ? stop.meterStop - meterStart : undefined,
    durationSeconds:
      stop && startedAt ? (Date.parse(stop.timestamp) - Date.parse(startedAt)) / 1000 : undefined,
    flags: transaction.flags,
  })
}
