import type { StationEvent } from './station-event.ts'

type Sent = Pick<StationEvent, 'headers' | 'multiValueHeaders'>

/**
 * Where a charge point dials from. Each hop adds whoever called it: the last entry is the edge, the one before it the viewer,
 * and what comes before that the viewer may have made up.
 */
export function addressOf(event: StationEvent): string | undefined {
  return valuesOf(event, 'x-forwarded-for').at(-2) || event.requestContext.identity?.sourceIp
}

/** By TLS: where the edge takes plain ws:// too, only if it says so, and nobody says otherwise in the same header. */
export function isSecure(event: StationEvent, plainWebSockets: boolean): boolean {
  const scheme = headerOf(event, 'x-forwarded-proto')
  if (scheme === 'http' || scheme === 'ws') return false
  if (!plainWebSockets) return true
  const schemes = valuesOf(event, 'cloudfront-forwarded-proto')
  return schemes.length > 0 && schemes.every((each) => each === 'https' || each === 'wss')
}

/** Whose certificate it was. Should the viewer's own word ever come beside CloudFront's, there are two names: that is none. */
export const subjectOf = (event: Sent): string => listOf(event, 'cloudfront-viewer-cert-subject') ?? ''

const valuesOf = (event: Sent, name: string): string[] =>
  (listOf(event, name) ?? '')
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')

/** A header's value by its name, whatever case either is written in. */
export function headerOf({ headers }: Pick<StationEvent, 'headers'>, name: string): string | undefined {
  const entry = Object.entries(headers ?? {}).find(([each]) => each.toLowerCase() === name.toLowerCase())
  return entry?.[1]
}

/** A header that may come more than once and then counts as one list, as RFC 6455 §11.3.4 has it of subprotocols. */
export function listOf(event: Sent, name: string): string | undefined {
  const values = Object.entries(event.multiValueHeaders ?? {}).flatMap(([each, values]) =>
    each.toLowerCase() === name.toLowerCase() ? values : [],
  )
  return values.length > 0 ? values.join(', ') : headerOf(event, name)
}
