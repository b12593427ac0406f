import { schema } from '../../ocpp/schema.ts'
import { handler, reply } from './handler.ts'

const changeAvailability = schema((t) =>
  t.object({ connectorId: t.integer(), type: t.enum(['Inoperative', 'Operative']) }),
)

/** §5.2. */
export const ChangeAvailability = handler(changeAvailability, ({ connectorId, type }, { connectors }) => {
  const status = connectors.changeAvailability(connectorId, type)
  return reply({ status }, () => connectors.refresh())
})

const changeConfiguration = schema((t) => t.object({ key: t.string(50), value: t.string(500) }))

/** §5.3. What hangs on the new value is done after the answer, so that it cannot cut the answer off. */
export const ChangeConfiguration = handler(changeConfiguration, ({ key, value }, { configuration }) => {
  const { status, apply } = configuration.change(key, value)
  return reply({ status }, apply)
})

const getConfiguration = schema((t) => t.object({ key: t.optional(t.array(t.string(50))) }))

/** §5.8. */
export const GetConfiguration = handler(getConfiguration, ({ key }, { configuration }) =>
  reply({ ...configuration.report(key) }),
)

const nothing = schema((t) => t.object({}))

/** §5.4. */
export const ClearCache = handler(nothing, (_, { authorization }) =>
  reply({ status: authorization.clearCache() ? 'Accepted' : 'Rejected' }),
)

const dataTransfer = schema((t) =>
  t.object({ vendorId: t.string(255), messageId: t.optional(t.string(50)), data: t.optional(t.string()) }),
)

/** §5.6: this vendor has no messages of its own either. */
export const DataTransfer = handler(dataTransfer, ({ vendorId }, { vendor }) =>
  reply({ status: vendorId.toLowerCase() === vendor.toLowerCase() ? 'UnknownMessageId' : 'UnknownVendorId' }),
)

const reset = schema((t) => t.object({ type: t.enum(['Hard', 'Soft']) }))

/** §5.14. */
export const Reset = handler(reset, ({ type }, { maintenance }) =>
  reply({ status: 'Accepted' }, () => (type === 'Hard' ? maintenance.hardReset() : maintenance.softReset())),
)

const unlockConnector = schema((t) => t.object({ connectorId: t.integer() }))

/** §5.18; an unknown connector is NotSupported (errata 3.87). The transaction is stopped before the lock opens. */
export const UnlockConnector = handler(unlockConnector, ({ connectorId }, { connectors, transactions }) => {
  if (connectorId === 0 || !connectors.has(connectorId)) return reply({ status: 'NotSupported' })
  transactions.stopIfRunning(connectors.get(connectorId), 'UnlockCommand')
  return reply({ status: 'Unlocked' })
})
