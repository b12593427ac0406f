import { Alarm, type Time } from './time.ts'

/** How a transfer ended; `name` is what the file is called there. `protocol`: the location is of none that this station speaks; `location`: it is none at all. */
export type Transfer =
  | { ok: true; bytes: number; name: string }
  | { ok: false; fault: TransferFault; why: string }
export type TransferFault = 'protocol' | 'location' | 'denied' | 'failed'

export interface Retries {
  /** After the first attempt. */
  retries: number
  retryMs: number
}

export interface FilesOptions {
  time: Time
  /** A larger file is not taken. */
  largestBytes?: number
  /** A transfer takes no longer; in real time, however fast the station's own goes. */
  timeoutMs?: number
}

const LARGEST_BYTES = 64 * 2 ** 20
const TIMEOUT_MS = 120_000
/** Of whoever asks for retries and does not say when. */
const RETRY_SECONDS = 30
const MOST_RETRIES = 10

/** `retries` and `retryInterval` (in seconds) as a request has them. */
export function retriesOf(request: { retries?: number; retryInterval?: number }): Retries {
  const { retries = 0, retryInterval = RETRY_SECONDS } = request
  return { retries: Math.min(Math.max(retries, 0), MOST_RETRIES), retryMs: Math.max(retryInterval, 0) * 1000 }
}

/** Brings files to where they are wanted and fetches what is offered, over HTTP and HTTPS. */
export class Files {
  readonly #time: Time
  readonly #largestBytes: number
  readonly #timeoutMs: number
  readonly #ended = new AbortController()

  constructor({ time, largestBytes = LARGEST_BYTES, timeoutMs = TIMEOUT_MS }: FilesOptions) {
    this.#time = time
    this.#largestBytes = largestBytes
    this.#timeoutMs = timeoutMs
  }

  /** Ends every transfer. */
  end(): void {
    this.#ended.abort()
  }

  /** PUTs `content` to the location; one that ends with a slash is a directory, in which the file gets its name. */
  upload(location: string, name: string, content: string, again: Retries): Promise<Transfer> {
    return this.#repeat(again, () =>
      this.#transfer(location, async (url, signal) => {
        const target = url.pathname.endsWith('/')
          ? new URL(`${encodeURIComponent(name)}${url.search}`, url)
          : url
        const body = Buffer.from(content)
        const headers = { 'content-type': 'text/plain; charset=utf-8' }
        // A body is not sent a second time to somewhere else.
        const response = await fetch(target, { method: 'PUT', body, headers, signal, redirect: 'error' })
        await response.body?.cancel()
        return response.ok ? { ok: true, bytes: body.length, name } : refusal(response.status)
      }),
    )
  }

  /** GETs a file; every piece of it goes to the `onPiece` of its attempt. */
  download(
    location: string,
    onAttempt: () => (piece: Uint8Array) => void,
    again: Retries,
  ): Promise<Transfer> {
    return this.#repeat(again, () =>
      this.#transfer(location, async (url, signal) => {
        const response = await fetch(url, { signal })
        if (response.ok) return this.#read(response, onAttempt())
        await response.body?.cancel()
        return refusal(response.status)
      }),
    )
  }

  async #read(response: Response, onPiece: (piece: Uint8Array) => void): Promise<Transfer> {
    let bytes = 0
    for await (const piece of response.body ?? []) {
      bytes += piece.length
      if (bytes > this.#largestBytes) return failure('failed', `larger than ${this.#largestBytes} bytes`)
      onPiece(piece)
    }
    return bytes > 0 ? { ok: true, bytes, name: nameOf(response) } : failure('failed', 'the file is empty')
  }

  async #transfer(
    location: string,
    run: (url: URL, signal: AbortSignal) => Promise<Transfer>,
  ): Promise<Transfer> {
    const url = URL.canParse(location) ? new URL(location) : undefined
    if (!url) return failure('location', 'the location is no URL')
    if (!/^https?:$/.test(url.protocol)) return failure('protocol', `${url.protocol} is not supported`)
    try {
      return await run(url, AbortSignal.any([this.#ended.signal, AbortSignal.timeout(this.#timeoutMs)]))
    } catch (error) {
      return failure('failed', reasonOf(error))
    }
  }

  /** What may go better the next time is tried again. */
  async #repeat({ retries, retryMs }: Retries, attempt: () => Promise<Transfer>): Promise<Transfer> {
    for (let left = retries; ; left -= 1) {
      const transfer = await attempt()
      const isHopeless = !transfer.ok && (transfer.fault === 'protocol' || transfer.fault === 'location')
      if (transfer.ok || isHopeless || left <= 0 || this.#ended.signal.aborted) return transfer
      await new Promise<void>((resolve) => new Alarm(this.#time).set(retryMs, resolve))
    }
  }
}

function nameOf({ headers, url }: Response): string {
  const given = /filename="?([^";]+)/.exec(headers.get('content-disposition') ?? '')?.[1]
  return given ?? new URL(url).pathname.split('/').at(-1) ?? ''
}

function failure(fault: TransferFault, why: string): Transfer {
  return { ok: false, fault, why }
}

function refusal(status: number): Transfer {
  return failure(status === 401 || status === 403 ? 'denied' : 'failed', `HTTP ${status}`)
}

/** Without the location: a signed one is a secret. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'failed'
  if (error.name === 'TimeoutError') return 'not done in time'
  const cause = error.cause as (Error & { code?: string }) | undefined
  return cause?.code ?? cause?.message ?? error.message
}
