import { schema } from '../ocpp/schema.ts'
import { authorizationData } from '../ocpp/types.ts'
import { centralSystemAction } from './action.ts'

const request = schema((t) =>
  t.object({
    listVersion: t.integer(),
    localAuthorizationList: t.optional(t.array(authorizationData(t))),
    updateType: t.enum(['Differential', 'Full']),
  }),
)
const response = schema((t) =>
  t.object({ status: t.enum(['Accepted', 'Failed', 'NotSupported', 'VersionMismatch']) }),
)

/**
 * §5.15: replaces (Full) or amends (Differential) the list of tags the charge point may accept by itself. `listVersion` is
 * the list's version afterwards, never 0 or -1 (errata 3.52); no tag may stand in it twice (§6.41). After a Failed or
 * VersionMismatch of an amendment the whole list should be sent.
 */
export const SendLocalList = centralSystemAction({ action: 'SendLocalList', request, response })
