import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The client that a running "npm start" knows. */
export interface Client {
  clientId: string
  clientSecret: string
}

export function readClient({
  BUSBAR_DATA,
  BUSBAR_CLIENT_ID,
  BUSBAR_CLIENT_SECRET,
}: NodeJS.ProcessEnv): Client {
  if (BUSBAR_CLIENT_ID && BUSBAR_CLIENT_SECRET) {
    return { clientId: BUSBAR_CLIENT_ID, clientSecret: BUSBAR_CLIENT_SECRET }
  }
  const folder = resolve(BUSBAR_DATA || join(fileURLToPath(new URL('..', import.meta.url)), '.busbar'))
  return JSON.parse(readFileSync(join(folder, 'credentials.json'), 'utf8')) as Client
}

export async function fetchToken(
  { clientId, clientSecret }: Client,
  url: string,
  role?: string,
): Promise<string> {
  const scope: Record<string, string> = role === undefined ? {} : { scope: `busbar/${role}` }
  const response = await fetch(`${url}/oauth2/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${basicOf(clientId, clientSecret)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', ...scope }),
    signal: AbortSignal.timeout(10_000),
  })
  if (response.status === 400) throw new Error(`${url} does not know the role "${role}"`)
  if (!response.ok) throw new Error(`${url} answers ${response.status}: ${await response.text()}`)
  const { access_token } = (await response.json()) as { access_token: string }
  return access_token
}

/** Both parts are form-encoded within (RFC 6749 §2.3.1). */
function basicOf(...parts: string[]): string {
  return Buffer.from(parts.map(encodeURIComponent).join(':')).toString('base64')
}
