import { schema } from '../ocpp/schema.ts'
import { stationAction } from './action.ts'

const request = schema((t) => t.object({}))
const response = schema((t) => t.object({ currentTime: t.dateTime() }))

/**
 * §4.6: a sign of life, answered with the time to set the clock by. Any other message is as good a sign, and a charge
 * point may leave the heartbeat out when it has sent one.
 */
export const Heartbeat = stationAction({
  action: 'Heartbeat',
  request,
  response,

  async answer(_, { receivedAt }) {
    return { currentTime: receivedAt }
  },
})
