import type { StationOptions } from '../options.ts'
import { openWebSocket } from '../socket.ts'
import { systemTime } from '../time.ts'
import { ANSWERS } from './answers.ts'
import { BEHAVIOUR } from './behaviour.ts'
import { HANDSHAKE } from './handshake.ts'
import { PAYLOADS } from './payloads.ts'
import type { Quirk } from './quirk.ts'
import { REPEATS } from './repeats.ts'
import { twisted } from './socket.ts'

export type { Quirk } from './quirk.ts'

/** What stations in the field do otherwise, by name: the one table of them. */
export const QUIRKS: readonly Quirk[] = [
  ...HANDSHAKE,
  ...PAYLOADS,
  ...REPEATS,
  ...ANSWERS,
  ...BEHAVIOUR,
].toSorted((a, b) => (a.name < b.name ? -1 : 1))

export const QUIRK_NAMES: readonly string[] = QUIRKS.map(({ name }) => name)

/**
 * The same station with these quirks, in the order of their names here. Throws if there is none of a name. `onSent`: of
 * frames that a quirk sends by itself.
 */
export function withQuirks(
  options: StationOptions,
  names: readonly string[],
  onSent: (text: string) => void = () => {},
): StationOptions {
  if (names.length === 0) return options
  const quirks = names.map(quirkNamed)
  const merged = { ...options, configuration: { ...options.configuration } }
  for (const quirk of quirks) {
    const { configuration, ...others } = quirk.options?.() ?? {}
    Object.assign(merged, others)
    Object.assign(merged.configuration, configuration)
  }
  const time = merged.wireTime ?? merged.time ?? systemTime
  const newId = merged.newId ?? (() => crypto.randomUUID())
  const twists = quirks.flatMap((quirk) => quirk.twist?.({ time, newId }) ?? [])
  return { ...merged, newId, openSocket: twisted(merged.openSocket ?? openWebSocket, twists, time, onSent) }
}

function quirkNamed(name: string): Quirk {
  const quirk = QUIRKS.find((each) => each.name === name)
  if (!quirk) throw new Error(`there is no quirk ${name}`)
  return quirk
}

/** One line each, as wide as the names need. */
export function quirksText(): string {
  const width = Math.max(...QUIRK_NAMES.map((name) => name.length))
  return QUIRKS.map(({ name, about, source }) => `${name.padEnd(width)}  ${about} (${source})`).join('\n')
}
