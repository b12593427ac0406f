import { type Check, failed, noted, passed } from '../check.ts'
import type { Patient } from '../patient.ts'
import { isOpened, type Refused, type Socket } from '../socket.ts'
import { stationUrl } from '../target.ts'

const EDGE = 'the CloudFront Function (functions/edge.js) turns the path into ?cp='

/** An opened socket that is served as this charge point, or why not. */
async function servedAs(
  patient: Patient,
  dialled: Socket | Refused,
  chargePointId: string,
): Promise<string | undefined> {
  if (!isOpened(dialled)) return `refused: ${dialled.reason}`
  const booted = await dialled.call('BootNotification', BOOT)
  if (booted?.payload?.status !== 'Accepted') return `BootNotification: ${booted?.frame ?? 'no answer'}`
  const state = await patient.stateOf(chargePointId)
  return state === 'online' ? undefined : `the API shows the charge point ${state}`
}

const BOOT = { chargePointVendor: 'Busbar', chargePointModel: 'Doctor' }

const takes = (name: string, expected: string, path: (id: string) => string): Check => ({
  name,
  expected,
  means: 'stations that write their URL this way are served',
  otherwise: EDGE,
  async run(patient) {
    await patient.own()
    const { chargePointId } = patient
    const dialled = await patient.dial(`${stationUrl(patient.target)}${path(chargePointId)}`)
    const trouble = await servedAs(patient, dialled, chargePointId)
    return trouble === undefined ? passed('served') : failed(trouble, { set: EDGE })
  },
})

const refuses = (
  name: string,
  statuses: number[],
  expected: string,
  dial: (patient: Patient) => Promise<Socket | Refused>,
  means: string,
): Check => ({
  name,
  expected,
  means,
  otherwise: 'the statuses of ADR 9',
  async run(patient) {
    const dialled = await dial(patient)
    if (!isOpened(dialled) && statuses.includes(dialled.status)) return passed(`HTTP ${dialled.status}`)
    return failed(isOpened(dialled) ? 'the socket was opened' : dialled.reason, {
      means: `HTTP ${statuses.join(' or ')} was due; a station would take this for something else`,
      set: 'see ADR 9, and the logs of authorize and connect',
    })
  },
})

/** What becomes of a station's URL and of the header that names protocols. */
export const HANDSHAKE: Check[] = [
  {
    name: 'path',
    expected: '/ocpp/<identity> opens, and the charge point of that identity is served and online',
    means: 'the edge takes the identity from the path, and API Gateway takes the upgrade',
    otherwise: EDGE,
    async run(patient) {
      const station = await patient.open()
      const trouble = await servedAs(patient, station, patient.chargePointId)
      if (trouble === undefined) return passed(`${Math.round(station.handshakeMilliseconds)} ms`)
      return failed(trouble, { set: EDGE })
    },
  },
  {
    name: 'encoding',
    expected: 'an identity with spaces, slashes, & + and umlauts is decoded once',
    means: 'any identity can be dialled, percent-encoded',
    otherwise: EDGE,
    async run(patient) {
      const chargePointId = patient.identity('ä ö/ü&+%41')
      await patient.register(chargePointId)
      const trouble = await servedAs(patient, await patient.dial(patient.urlOf(chargePointId)), chargePointId)
      if (trouble === undefined) return passed('served')
      return failed(trouble, { means: 'it is decoded twice, or not at all', set: EDGE })
    },
  },
  takes('double-slash', '/ocpp//<identity> is taken', (id) => `//${id}`),
  takes('trailing-slash', '/ocpp/<identity>/ is taken', (id) => `/${id}/`),
  takes('client-query', 'a query that the client sends is dropped', (id) => `/${id}?cp=somebody-else`),
  {
    name: 'subprotocol',
    expected: 'ocpp1.6 is chosen from “ocpp2.0.1, ocpp1.6”, and said so',
    means: 'strict clients accept the handshake',
    otherwise: 'the $connect integration returns the header (functions/connect.ts)',
    async run(patient) {
      await patient.own()
      const dialled = await patient.dial(patient.urlOf(patient.chargePointId), {
        protocols: ['ocpp2.0.1', 'ocpp1.6'],
      })
      const protocol = isOpened(dialled) ? dialled.webSocket.protocol : undefined
      if (protocol === 'ocpp1.6') return passed(protocol)
      return failed(isOpened(dialled) ? `“${protocol}”` : dialled.reason, {
        means: 'clients that follow RFC 6455 hang up, this one among them',
        set: 'the gateway drops the header that functions/connect.ts returns, or something before it does',
      })
    },
  },
  refuses(
    'other-protocol',
    [400],
    'ocpp2.0.1 alone is refused with 400',
    async (patient) => {
      await patient.own()
      return patient.dial(patient.urlOf(patient.chargePointId), { protocols: ['ocpp2.0.1'] })
    },
    'a station that cannot speak OCPP 1.6 is told so',
  ),
  {
    name: 'unknown',
    expected: 'an identity that nobody registered is refused with 404, and shown in the inbox',
    means: 'strangers do not get in, and are seen',
    otherwise: 'unknownChargePoints: refuse, or pending to let them in and keep them waiting',
    async run(patient) {
      const chargePointId = patient.identity('unknown')
      const path = encodeURIComponent(chargePointId)
      patient.owns(`/unknown-charge-points/${path}`)
      const dialled = await patient.dial(patient.urlOf(chargePointId))
      if (isOpened(dialled)) {
        patient.owns(`/charge-points/${path}`)
        return noted('the socket was opened', {
          means: 'unknownChargePoints is pending: whoever dials in waits',
        })
      }
      if (dialled.status !== 404) return failed(dialled.reason, { means: '404 was due' })
      const { body } = await patient.api.ask('GET', '/unknown-charge-points?limit=100')
      const shown = body?.items?.some(
        (each: { chargePointId: string }) => each.chargePointId === chargePointId,
      )
      return shown || body?.cursor
        ? passed('HTTP 404')
        : failed('HTTP 404, and nothing in the inbox', { set: 'see the logs of connect' })
    },
  },
  refuses(
    'no-identity',
    [404],
    '/ocpp/ without an identity is refused with 404',
    (patient) => patient.dial(`${stationUrl(patient.target)}/`),
    'a URL that lacks the identity is told from one of a stranger',
  ),
  refuses(
    'broken-encoding',
    [400],
    '/ocpp/%zz is refused with 400',
    (patient) => patient.dial(`${stationUrl(patient.target)}/%zz`),
    'broken percent-encoding reaches nobody',
  ),
]
