export interface Answer {
  /** 0 where there was none. */
  status: number
  headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: whatever a deployment answers
  body: any
}

const TIMEOUT_MILLISECONDS = 35_000

/** The operator API of a deployment. Never throws: no answer is an answer with the status 0 and its reason. */
export class Api {
  readonly #url: string
  readonly #signal: AbortSignal
  #token: string | undefined

  constructor(url: string, signal: AbortSignal) {
    this.#url = url
    this.#signal = signal
  }

  get isSignedIn(): boolean {
    return this.#token !== undefined
  }

  signIn(token: string): void {
    this.#token = token
  }

  /** `path` below /api. */
  ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.fetch(method, `${this.#url}/api${path}`, {
      headers: {
        ...(this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  }

  /** Any URL, without the token. */
  async fetch(method: string, url: string, init: RequestInit = {}): Promise<Answer> {
    const timeout = AbortSignal.timeout(TIMEOUT_MILLISECONDS)
    try {
      const response = await fetch(url, {
        redirect: 'manual',
        ...init,
        method,
        signal: AbortSignal.any([this.#signal, timeout]),
      })
      const text = await response.text()
      return { status: response.status, headers: response.headers, body: jsonOr(text) }
    } catch (error) {
      this.#signal.throwIfAborted()
      return { status: 0, headers: new Headers(), body: reasonOf(error) }
    }
  }

  /** Sends a call to a charge point and waits for its end. */
  call(chargePointId: string, payload: object, more: object = {}): Promise<Answer> {
    const path = `/charge-points/${encodeURIComponent(chargePointId)}/calls`
    return this.ask('POST', path, { action: 'DataTransfer', payload, ...more }, { prefer: 'wait=20' })
  }
}

/** An answer in a few words. */
export function told({ status, body }: Answer): string {
  const words = typeof body === 'string' ? body : (body?.detail ?? body?.title ?? body?.message ?? '')
  const short = String(words).replace(/\s+/g, ' ').slice(0, 120)
  return `${status === 0 ? 'no answer' : `HTTP ${status}`}${short === '' ? '' : `: ${short}`}`
}

/** The innermost reason, which tells most: a refused connection rather than a failed fetch. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { cause, message } = error
  if (cause instanceof Error) return reasonOf(cause)
  // OpenSSL tells much besides.
  if ('library' in error && 'reason' in error) return `TLS: ${error.reason}`
  return message || String((error as NodeJS.ErrnoException).code ?? error.name)
}

function jsonOr(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
