import { schema } from '../ocpp/schema.ts'
import { centralSystemAction } from './action.ts'

const request = schema((t) => t.object({}))
const response = schema((t) => t.object({ listVersion: t.integer() }))

/** §5.10: the version of the local authorization list; 0 is an empty list, -1 that lists are not supported. */
export const GetLocalListVersion = centralSystemAction({ action: 'GetLocalListVersion', request, response })
