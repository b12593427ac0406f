import { schema } from '../ocpp/schema.ts'
import { certificateHashData } from '../ocpp/types.ts'
import { centralSystemAction } from './action.ts'

const request = schema((t) => t.object({ certificateHashData: certificateHashData(t) }))
const response = schema((t) => t.object({ status: t.enum(['Accepted', 'Failed', 'NotFound']) }))

/**
 * Whitepaper M04, §5.3: deletes a root certificate, named by the hashes GetInstalledCertificateIds gave. Failed, too, for
 * the root that vouches for this very connection (M04.FR.06).
 */
export const DeleteCertificate = centralSystemAction({ action: 'DeleteCertificate', request, response })
