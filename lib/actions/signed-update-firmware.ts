import { schema } from '../ocpp/schema.ts'
import { pem } from '../ocpp/types.ts'
import { centralSystemAction } from './action.ts'
import { issuesOfShortLocation } from './files.ts'
import { beginJob, settleJob, withRequestId } from './jobs.ts'
import { asRecord } from './payload.ts'

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
export const SignedUpdateFirmware = centralSystemAction({
  action: 'SignedUpdateFirmware',
  request,
  response,
  composes: ['requestId'],

  async compose(payload) {
    const issues = issuesOfShortLocation('firmware.location', asRecord(payload.firmware).location)
    return issues.length > 0 ? { issues } : withRequestId(payload)
  },

  async begin({ firmware, requestId }, context) {
    const { location, retrieveDateTime, installDateTime = '' } = firmware
    const notBefore = installDateTime > retrieveDateTime ? installDateTime : retrieveDateTime
    await beginJob(context, { kind: 'signedFirmware', location, notBefore, requestId })
  },

  async settle(_, { status }, context) {
    const accepted = status === 'Accepted' || status === 'AcceptedCanceled'
    await settleJob(context, accepted ? { outcome: 'accepted' } : { outcome: 'refused', status })
  },
})
