import type { Schemas } from '../../../api/client.ts'

type Configuration = Schemas['Configuration']

/** A key as the charge point has it, as it is to be, or both. */
export interface ConfigurationRow {
  key: string
  value?: string
  wanted?: string
  readonly: boolean
  rebootRequired: boolean
  drift?: Configuration['drift'][number]['reason']
}

/** What differs comes first, then what is wanted, then the others, each by name. */
export function rowsOf(
  configuration: Configuration | undefined,
  wantedByRecord: Readonly<Record<string, string>> = {},
): ConfigurationRow[] {
  const wanted = configuration?.wanted ?? wantedByRecord
  const drift = new Map(configuration?.drift.map(({ key, reason }) => [key.toLowerCase(), reason]))
  const wantedOf = new Map(Object.entries(wanted).map(([key, value]) => [key.toLowerCase(), value]))
  const known = (configuration?.keys ?? []).map(({ key, value, readonly, rebootRequired = false }) => ({
    key,
    readonly,
    rebootRequired,
    ...(value === undefined ? {} : { value }),
  }))
  const names = new Set(known.map(({ key }) => key.toLowerCase()))
  const missing = Object.keys(wanted)
    .filter((key) => !names.has(key.toLowerCase()))
    .map((key) => ({ key, readonly: false, rebootRequired: false }))
  const rows = [...known, ...missing].map((row): ConfigurationRow => {
    const name = row.key.toLowerCase()
    const value = wantedOf.get(name)
    const reason = drift.get(name)
    return { ...row, ...(value === undefined ? {} : { wanted: value }), ...(reason ? { drift: reason } : {}) }
  })
  return rows.sort((a, b) => rank(a) - rank(b) || a.key.localeCompare(b.key))
}

const rank = ({ drift, wanted }: ConfigurationRow): number => {
  if (drift) return 0
  return wanted === undefined ? 2 : 1
}
