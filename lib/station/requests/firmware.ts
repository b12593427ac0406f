import { X509Certificate } from 'node:crypto'
import { schema } from '../../ocpp/schema.ts'
import { pem } from '../../ocpp/types.ts'
import { retriesOf } from '../files.ts'
import { handler, reply } from './handler.ts'

const getDiagnostics = schema((t) =>
  t.object({
    location: t.uri(),
    retries: t.optional(t.integer()),
    retryInterval: t.optional(t.integer()),
    startTime: t.optional(t.dateTime()),
    stopTime: t.optional(t.dateTime()),
  }),
)

/** §5.9. */
export const GetDiagnostics = handler(getDiagnostics, (request, { maintenance, diagnostics }) => {
  const { location, startTime, stopTime } = request
  const fileName = diagnostics.fileName('diagnostics')
  const upload = { location, span: { from: startTime, to: stopTime }, again: retriesOf(request) }
  return reply({ fileName }, () => void maintenance.uploads.sendDiagnostics(fileName, upload))
})

const getLog = schema((t) =>
  t.object({
    log: t.object({
      remoteLocation: t.string(512),
      oldestTimestamp: t.optional(t.dateTime()),
      latestTimestamp: t.optional(t.dateTime()),
    }),
    logType: t.enum(['DiagnosticsLog', 'SecurityLog']),
    requestId: t.integer(),
    retries: t.optional(t.integer()),
    retryInterval: t.optional(t.integer()),
  }),
)

/** Security whitepaper N01. */
export const GetLog = handler(getLog, (request, { maintenance, diagnostics }) => {
  const { log, logType, requestId } = request
  const { uploads } = maintenance
  const filename = diagnostics.fileName(logType === 'SecurityLog' ? 'security' : 'diagnostics')
  const span = { from: log.oldestTimestamp, to: log.latestTimestamp }
  const upload = { location: log.remoteLocation, span, again: retriesOf(request), logType, requestId }
  const status = uploads.isLogUnderWay ? 'AcceptedCanceled' : 'Accepted'
  return reply({ status, filename }, () => void uploads.sendLog(filename, upload))
})

const updateFirmware = schema((t) =>
  t.object({
    location: t.uri(),
    retrieveDate: t.dateTime(),
    retries: t.optional(t.integer()),
    retryInterval: t.optional(t.integer()),
  }),
)

/** §5.19. */
export const UpdateFirmware = handler(updateFirmware, (request, { maintenance }) => {
  const { location, retrieveDate } = request
  const update = { location, retrieveAt: Date.parse(retrieveDate), again: retriesOf(request) }
  return reply({}, () => maintenance.firmware.begin(update))
})

const signedUpdateFirmware = schema((t) =>
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

/** Security whitepaper L01. Whoever signed the certificate is not looked at: this station holds no roots. */
export const SignedUpdateFirmware = handler(signedUpdateFirmware, (request, { maintenance, time }) => {
  const { requestId, firmware: wanted } = request
  const { firmware } = maintenance
  const certificate = certificateOf(wanted.signingCertificate, time.now())
  if (!certificate) return reply({ status: 'InvalidCertificate' })
  const status = firmware.isUnderWay ? 'AcceptedCanceled' : 'Accepted'
  const signature = Buffer.from(wanted.signature, 'base64')
  return reply({ status }, () =>
    firmware.begin({
      location: wanted.location,
      retrieveAt: Date.parse(wanted.retrieveDateTime),
      ...(wanted.installDateTime === undefined ? {} : { installAt: Date.parse(wanted.installDateTime) }),
      again: retriesOf(request),
      signed: { requestId, key: certificate.publicKey, signature },
    }),
  )
})

/** `undefined` if it is none, or not valid now. */
function certificateOf(text: string, now: number): X509Certificate | undefined {
  try {
    const certificate = new X509Certificate(text)
    const isValid = Date.parse(certificate.validFrom) <= now && now < Date.parse(certificate.validTo)
    return isValid ? certificate : undefined
  } catch {
    return undefined
  }
}
