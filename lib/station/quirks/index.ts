import type { StationOptions } from '../options.ts'
import { openWebSocket } from '../socket.ts'
import { systemTime } from '../time.ts'
import { ANSWERS } from './answers.ts'
import { BEHAVIOUR } from './behaviour.ts'
import { HANDSHAKE } from './handshake.ts'
import { PAYLOADS } from './payloads.ts'
import type { Quirk, Twist } from './quirk.ts'
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

/** When a quirk that is switched on or off shows: with the next frame, the next connection, or the next start. */
export type Reach = 'frame' | 'connection' | 'station'

export function reachOf({ options, twist }: Quirk): Reach {
  if (options) return 'station'
  const { dial, opened } = twist?.({ time: systemTime, newId: () => '' }) ?? {}
  return dial || opened ? 'connection' : 'frame'
}

/** A station with quirks. */
export interface Quirky {
  options: StationOptions
  /**
   * Has these quirks from now on, in place of those before; what else a quirk has than frames, shows as `reachOf` tells.
   * Throws if there is none of a name.
   */
  choose(names: readonly string[]): void
}

/** The same station with these quirks, in the order of their names. `onSent`: of frames that a quirk sends by itself. */
export function quirky(
  options: StationOptions,
  names: readonly string[],
  onSent: (text: string) => void = () => {},
): Quirky {
  const merged = { ...options, configuration: { ...options.configuration } }
  for (const quirk of names.map(quirkNamed)) {
    const { configuration, ...others } = quirk.options?.() ?? {}
    Object.assign(merged, others)
    Object.assign(merged.configuration, configuration)
  }
  const time = merged.wireTime ?? merged.time ?? systemTime
  const newId = merged.newId ?? (() => crypto.randomUUID())
  let twists = new Map<string, Twist>()
  const choose = (chosen: readonly string[]) => {
    twists = new Map(
      chosen.map(quirkNamed).flatMap(({ name, twist }) => {
        // Those that stay keep what they remember.
        const own = twists.get(name) ?? twist?.({ time, newId })
        return own ? [[name, own]] : []
      }),
    )
  }
  choose(names)
  const openSocket = twisted(merged.openSocket ?? openWebSocket, () => [...twists.values()], time, onSent)
  return { options: { ...merged, newId, openSocket }, choose }
}

/** The same station with quirks that stay. Throws if there is none of a name. */
export function withQuirks(
  options: StationOptions,
  names: readonly string[],
  onSent: (text: string) => void = () => {},
): StationOptions {
  return names.length === 0 ? options : quirky(options, names, onSent).options
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
