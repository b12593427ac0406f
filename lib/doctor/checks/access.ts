import { reasonOf, told } from '../api.ts'
import { type Check, failed, noted, passed } from '../check.ts'

/** Beyond this a log and a station's own records no longer fit together. */
const SKEW_SECONDS = 10

/** Whether operators get in. The first two are asked before all others, which lean on them. */
export const ACCESS: Check[] = [
  {
    name: 'api',
    expected: '/api describes itself to everybody, and lets nobody else in without a token',
    means: 'operators reach the API by the one domain',
    otherwise: 'the behaviour /api/* of the distribution leads to the HTTP API (ADR 23)',
    async run({ api, target }) {
      const described = await api.fetch('GET', `${target.url}/api/openapi.json`)
      if (described.status !== 200 || !described.body?.openapi) {
        return failed(`/api/openapi.json: ${told(described)}`, {
          means: 'nothing answers at this address, or something else does',
          set: 'give scheme, host and port as in the output ConsoleUrl of the stack',
        })
      }
      const { status } = await api.fetch('GET', `${target.url}/api/charge-points`)
      if (status === 401) return passed(`version ${described.body.info?.version}; 401 without a token`)
      return failed(`HTTP ${status} without a token`, {
        means: 'whoever finds the address may read the fleet',
        set: 'deploy the stack anew: every route but those of the documentation has the JWT authorizer',
      })
    },
  },
  {
    name: 'sign-in',
    expected: 'the client gets a token, which is an administrator’s',
    means: 'machines get in; the other checks can be made',
    otherwise: 'BUSBAR_TOKEN takes a token of another OIDC issuer',
    async run({ api, options }) {
      try {
        api.signIn(await options.fetchToken())
      } catch (error) {
        return failed(reasonOf(error).slice(0, 160), {
          means: 'there is no token, so nothing that needs one could be looked at',
          set: 'BUSBAR_CLIENT_ID and BUSBAR_CLIENT_SECRET, of the machine client of the user pool',
        })
      }
      const me = await api.ask('GET', '/me')
      const role = me.body?.role
      if (me.status === 200 && role === 'administrator') return passed(`as ${me.body.name}, ${role}`)
      return failed(me.status === 200 ? `as ${role ?? 'nobody'}` : told(me), {
        means: 'the token is none here, or may not register and remove charge points',
        set: 'roleClaim and audience for another issuer; the scopes of the client for Cognito',
      })
    },
  },
  {
    name: 'console',
    expected: 'the page at / is the console',
    means: 'people reach the console by the same domain',
    otherwise: '`npm run build` builds it, and a deployment without it serves the API alone',
    async run({ api, target }) {
      const answer = await api.fetch('GET', `${target.url}/`)
      const type = answer.headers.get('content-type') ?? ''
      if (answer.status === 200 && type.startsWith('text/html')) return passed('a page')
      const location = answer.headers.get('location')
      if (location)
        return noted(`HTTP ${answer.status} to ${location}`, { means: 'there is no console here' })
      return noted(`HTTP ${answer.status}`, { means: 'there is no console here; the API does not need one' })
    },
  },
  {
    name: 'clock',
    expected: `this machine and the deployment agree on the time, to ${SKEW_SECONDS} s`,
    means: 'times in logs and records can be compared',
    otherwise: 'stations take their time from Heartbeat and BootNotification',
    async run(patient) {
      const station = await patient.open()
      const asked = await station.call('Heartbeat', {})
      if (!asked?.payload) return failed('no answer to a Heartbeat')
      const here = Date.now() - asked.milliseconds / 2
      const skew = (Date.parse(asked.payload.currentTime) - here) / 1000
      const seen = `${skew >= 0 ? '+' : '−'}${Math.abs(skew).toFixed(1)} s`
      if (Math.abs(skew) <= SKEW_SECONDS) return passed(seen)
      return noted(seen, { means: 'this machine’s clock is off; AWS’s is not', set: 'NTP on this machine' })
    },
  },
]
