import { randomBytes } from 'node:crypto'
import { type Check, type Finding, failed, noted, passed, skipped } from '../check.ts'
import type { Patient } from '../patient.ts'
import { isOpened, type Refused, type Socket } from '../socket.ts'
import { plainStationUrl } from '../target.ts'

const POLICY = 'the behaviour /ocpp/* forwards Authorization: origin request policy AllViewerExceptHostHeader'

/** Of charge points that last as long as the run. */
const PASSWORD = `p:${randomBytes(12).toString('base64')}`

const statusOf = (dialled: Socket | Refused): string => (isOpened(dialled) ? 'opened' : dialled.reason)

const is401 = (dialled: Socket | Refused): boolean => !isOpened(dialled) && dialled.status === 401

/** One charge point that asks for a password, in all the ways it may be dialled. */
async function basic(patient: Patient): Promise<Finding> {
  const chargePointId = patient.identity('password')
  await patient.register(chargePointId, { securityProfile: 1, password: PASSWORD })
  patient.owns(`/refused-charge-points/${encodeURIComponent(chargePointId)}`)
  const dial = (credentials?: [string, string]) =>
    patient.dial(patient.urlOf(chargePointId), credentials ? { credentials } : {})
  const [without, wrong, other] = [
    await dial(),
    await dial([chargePointId, 'not the password']),
    await dial(['somebody-else', PASSWORD]),
  ]
  if (![without, wrong, other].every(is401)) {
    const seen = `without: ${statusOf(without)}, wrong: ${statusOf(wrong)}, other user: ${statusOf(other)}`
    return failed(seen, { means: '401 was due', set: 'see the logs of authorize' })
  }
  const right = await dial([chargePointId, PASSWORD])
  if (isOpened(right)) return passed('401, 401, 401, opened')
  return failed(`with the right password: ${right.reason}`, {
    means: 'the Authorization header does not come through: stations with a password cannot connect',
    set: POLICY,
  })
}

/** Profile 2 is Basic authentication within TLS, and within TLS only. */
async function profile2(patient: Patient): Promise<Finding> {
  const chargePointId = patient.identity('tls')
  const path = encodeURIComponent(chargePointId)
  await patient.register(chargePointId, { securityProfile: 2, password: PASSWORD })
  patient.owns(`/refused-charge-points/${path}`)
  const credentials: [string, string] = [chargePointId, PASSWORD]
  const within = patient.target.isTls
    ? await patient.dial(patient.urlOf(chargePointId), { credentials })
    : undefined
  const plain = await patient.dial(
    patient.target.isTls ? `${plainStationUrl(patient.target)}/${path}` : patient.urlOf(chargePointId),
    { credentials },
  )
  if (isOpened(plain)) {
    return failed('opened over ws://', {
      means: 'a password that must be kept within TLS crosses in clear text',
      set: 'X-Forwarded-Proto, or CloudFront-Forwarded-Proto, must reach functions/authorize.ts',
    })
  }
  if (plain.status >= 500) return failed(`over ws://: ${plain.reason}`, { set: 'see the logs of authorize' })
  if (within && !isOpened(within)) return failed(`over wss://: ${within.reason}`, { set: POLICY })
  return passed(`${within ? 'opened over wss://; ' : ''}over ws://: ${plain.reason}`)
}

/** ws:// on port 80, for stations without TLS. */
async function plain(patient: Patient): Promise<Finding> {
  const { target, options } = patient
  if (!target.isTls) return skipped('this address is a plain one itself')
  await patient.own()
  const dialled = await patient.dial(
    `${plainStationUrl(target)}/${encodeURIComponent(patient.chargePointId)}`,
  )
  const isOpen = isOpened(dialled)
  const seen = isOpen ? 'opened' : dialled.reason
  if (options.plainWebSockets === undefined) {
    const means = isOpen
      ? 'stations of security profiles 0 and 1 may come without TLS, with their passwords in clear text'
      : 'stations without TLS cannot connect'
    return noted(seen, { means, set: `plainWebSockets=${!isOpen} if that is not what you want` })
  }
  if (options.plainWebSockets === isOpen) return passed(seen)
  const means = isOpen ? 'passwords of profile 1 cross in clear text' : 'stations without TLS cannot connect'
  return failed(seen, { means, set: `plainWebSockets=${options.plainWebSockets}, and deploy` })
}

async function aroundTheEdge(patient: Patient): Promise<Finding> {
  const { stationOrigin } = patient.options
  if (stationOrigin === undefined) return skipped('give --station-origin, the address of the WebSocket API')
  await patient.own()
  const dialled = await patient.dial(`${stationOrigin}?cp=${encodeURIComponent(patient.chargePointId)}`)
  if (is401(dialled)) return passed('HTTP 401')
  if (!isOpened(dialled)) {
    return noted(dialled.reason, { means: 'refused, but not by the authorizer: is it the right address?' })
  }
  return failed('the socket was opened', {
    means: 'whoever knows the address can say he came through TLS, or with a certificate',
    set: 'the origin secret: the distribution sends x-origin-verify, functions/authorize.ts checks it (ADR 23)',
  })
}

/** Who is let in. */
export const CREDENTIALS: Check[] = [
  {
    name: 'basic',
    expected:
      'profile 1: 401 without a password, with a wrong one and for another user; opened with the right one',
    means: 'Basic credentials come through the edge as they were sent',
    otherwise: POLICY,
    run: basic,
  },
  {
    name: 'tls-only',
    expected: 'profile 2: opened over wss://, refused over ws:// even with the right password',
    means: 'the authorizer knows how a station came',
    otherwise: 'the edge says so in X-Forwarded-Proto (functions/authorize.ts)',
    run: profile2,
  },
  {
    name: 'profile-3',
    expected: 'a charge point of profile 3 is refused with 401 where nobody asks for a certificate',
    means: 'a certificate cannot be pretended',
    otherwise: 'clientCertificates sets up the distribution that asks for one (ADR 23)',
    async run(patient) {
      const chargePointId = patient.identity('certificate')
      await patient.register(chargePointId, { securityProfile: 3 })
      patient.owns(`/refused-charge-points/${encodeURIComponent(chargePointId)}`)
      const dialled = await patient.dial(patient.urlOf(chargePointId))
      return is401(dialled) ? passed('HTTP 401') : failed(statusOf(dialled), { means: '401 was due' })
    },
  },
  {
    name: 'plain-ws',
    expected: 'ws:// on port 80 as the setting has it (--plain-web-sockets)',
    means: 'it is as you said it should be',
    otherwise: 'plainWebSockets: true opens port 80 at the edge',
    run: plain,
  },
  {
    name: 'around-the-edge',
    expected: 'the WebSocket API’s own address refuses with 401 (--station-origin)',
    means: 'nobody goes around the edge',
    otherwise: 'the origin secret (ADR 23)',
    run: aroundTheEdge,
  },
]
