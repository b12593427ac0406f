import { Sha256 } from '@smithy/core/checksum'
import { SignatureV4 } from '@smithy/signature-v4'
import type { Depot } from './port.ts'

type Signer = ConstructorParameters<typeof SignatureV4>[0]

export interface DepotOptions {
  /** Of the bucket, without a slash at its end. */
  url: string
  region: Signer['region']
  credentials: Signer['credentials']
  clock?: () => Date
  fetch?: typeof fetch
}

interface Wish {
  method: 'GET' | 'PUT' | 'HEAD' | 'DELETE'
  fileId: string
  seconds: number
  query?: Record<string, string>
  headers?: Record<string, string>
}

/** The credentials of a role, and with them its URLs, may end after so long. */
const SECONDS_MAX = 6 * 60 * 60

/** How long the URL of a request of our own is good for, and how long its answer may take. */
const OWN_SECONDS = 60
const PATIENCE_MILLISECONDS = 3_000

/** The depot in an S3 bucket. Nothing but presigned URLs: the client of the SDK would double the size of a function. */
export function createDepot(options: DepotOptions): Depot {
  const { fetch: send = fetch } = options
  const sign = createSigner(options)
  const ask = async (method: 'HEAD' | 'DELETE', fileId: string): Promise<Response> =>
    send(await sign({ method, fileId, seconds: OWN_SECONDS }), {
      method,
      signal: AbortSignal.timeout(PATIENCE_MILLISECONDS),
    })
  return {
    downloadUrl: (fileId, { seconds, name }) =>
      sign({ method: 'GET', fileId, seconds, query: name === undefined ? {} : attachment(name) }),
    uploadUrl: (fileId, { seconds, bytes }) =>
      sign({
        method: 'PUT',
        fileId,
        seconds,
        headers: bytes === undefined ? {} : { 'content-length': String(bytes) },
      }),
    async sizeOf(fileId) {
      const response = await ask('HEAD', fileId)
      if (response.status === 404) return undefined
      if (!response.ok) throw failure('HEAD', fileId, response)
      return Number(response.headers.get('content-length'))
    },
    async remove(fileId) {
      const response = await ask('DELETE', fileId)
      // S3 says the same of a file that is not there.
      if (!response.ok) throw failure('DELETE', fileId, response)
    },
  }
}

function createSigner({ url, region, credentials, clock = () => new Date() }: DepotOptions) {
  const { protocol, hostname, port, host, pathname } = new URL(url)
  const signer = new SignatureV4({
    service: 's3',
    region,
    credentials,
    sha256: Sha256,
    uriEscapePath: false,
    applyChecksum: false,
  })
  return async ({ method, fileId, seconds, query = {}, headers = {} }: Wish): Promise<string> => {
    const path = `${pathname.replace(/\/$/, '')}/files/${encodeURIComponent(fileId)}`
    const request = {
      method,
      protocol,
      hostname,
      ...(port ? { port: Number(port) } : {}),
      path,
      query,
      headers: { host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD', ...headers },
    }
    const expiresIn = Math.min(seconds, SECONDS_MAX)
    const signed = await signer.presign(request, { expiresIn, signingDate: clock() })
    return `${protocol}//${host}${path}?${queryOf(signed.query)}`
  }
}

const queryOf = (query: Record<string, unknown> = {}): string =>
  Object.entries(query)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`)
    .join('&')

/** The name that a browser saves the file under: plain letters alone, so that no name means anything else. */
function attachment(name: string): Record<string, string> {
  const plain = name
    .replace(/[^\w.-]/g, '_')
    .slice(-100)
    .replace(/^\.+/, '')
  return { 'response-content-disposition': `attachment; filename="${plain || 'file'}"` }
}

const failure = (method: string, fileId: string, { status }: Response): Error =>
  new Error(`S3 answers ${method} of the file ${fileId} with ${status}`)
