import type { IncomingMessage, ServerResponse } from 'node:http'
import { asNumber, asObject, asTexts } from './json.ts'
import type { Stack } from './template.ts'

/** The `CorsConfiguration` of an HTTP API. */
export interface Cors {
  origins: string[]
  methods: string[]
  headers: string[]
  exposed: string[]
  maxAge: number | undefined
  credentials: boolean
}

export function readCors(stack: Stack, apiId: string): Cors | undefined {
  const value = stack.read(apiId, 'CorsConfiguration')
  if (value === undefined) return undefined
  const cors = asObject(value)
  return {
    origins: asTexts(cors.AllowOrigins),
    methods: asTexts(cors.AllowMethods),
    headers: asTexts(cors.AllowHeaders),
    exposed: asTexts(cors.ExposeHeaders),
    maxAge: asNumber(cors.MaxAge),
    credentials: cors.AllowCredentials === true,
  }
}

/** A browser's question whether it may ask. */
export const isPreflight = ({ method, headers }: IncomingMessage): boolean =>
  method === 'OPTIONS' &&
  headers.origin !== undefined &&
  headers['access-control-request-method'] !== undefined

/** Sets the headers of the answer to a preflight. */
export function grantPreflight(cors: Cors, request: IncomingMessage, response: ServerResponse): void {
  const origin = allowed(cors, request)
  if (origin === undefined) return
  setAll(response, {
    ...shared(cors, origin),
    ...listed('access-control-allow-methods', cors.methods),
    ...listed('access-control-allow-headers', cors.headers),
    ...(cors.maxAge === undefined ? {} : { 'access-control-max-age': String(cors.maxAge) }),
  })
}

/** Sets the headers that every answer then has. What the function says of CORS itself does not count: see `withoutCors`. */
export function allowOrigin(cors: Cors, request: IncomingMessage, response: ServerResponse): void {
  const origin = allowed(cors, request)
  if (origin === undefined) return
  setAll(response, { ...shared(cors, origin), ...listed('access-control-expose-headers', cors.exposed) })
}

function setAll(response: ServerResponse, headers: Record<string, string>): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
}

export const withoutCors = <T>(headers: Record<string, T>): Record<string, T> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith('access-control-')))

/** What is allowed to the origin of a request: its own, or everybody's. */
function allowed(
  { origins, credentials }: Cors,
  { headers: { origin } }: IncomingMessage,
): string | undefined {
  if (origin === undefined) return undefined
  if (origins.includes('*')) return credentials ? origin : '*'
  return origins.some((each) => each === origin || each === schemeOf(origin)) ? origin : undefined
}

/** `https://*` allows every origin of that scheme. */
const schemeOf = (origin: string): string => `${origin.split('://', 1)[0]}://*`

const shared = ({ credentials }: Cors, origin: string): Record<string, string> => ({
  'access-control-allow-origin': origin,
  ...(credentials ? { 'access-control-allow-credentials': 'true' } : {}),
})

const listed = (name: string, values: string[]): Record<string, string> =>
  values.length > 0 ? { [name]: values.join(',') } : {}
