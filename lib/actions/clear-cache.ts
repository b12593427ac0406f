import { schema } from '../ocpp/schema.ts'
import { acceptedOrRejected } from '../ocpp/types.ts'
import { centralSystemAction } from './action.ts'

const request = schema((t) => t.object({}))
const response = schema((t) => t.object({ status: acceptedOrRejected(t) }))

/** §5.4: empties the authorization cache. */
export const ClearCache = centralSystemAction({
  action: 'ClearCache',
  request,
  response,

  async settle(_, { status }, { chargePointId, askedAt, settledAt: at, store }) {
    await store.noteFact(chargePointId, { fact: 'cache', value: { status, askedAt, at } })
  },
})
