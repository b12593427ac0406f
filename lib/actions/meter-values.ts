import { schema } from '../ocpp/schema.ts'
import { meterValue } from '../ocpp/types.ts'
import type { MeterValuesRecord } from '../store/port.ts'
import { type AnswerContext, stationAction } from './action.ts'

const request = schema((t) =>
  t.object({
    connectorId: t.expected(t.integer()),
    transactionId: t.optionalIfReadable(t.integer()),
    meterValue: t.arrayOfReadable(meterValue(t)),
  }),
)
const response = schema((t) => t.object({}))

/**
 * §4.7: readings of one connector, or of the main meter (connector 0, then better without a transaction: errata 3.16).
 * However odd the readings, they are answered: the charge point would only send them again.
 */
export const MeterValues = stationAction({
  action: 'MeterValues',
  request,
  response,

  async answer({ connectorId, transactionId, meterValue }, context) {
    const { store, chargePointId, receivedAt } = context
    if (meterValue.length > 0) {
      const belonging = await belongingOf(context, transactionId)
      await store.recordMeterValues({
        chargePointId,
        ...(connectorId === undefined ? {} : { connectorId }),
        meterValue,
        receivedAt,
        ...belonging,
      })
    }
    return {}
  },
})

/** Whose values these are. The live record knows the running transactions; only for another one the store is asked. */
async function belongingOf(
  { store, chargePointId, live }: AnswerContext,
  transactionId: number | undefined,
): Promise<Pick<MeterValuesRecord, 'transactionId' | 'flag'>> {
  if (transactionId === undefined || transactionId < 1) return {}
  const running = Object.values(live.connectors).some(
    (connector) => connector.transactionId === transactionId,
  )
  if (running) return { transactionId }
  const transaction = await store.getTransaction(transactionId)
  if (transaction?.chargePointId !== chargePointId) return { transactionId, flag: 'orphan' }
  return transaction.stop ? { transactionId, flag: 'late' } : { transactionId }
}
