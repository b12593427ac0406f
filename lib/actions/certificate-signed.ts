import { schema } from '../ocpp/schema.ts'
import { acceptedOrRejected } from '../ocpp/types.ts'
import { centralSystemAction } from './action.ts'

const request = schema((t) => t.object({ certificateChain: t.string(10_000) }))
const response = schema((t) => t.object({ status: acceptedOrRejected(t) }))

/**
 * Whitepaper A02 and A03, §5.1: the certificate asked for with SignCertificate, PEM, with the sub-CAs it needs. Rejected:
 * not valid, and a SecurityEventNotification follows (A02.FR.07).
 */
export const CertificateSigned = centralSystemAction({ action: 'CertificateSigned', request, response })
