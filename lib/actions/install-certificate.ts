import { schema } from '../ocpp/schema.ts'
import { certificateUse, pem } from '../ocpp/types.ts'
import { centralSystemAction } from './action.ts'

const request = schema((t) => t.object({ certificateType: certificateUse(t), certificate: pem(t) }))
const response = schema((t) => t.object({ status: t.enum(['Accepted', 'Failed', 'Rejected']) }))

/**
 * Whitepaper M05, §5.11: installs a root certificate, PEM. Rejected: invalid, or no room for another (M05.FR.03); Failed:
 * valid, but not installed all the same (M05.FR.04).
 */
export const InstallCertificate = centralSystemAction({ action: 'InstallCertificate', request, response })
