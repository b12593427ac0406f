import { schema } from '../ocpp/schema.ts'
import { pem } from '../ocpp/types.ts'
import { centralSystemAction } from './action.ts'

const request = schema((t) =>
  t.object({
    retries: t.optional(t.integer()),
    retryInterval: t.optional(t.integer()),
    requestId: t.integer(),
    firmware: t.object({
      location: t.string(512),
      retrieveDateTime: t.dateTime(),
      installDateTime: t.optional(t.dateTime()),
      signingCertificate: pem(t),
      signature: t.string(800),
    }),
  }),
)
const response = schema((t) =>
  t.object({
    status: t.enum(['Accepted', 'Rejected', 'AcceptedCanceled', 'InvalidCertificate', 'RevokedCertificate']),
  }),
)

/**
 * Whitepaper L01, §5.21: UpdateFirmware with the signature (Base64) and the certificate it is checked by (L01.FR.11).
 * AcceptedCanceled: and an update under way given up for it. Progress comes as SignedFirmwareStatusNotification with this
 * `requestId`.
 */
export const SignedUpdateFirmware = centralSystemAction({ action: 'SignedUpdateFirmware', request, response })
