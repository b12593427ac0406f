import * as z from 'zod'
import { isSecretKey } from '../actions/secret-keys.ts'
import { ciKey } from '../ocpp/types.ts'

const KEYS_MAX = 100

export const WANTED_MAX_MESSAGE = `must have at most ${KEYS_MAX} keys`

const key = z
  .string()
  .min(1)
  .max(50)
  .refine((text) => !isSecretKey(text), 'is a secret: it is set by a ChangeConfiguration of its own')

const value = z.string().max(500)

/** Case does not tell keys apart (§7 CiString50). */
const withDistinctKeys = <S extends z.ZodType<Record<string, unknown>>>(schema: S) =>
  schema.refine((wanted) => new Set(Object.keys(wanted).map(ciKey)).size === Object.keys(wanted).length, {
    error: 'has the same key twice: case does not count',
  })

const description =
  'Configuration keys and the values they are to have. Drift is shown with the configuration; a Pending charge point is accepted once it has them'
const examples = [{ HeartbeatInterval: '300', MeterValueSampleInterval: '60' }]

export const newWantedConfiguration = withDistinctKeys(z.record(key, value))
  .refine((wanted) => !isTooLarge(wanted), WANTED_MAX_MESSAGE)
  .meta({ description, examples })

export const wantedConfigurationChange = withDistinctKeys(z.record(key, z.nullable(value))).meta({
  description: `${description}. Keys that are absent stay as they are, null removes one`,
  examples,
})

export const isTooLarge = (wanted: object | null | undefined): boolean =>
  Object.keys(wanted ?? {}).length > KEYS_MAX

/** A merge patch of it (RFC 7396); `null` where nothing is left, `undefined` where nothing is to change. */
export function mergeWanted(
  current: Record<string, string> = {},
  patch: z.output<typeof wantedConfigurationChange> | null | undefined,
): Record<string, string> | null | undefined {
  if (patch === undefined || patch === null) return patch
  const patched = new Set(Object.keys(patch).map(ciKey))
  const kept = Object.entries(current).filter(([name]) => !patched.has(ciKey(name)))
  const given = Object.entries(patch).filter((entry): entry is [string, string] => entry[1] !== null)
  const merged = [...kept, ...given]
  return merged.length > 0 ? Object.fromEntries(merged) : null
}
