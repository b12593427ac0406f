import { schema } from '../../ocpp/schema.ts'
import { sendLocalList } from '../authorization.ts'
import { handler, reply } from './handler.ts'

/** §5.10. */
export const GetLocalListVersion = handler(
  schema((t) => t.object({})),
  (_, { authorization }) => reply({ listVersion: authorization.listVersion }),
)

/** §5.15. */
export const SendLocalList = handler(sendLocalList, (update, { authorization }) =>
  reply({ status: authorization.updateList(update) }),
)
