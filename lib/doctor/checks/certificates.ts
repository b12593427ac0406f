import { type Check, type Finding, failed, passed, skipped } from '../check.ts'
import type { Patient } from '../patient.ts'
import { isOpened, type Refused, type Socket } from '../socket.ts'

const OPTIONS = '--certificate-url, --cert and --key'

const TRUST = 'clientCertificates: the authority of this certificate must be in that file (docs/stations.md)'

const outcomeOf = (dialled: Socket | Refused): string => (isOpened(dialled) ? 'opened' : dialled.reason)

/**
 * Two charge points of profile 3: one has given the common name of the certificate as its serial number, at a boot before it
 * was asked for one; the other is somebody else.
 */
async function clientCertificate(patient: Patient): Promise<Finding> {
  const { certificate } = patient.options
  if (!certificate) return skipped(`give ${OPTIONS}`)
  const [own, other] = [patient.identity('certified'), patient.identity('uncertified')]
  await register(patient, own, {})
  await boot(patient, own, certificate.commonName)
  await register(patient, other, { securityProfile: 3 })
  const raised = await patient.api.ask('PATCH', pathOf(own), { securityProfile: 3 })
  if (raised.status !== 200) throw new Error(`profile 3 could not be set: HTTP ${raised.status}`)

  const dial = (chargePointId: string, shown: object) =>
    patient.dial(`${certificate.url}/${encodeURIComponent(chargePointId)}`, { ...shown, ca: certificate.ca })
  const { cert, key } = certificate
  const without = await dial(own, {})
  if (isOpened(without)) {
    return failed('opened without a certificate', {
      means: 'whoever knows an identity is that charge point',
      set: 'viewer mTLS of the second distribution must be required (ADR 23); see the logs of authorize',
    })
  }
  const somebodyElse = await dial(other, { cert, key })
  if (isOpened(somebodyElse)) {
    return failed(`opened for ${other}, whose certificate it is not`, {
      means: 'one certificate opens every charge point of profile 3',
      set: 'CloudFront-Viewer-Cert-Subject must reach functions/authorize.ts, and only from CloudFront',
    })
  }
  const right = await dial(own, { cert, key })
  if (!isOpened(right)) return refused(patient, own, right)
  const beat = await right.call('Heartbeat', {})
  if (!beat?.payload) {
    return failed('opened, and a Heartbeat was not answered', {
      means: 'the second distribution lets handshakes through, but not what follows them',
      set: 'see the logs of message',
    })
  }
  return passed(`without: ${outcomeOf(without)}; for another: ${outcomeOf(somebodyElse)}; its own: opened`)
}

async function refused(patient: Patient, chargePointId: string, { status, reason }: Refused) {
  if (status !== 401) {
    const means = 'the edge does not take this certificate, or an upgrade within mutual TLS at all'
    return failed(`with the certificate: ${reason}`, { means, set: TRUST })
  }
  const { body } = await patient.api.ask('GET', '/refused-charge-points?limit=200')
  const entry = body?.items?.find((each: { chargePointId: string }) => each.chargePointId === chargePointId)
  const why = entry ? `, ${entry.reason}` : ''
  return failed(`with the certificate: ${reason}${why}`, {
    means: 'the edge takes it, and the authorizer does not',
    set:
      entry?.reason === 'NoCertificate'
        ? 'CloudFront-Viewer-Cert-Subject does not come through: the header function of the second distribution'
        : 'certificateOrganization; the subject has one common name, the identity or a serial number',
  })
}

async function register(patient: Patient, chargePointId: string, more: object): Promise<void> {
  await patient.register(chargePointId, more)
  patient.owns(`/refused-charge-points/${encodeURIComponent(chargePointId)}`)
}

async function boot(patient: Patient, chargePointId: string, serialNumber: string): Promise<void> {
  const station = patient.opened(await patient.dial(patient.urlOf(chargePointId)))
  const booted = await station.call('BootNotification', {
    chargePointVendor: 'Busbar',
    chargePointModel: 'Doctor',
    chargePointSerialNumber: serialNumber,
  })
  station.webSocket.close(1000)
  if (booted?.payload?.status !== 'Accepted') throw new Error('the boot was not accepted')
}

const pathOf = (chargePointId: string): string => `/charge-points/${encodeURIComponent(chargePointId)}`

/** What the distribution that asks for certificates makes of them. */
export const CERTIFICATES: Check[] = [
  {
    name: 'client-certificate',
    expected: `profile 3: refused without a certificate, and with another’s; opened with its own (${OPTIONS})`,
    means: 'mutual TLS and the upgrade go together, and the subject comes through',
    otherwise: 'profile 2 needs no certificate',
    run: clientCertificate,
  },
]
