import { schema } from '../ocpp/schema.ts'
import { idTagInfo, idToken } from '../ocpp/types.ts'
import { stationAction } from './action.ts'
import { judge } from './verdict.ts'

const request = schema((t) => t.object({ idTag: idToken(t) }))
const response = schema((t) => t.object({ idTagInfo: idTagInfo(t) }))

/**
 * §4.1: may this identifier start, or stop, charging? The answer must say yes or why not, and may name the parent
 * identifier, by which another tag of the same group can stop a transaction or use a reservation (§3.10, §5.13).
 */
export const Authorize = stationAction({
  action: 'Authorize',
  request,
  response,

  async answer({ idTag }, { store, chargePointId, receivedAt, live: { siteId } }) {
    const { info } = await judge(store, idTag, { at: receivedAt, chargePointId, siteId })
    return { idTagInfo: info }
  },
})
