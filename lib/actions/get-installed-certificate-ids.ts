import { schema } from '../ocpp/schema.ts'
import { certificateHashData, certificateUse } from '../ocpp/types.ts'
import { centralSystemAction } from './action.ts'

const request = schema((t) => t.object({ certificateType: certificateUse(t) }))
const response = schema((t) =>
  t.object({
    // The JSON schema wants one element at least; the text (§5.8) lets there be none.
    certificateHashData: t.optional(t.array(certificateHashData(t))),
    status: t.enum(['Accepted', 'NotFound']),
  }),
)

/** Whitepaper M03, §5.7: which root certificates of one kind are installed. NotFound: none. */
export const GetInstalledCertificateIds = centralSystemAction({
  action: 'GetInstalledCertificateIds',
  request,
  response,
})
