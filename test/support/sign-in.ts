import { createHash, randomBytes } from 'node:crypto'

/** A browser as far as signing in needs one: it keeps cookies by path, and shows where it is led instead of going there. */
export class Browser {
  private readonly origin: string
  private readonly cookies = new Map<string, { value: string; path: string }>()

  constructor(origin: string) {
    this.origin = origin
  }

  async go(to: string, init: RequestInit = {}): Promise<Response> {
    const url = new URL(to, this.origin)
    const cookie = [...this.cookies]
      .filter(([, { path }]) => url.pathname.startsWith(path))
      .map(([name, { value }]) => `${name}=${value}`)
      .join('; ')
    const headers = { accept: 'text/html', ...(cookie ? { cookie } : {}), ...init.headers }
    const response = await fetch(url, { ...init, redirect: 'manual', headers })
    for (const each of response.headers.getSetCookie()) this.keep(each)
    return response
  }

  private keep(cookie: string): void {
    const [pair = '', ...attributes] = cookie.split(';').map((part) => part.trim())
    const [name = '', value = ''] = pair.split('=')
    const path = attributes.find((each) => /^path=/i.test(each))?.slice('path='.length) ?? '/'
    if (value === '') this.cookies.delete(name)
    else this.cookies.set(name, { value, path })
  }
}

export const locationOf = (response: Response): string => response.headers.get('location') ?? ''

/** What a public client makes up before it asks for a code (RFC 7636). */
export function pkce(): { verifier: string; challenge: string } {
  const verifier = randomBytes(32).toString('base64url')
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') }
}

export interface CodeRequest {
  clientId: string
  redirectUri: string
  challenge: string
  more?: Record<string, string>
}

export function authorizePath({ clientId, redirectUri, challenge, more = {} }: CodeRequest): string {
  const query = new URLSearchParams({
    client_id: clientId,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: 'openid profile',
    state: 'a state',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...more,
  })
  return `/oauth2/authorize?${query}`
}

/** The form of a sign-in page: where it goes, and the token in it. */
export function formOf(html: string): { action: string; token: string } {
  const action = /<form method="post" action="([^"]+)"/.exec(html)?.[1]
  const token = /name="token" value="([^"]+)"/.exec(html)?.[1]
  if (!action || !token) throw new Error(`no form in ${html}`)
  return { action, token }
}

export interface Person {
  name: string
  password: string
}

/** From the request for a code to the code. */
export async function codeFor(browser: Browser, request: CodeRequest, person: Person): Promise<string> {
  const asked = await browser.go(authorizePath(request))
  const page = await browser.go(locationOf(asked))
  const { action, token } = formOf(await page.text())
  const submitted = await browser.go(action, {
    method: 'POST',
    body: new URLSearchParams({ token, ...person }),
  })
  const back = await browser.go(locationOf(submitted))
  const target = new URL(locationOf(back))
  const code = target.searchParams.get('code')
  if (!target.href.startsWith(request.redirectUri) || !code) throw new Error(`no code in ${target}`)
  return code
}

export interface Tokens {
  access_token: string
  id_token: string
  refresh_token: string
  expires_in: number
  token_type: string
}

export async function askForTokens(
  origin: string,
  form: Record<string, string>,
): Promise<{ status: number; body: Tokens & { error?: string } }> {
  const response = await fetch(`${origin}/oauth2/token`, { method: 'POST', body: new URLSearchParams(form) })
  return { status: response.status, body: (await response.json()) as Tokens }
}

/** A person's whole sign-in. */
export async function signIn(
  origin: string,
  { clientId, redirectUri = `${origin}/` }: { clientId: string; redirectUri?: string },
  person: Person,
  browser = new Browser(origin),
): Promise<Tokens> {
  const { verifier, challenge } = pkce()
  const code = await codeFor(browser, { clientId, redirectUri, challenge }, person)
  const form = { grant_type: 'authorization_code', client_id: clientId, redirect_uri: redirectUri }
  const { status, body } = await askForTokens(origin, { ...form, code, code_verifier: verifier })
  if (status !== 200) throw new Error(JSON.stringify(body))
  return body
}

export const claimsOf = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
