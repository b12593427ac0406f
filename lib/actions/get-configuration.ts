import { schema, type TypeOf } from '../ocpp/schema.ts'
import { keyValue } from '../ocpp/types.ts'
import { centralSystemAction } from './action.ts'

const request = schema((t) => t.object({ key: t.optional(t.array(t.string(50))) }))
const response = schema((t) =>
  t.object({
    configurationKey: t.optional(t.array(keyValue(t))),
    unknownKey: t.optional(t.array(t.string(50))),
  }),
)

export type GetConfigurationRequest = TypeOf<typeof request>
export type GetConfigurationResponse = TypeOf<typeof response>

/**
 * §5.8: reads configuration keys, all of them when none is named. How many may be named at once is the charge point's
 * GetConfigurationMaxKeys; those it does not know come back in `unknownKey`.
 */
export const GetConfiguration = centralSystemAction({ action: 'GetConfiguration', request, response })
