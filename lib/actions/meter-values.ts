import { schema, type TypeOf } from '../ocpp/schema.ts'
import { meterValue } from '../ocpp/types.ts'
import { stationAction } from './action.ts'

const request = schema((t) =>
  t.object({
    connectorId: t.integer(),
    transactionId: t.optional(t.integer()),
    meterValue: t.array(meterValue(t)),
  }),
)
const response = schema((t) => t.object({}))

export type MeterValuesRequest = TypeOf<typeof request>

/**
 * §4.7: readings of one connector, or of the main meter (connector 0, then better without a transaction: errata 3.16).
 * However odd the readings, they are answered: the charge point would only send them again.
 */
export const MeterValues = stationAction({ action: 'MeterValues', request, response })
