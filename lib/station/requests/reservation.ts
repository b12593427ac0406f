import { schema } from '../../ocpp/schema.ts'
import { handler, reply } from './handler.ts'

const reserveNow = schema((t) =>
  t.object({
    connectorId: t.integer(),
    expiryDate: t.dateTime(),
    idTag: t.string(20),
    parentIdTag: t.optional(t.string(20)),
    reservationId: t.integer(),
  }),
)

/** §5.13. */
export const ReserveNow = handler(reserveNow, (reservation, { reservations, connectors, configuration }) => {
  const zeroIsSupported = configuration.flag('ReserveConnectorZeroSupported')
  const status = reservations.reserve(reservation, connectors.states(), zeroIsSupported)
  return reply({ status }, () => connectors.refresh())
})

const cancelReservation = schema((t) => t.object({ reservationId: t.integer() }))

/** §5.1. */
export const CancelReservation = handler(
  cancelReservation,
  ({ reservationId }, { reservations, connectors }) => {
    const status = reservations.cancel(reservationId) ? 'Accepted' : 'Rejected'
    return reply({ status }, () => connectors.refresh())
  },
)
