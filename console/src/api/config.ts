/** What the console is told of where it is, by `/config.json` beside it. */
export interface Config {
  /** The OpenID Connect issuer; its metadata is at `/.well-known/openid-configuration` below. */
  issuer: string
  /** The application that the console is, to the issuer. */
  clientId: string
  /** Of a Cognito user pool's sign-in pages, which have the paths of Cognito. Default: what the issuer's metadata say. */
  signInUrl?: string
  /** What is asked for. Default: `openid profile`. */
  scope?: string
  /** Where charge points connect, `wss://…/ocpp/`. Default: this host. */
  stationUrl?: string
}

export async function loadConfig(): Promise<Config> {
  const response = await fetch('/config.json', {
    headers: { accept: 'application/json' },
    cache: 'no-cache',
    signal: AbortSignal.timeout(10_000),
  })
  if (!response.ok) throw new Error(`/config.json: ${response.status}`)
  const config = (await response.json()) as Partial<Config>
  const { issuer, clientId } = config
  if (!issuer || !clientId) throw new Error('/config.json names no issuer, or no client')
  return { ...config, issuer, clientId }
}
