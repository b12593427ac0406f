import { RPCClient } from 'ocpp-rpc'
import { EVENT_STREAM } from '../../bin/event-stream.ts'
import type { Template } from '../../lib/local/assembly.ts'
import { type Local, type LocalOptions, startLocal } from '../../lib/local/runtime.ts'
import { CDK_OUT } from './system.ts'

export interface Answer {
  status: number
  headers: Headers
  body: any
}

/** `npm start` in this process, in memory, on a free port: the synthesized template and everything on it. */
export interface Busbar {
  local: Local
  /** An operator's request, with a token. */
  api: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>
  /** Registers a charge point. */
  register: (chargePointId: string, more?: object) => Promise<void>
  /** Many at once, by an import. */
  registerAll: (chargePointIds: readonly string[]) => Promise<void>
  /** Sends a call to a charge point and waits for its end. */
  command: (chargePointId: string, action: string, payload?: object) => Promise<Answer>
  stop: () => Promise<void>
}

export async function startBusbar(
  edit?: (template: Template) => Template,
  log: (line: string) => void = () => {},
  more: Partial<LocalOptions> = {},
): Promise<Busbar> {
  const local = await startLocal({
    cdkOut: CDK_OUT,
    dataDir: 'memory',
    log,
    events: EVENT_STREAM,
    ...(edit ? { edit } : {}),
    ...more,
  })
  const token = await fetchToken(local)
  const api: Busbar['api'] = async (method, path, body, headers = {}) => {
    const response = await fetch(`${local.url}/api${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : undefined }
  }
  return {
    local,
    api,
    async register(chargePointId, more = {}) {
      const { status, body } = await api('POST', '/charge-points', { chargePointId, ...more })
      if (status !== 201) throw new Error(JSON.stringify(body))
    },
    async registerAll(chargePointIds) {
      const rows = chargePointIds.map((chargePointId) => ({ chargePointId }))
      let { body } = await api('POST', '/imports', { kind: 'charge-points', rows })
      const { importId } = body
      while (!body.endedAt) {
        body = (await api('GET', `/imports/${importId}?limit=1`, undefined, { prefer: 'wait=20' })).body
      }
      if (body.counts.created !== rows.length) throw new Error(JSON.stringify(body))
    },
    command: (chargePointId, action, payload = {}) =>
      api(
        'POST',
        `/charge-points/${encodeURIComponent(chargePointId)}/calls`,
        { action, payload },
        { prefer: 'wait=25' },
      ),
    stop: () => local.stop(),
  }
}

export async function fetchToken({ url, credentials: { clientId, clientSecret } }: Local): Promise<string> {
  const response = await fetch(`${url}/oauth2/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  })
  const { access_token } = (await response.json()) as { access_token: string }
  return access_token
}

/** A third party's charge point, which checks every frame against schemas of its own. */
export function thirdPartyStation({ local }: Busbar, identity: string, options: object = {}): RPCClient {
  const settings = {
    endpoint: `${local.wsUrl}/ocpp`,
    identity,
    protocols: ['ocpp1.6'],
    strictMode: true,
    reconnect: false,
    ...options,
  }
  // The package's types ask for options that have defaults.
  return new RPCClient(settings as unknown as ConstructorParameters<typeof RPCClient>[0])
}
