import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { CallerKeysOf } from './caller-keys.ts'
import { accessDenied, S3Error } from './s3-error.ts'
import { WORLD } from './world.ts'

const ALGORITHM = 'AWS4-HMAC-SHA256'
const MAXIMUM_SECONDS = 7 * 24 * 60 * 60
/** How far a signer's clock may be ahead. */
const SKEW_MILLISECONDS = 15 * 60_000

export type Query = [name: string, value: string][]

/** Whose presigned URL it is: the access key id. Throws unless the URL was signed so, for this request, and is still good. */
export function verifySignature(
  request: IncomingMessage,
  path: string,
  query: Query,
  keysOf: CallerKeysOf,
  now: number,
): string {
  const parameters = new Map(query.map(([name, value]) => [name.toLowerCase(), value]))
  const of = (name: string): string => parameters.get(`x-amz-${name}`) ?? ''
  if (!of('signature') || !of('credential')) throw accessDenied()
  const [accessKeyId = '', date = '', ...scope] = of('credential').split('/')
  const stampedAt = instantOf(of('date'))
  const seconds = Number(of('expires'))
  const wellFormed =
    of('algorithm') === ALGORITHM &&
    scope.join('/') === `${WORLD.region}/s3/aws4_request` &&
    of('date').startsWith(date) &&
    seconds >= 1 &&
    seconds <= MAXIMUM_SECONDS
  if (!wellFormed || Number.isNaN(stampedAt)) throw malformed()
  if (stampedAt > now + SKEW_MILLISECONDS) throw accessDenied('Request is not valid yet')
  if (now > stampedAt + seconds * 1000) throw accessDenied('Request has expired')
  const { secretAccessKey, sessionToken } = keysOf(accessKeyId)
  const canonical = canonicalRequest(request, path, query, of('signedheaders').split(';'))
  const toSign = [ALGORITHM, of('date'), [date, ...scope].join('/'), sha256(canonical)].join('\n')
  const key = [date, ...scope].reduce<string | Buffer>(
    (key, part) => hmac(key, part),
    `AWS4${secretAccessKey}`,
  )
  if (!equal(hmac(key, toSign).toString('hex'), of('signature'))) throw mismatch()
  if (!equal(sessionToken, of('security-token'))) {
    throw new S3Error(400, 'InvalidToken', 'The token is malformed')
  }
  return accessKeyId
}

/** The query's pairs as they are meant, or undefined where they are not percent-encoded properly. */
export function parseQuery(text: string): Query {
  const pairs = text.split('&').filter((pair) => pair !== '')
  return pairs.map((pair) => {
    const [name = '', ...value] = pair.split('=')
    return [decode(name), decode(value.join('='))]
  })
}

export function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new S3Error(400, 'InvalidURI', "Couldn't parse the specified URI.")
  }
}

function canonicalRequest(
  { method, headers }: IncomingMessage,
  path: string,
  query: Query,
  signedHeaders: string[],
): string {
  const unsigned = Object.keys(headers).filter(
    (name) => name.startsWith('x-amz-') && !signedHeaders.includes(name),
  )
  if (unsigned.length > 0 || !signedHeaders.includes('host')) {
    throw accessDenied('There were headers present in the request which were not signed')
  }
  const pairs = query
    .filter(([name]) => name.toLowerCase() !== 'x-amz-signature')
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
  const lines = signedHeaders.map(
    (name) =>
      `${name}:${String(headers[name] ?? '')
        .replace(/\s+/g, ' ')
        .trim()}`,
  )
  return [method, path, pairs.join('&'), ...lines, '', signedHeaders.join(';'), 'UNSIGNED-PAYLOAD'].join('\n')
}

const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`)

/** `20260301T080000Z` */
function instantOf(text: string): number {
  const iso = text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z')
  return iso === text ? Number.NaN : Date.parse(iso)
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()

const equal = (a: string, b: string): boolean =>
  a.length === Buffer.byteLength(b) && timingSafeEqual(Buffer.from(a), Buffer.from(b))

const malformed = (): S3Error =>
  new S3Error(400, 'AuthorizationQueryParametersError', 'A parameter of the signature is missing or wrong')

const mismatch = (): S3Error =>
  new S3Error(
    403,
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided.',
  )
