import * as z from 'zod'
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
    stopIdTag: maybe(z.string()).meta({ description: 'The tag it was stopped with' }),
    stopIdTagInfo: maybe(idTagInfo).meta({ description: 'The verdict that the stop was answered with' }),
    reportedTransactionId: maybe(z.int()).meta({
      description: 'What the charge point called it, where that is not its id here',
    }),
    active: z.boolean().meta({ description: 'It has not stopped yet' }),
    energyWh: maybe(z.int()).meta({ description: 'From the start’s meter reading to the stop’s' }),
    durationSeconds: maybe(z.number()).meta({ description: 'From the start to the stop' }),
    flags: z.array(z.enum(['refused', 'orphanStop', 'secondStop', 'meterBackwards'])).meta({
      description: [
        'refused: the start was refused. orphanStop: a stop of nothing that was started here.',
        'secondStop: another stop of what had stopped already. meterBackwards: it stopped below its start.',
      ].join(' '),
    }),
  })
  .meta({ id: 'Transaction' })

export function viewTransaction(transaction: Transaction): z.input<typeof transactionSchema> {
  const { startedAt, meterStart, stop } = transaction
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
    stopIdTag: stop?.idTag,
    stopIdTagInfo: stop?.idTagInfo,
    reportedTransactionId: stop?.reportedTransactionId,
    active: !stop,
    energyWh:
      stop?.meterStop !== undefined && meterStart !== undefined ? stop.meterStop - meterStart : undefined,
    durationSeconds:
      stop && startedAt ? (Date.parse(stop.timestamp) - Date.parse(startedAt)) / 1000 : undefined,
    flags: transaction.flags,
  })
}
