import { schema } from '../ocpp/schema.ts'
import { acceptedOrRejected, pem } from '../ocpp/types.ts'
import { stationAction } from './action.ts'

const request = schema((t) => t.object({ csr: pem(t) }))
const response = schema((t) => t.object({ status: acceptedOrRejected(t) }))

/**
 * Whitepaper A02 and A03, §5.17: a PEM signing request for a new charge point certificate. Accepted promises to see to
 * it (A02.FR.11); the certificate itself follows as CertificateSigned.
 */
export const SignCertificate = stationAction({ action: 'SignCertificate', request, response })
