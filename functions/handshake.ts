import type { StationEvent } from './station-event.ts'

/**
 * Where a charge point dials from. Each hop adds whoever called it: the last entry is the edge, the one before it the viewer,
 * and what comes before that the viewer may have made up.
 */
export function addressOf(event: StationEvent): string | undefined {
  const entries = (headerOf(event, 'x-forwarded-for') ?? '').split(',').map((each) => each.trim())
  return entries.at(-2) || event.requestContext.identity?.sourceIp
}

/** By TLS: where the edge takes plain ws:// too, only if it says so. */
export function isSecure(event: StationEvent, plainWebSockets: boolean): boolean {
  const scheme = headerOf(event, 'x-forwarded-proto')
  if (scheme === 'http' || scheme === 'ws') return false
  return !plainWebSockets || ['https', 'wss'].includes(headerOf(event, 'cloudfront-forwarded-proto') ?? '')
}

/** A header's value by its name, whatever case either is written in. */
export function headerOf({ headers }: Pick<StationEvent, 'headers'>, name: string): string | undefined {
  const entry = Object.entries(headers ?? {}).find(([each]) => each.toLowerCase() === name.toLowerCase())
  return entry?.[1]
}
