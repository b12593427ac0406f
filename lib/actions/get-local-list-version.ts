import { schema } from '../ocpp/schema.ts'
import { centralSystemAction } from './action.ts'
import { recordUnlessOlder } from './local-list.ts'

const request = schema((t) => t.object({}))
const response = schema((t) => t.object({ listVersion: t.integer() }))

/**
 * §5.10: the version of the local authorization list; 0 is an empty list, -1 that lists are not supported. Another
 * version than we know of is a list that we do not know.
 */
export const GetLocalListVersion = centralSystemAction({
  action: 'GetLocalListVersion',
  request,
  response,

  async settle(_, { listVersion: version }, context) {
    await recordUnlessOlder(context, (known) => {
      if (known?.version === version) return undefined
      return version === 0 ? { version, entries: {} } : { version }
    })
  },
})
