import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Provider } from 'oidc-provider'
import type { Person } from './credentials.ts'
import { addressOf } from './edge-function.ts'
import { readBody } from './http.ts'
import { SIGN_IN_PATH } from './issuer-provider.ts'
import type { Log } from './log.ts'
import { SignInAttempts } from './sign-in-attempts.ts'
import { type SignInForm, sendNotice, sendSignInPage } from './sign-in-page.ts'

const BODY_LIMIT = 8 * 1024

const OVER =
  'It has expired, or it was begun in another browser. Go back to where you came from and begin anew.'

/** The page that asks people for name and password. It belongs to a request for a code, which goes on afterwards. */
export class SignIn {
  private readonly origin: string
  private readonly people: Person[]
  private readonly destinations: string[]
  private readonly log: Log
  private readonly attempts = new SignInAttempts()
  private readonly secret = randomBytes(32)

  constructor(url: string, people: Person[], redirectUris: string[], log: Log) {
    this.origin = new URL(url).origin
    this.people = people
    this.destinations = [...new Set(redirectUris.map((uri) => new URL(uri).origin))]
    this.log = log
  }

  async handle(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method } = request
    if (method !== 'GET' && method !== 'HEAD' && method !== 'POST') {
      response.setHeader('allow', 'GET, HEAD, POST')
      return sendNotice(response, 405, 'This does not work', 'The sign-in page takes GET and POST.')
    }
    const uid = await this.uidOf(provider, request, response)
    if (uid === undefined) return sendNotice(response, 400, 'This sign-in is over', OVER)
    if (method === 'POST') return this.submit(provider, uid, request, response)
    sendSignInPage(response, 200, this.form(uid))
  }

  private async uidOf(provider: Provider, request: IncomingMessage, response: ServerResponse) {
    try {
      const { uid } = await provider.interactionDetails(request, response)
      const [path = ''] = (request.url ?? '').split('?', 1)
      return path === `${SIGN_IN_PATH}${uid}` ? uid : undefined
    } catch {
      return undefined
    }
  }

  private async submit(
    provider: Provider,
    uid: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const form = new URLSearchParams((await readBody(request, BODY_LIMIT)).toString())
    const name = form.get('name')?.trim() ?? ''
    const { origin = this.origin } = request.headers
    if (origin !== this.origin || !same(form.get('token') ?? '', this.token(uid))) {
      return sendNotice(response, 403, 'This sign-in is over', OVER)
    }
    const address = addressOf(request)
    const wait = this.attempts.wait(name, address)
    if (wait > 0) {
      response.setHeader('retry-after', String(wait))
      const error = `Too many attempts failed. Wait ${wait === 1 ? 'a second' : `${wait} seconds`}, then try again.`
      return sendSignInPage(response, 429, this.form(uid, { name, error }))
    }
    if (!this.knows(name, form.get('password') ?? '')) {
      this.attempts.failed(name, address)
      this.log(`sign-in: a name or password from ${address} was not right`)
      return sendSignInPage(response, 400, this.form(uid, { name, error: 'Name or password are not right.' }))
    }
    this.attempts.succeeded(name, address)
    await provider.interactionFinished(
      request,
      response,
      { login: { accountId: name, amr: ['pwd'] } },
      { mergeWithLastSubmission: false },
    )
  }

  private knows(name: string, password: string): boolean {
    const person = this.people.find((each) => each.name === name)
    return same(password, person?.password ?? '') && person !== undefined
  }

  private form(uid: string, more: Pick<SignInForm, 'name' | 'error'> = {}): SignInForm {
    const { destinations } = this
    return { action: `${SIGN_IN_PATH}${uid}`, token: this.token(uid), destinations, ...more }
  }

  private token(uid: string): string {
    return createHmac('sha256', this.secret).update(uid).digest('base64url')
  }
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
const same = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b))
