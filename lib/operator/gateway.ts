import { handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda'
import type { OperatorApi } from './api.ts'

type GatewayEvent = Extract<LambdaEvent, { rawPath: string }>

/** The operator API behind an API Gateway HTTP API (payload format 2.0). */
export function gatewayHandler(app: OperatorApi, paths: readonly string[]) {
  const serve = handle(app)
  const encode = pathEncoder(paths)
  return (event: GatewayEvent, context?: LambdaContext) =>
    serve({ ...event, rawPath: encode(event.rawPath) }, context)
}

/** Parameters that may hold slashes. */
const WIDE: ReadonlySet<string> = new Set(['chargePointId', 'idTag'])

/**
 * An HTTP API's `rawPath` is not raw: it is decoded once, `%2F` included. This undoes it, so that what stands between
 * the fixed parts of a path is one segment again: `/api/charge-points/CP 1/α/calls` → `/api/charge-points/CP%201%2F%CE%B1/calls`.
 * An identity that itself ends like a path below a charge point's (`X/calls`) is taken for that path.
 *
 * Nor may a decoded `..` survive: a URL parser would climb out of the path whose authorizer let the request in.
 */
export function pathEncoder(paths: readonly string[]): (rawPath: string) => string {
  const patterns = [...paths].sort((a, b) => fixedParts(b) - fixedParts(a)).map(patternOf)
  return (rawPath) => {
    for (const pattern of patterns) {
      const match = pattern.exec(rawPath)
      if (match)
        return match
          .slice(1)
          .map((part, position) => (position % 2 ? encodeSegment(part) : part))
          .join('')
    }
    return rawPath.split('/').map(encodeSegment).join('/')
  }
}

const PARAMETER = /\{(\w+)\}/

const fixedParts = (path: string) => path.split('/').filter((part) => !PARAMETER.test(part)).length

/** Groups: fixed part, parameter, fixed part, parameter … */
function patternOf(path: string): RegExp {
  const parts = path.split(PARAMETER)
  const groups = parts.map((part, position) =>
    position % 2 ? (WIDE.has(part) ? '(.+)' : '([^/]+)') : `(${part})`,
  )
  return new RegExp(`^${groups.join('')}$`, 's')
}

function encodeSegment(segment: string): string {
  return /^\.{1,2}$/.test(segment) ? segment.replaceAll('.', '%252E') : encodeURIComponent(segment)
}
