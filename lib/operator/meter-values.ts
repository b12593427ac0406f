import * as z from 'zod'
import type { MeterValuesRecord } from '../store/port.ts'
import { defined } from './defined.ts'
import { instant, maybe } from './fields.ts'
import { order, pageFields, pageSchema } from './paging.ts'

const sampledValue = z
  .strictObject({
    value: z.string().meta({ examples: ['1530'] }),
    context: maybe(z.string()),
    format: maybe(z.string()),
    measurand: maybe(z.string()),
    phase: maybe(z.string()),
    location: maybe(z.string()),
    unit: maybe(z.string()),
  })
  .meta({
    id: 'SampledValue',
    description:
      'Absent means Sample.Periodic, Raw, Energy.Active.Import.Register, Outlet, Wh (OCPP 1.6 §7.43)',
  })

const meterValues = z
  .strictObject({
    chargePointId: z.string(),
    connectorId: maybe(z.int()),
    transactionId: maybe(z.int()),
    meterValue: z.array(
      z.strictObject({ timestamp: instant('When it was measured'), sampledValue: z.array(sampledValue) }),
    ),
    receivedAt: instant('When it was received'),
    flag: maybe(z.enum(['late', 'orphan', 'transactionData'])).meta({
      description:
        'late: came after the stop. orphan: names a transaction that is not of this charge point. transactionData: came with the stop',
    }),
  })
  .meta({
    id: 'MeterValues',
    description: 'One MeterValues message, or the transactionData of a StopTransaction',
  })

export const meterValuesOrder = order('asc', 'asc: the oldest first')

export const meterValuesQuery = z.strictObject({ ...pageFields, order: meterValuesOrder })

export const meterValuesPage = pageSchema('MeterValuesPage', meterValues)

export function viewMeterValues(record: MeterValuesRecord): z.input<typeof meterValues> {
  const { chargePointId, connectorId, transactionId, meterValue, receivedAt, flag } = record
  return defined({ chargePointId, connectorId, transactionId, meterValue, receivedAt, flag })
}
