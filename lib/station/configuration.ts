import { OcppError } from '../ocpp/error.ts'
import {
  type ConfigurationKey,
  GET_CONFIGURATION_MAX_KEYS,
  type KeyRule,
  keyRules,
} from './configuration-keys.ts'

/** KeyValue (§7.29). */
export interface KeyValue {
  key: string
  readonly: boolean
  value?: string
}

export interface ConfigurationReport {
  configurationKey: KeyValue[]
  unknownKey?: string[]
}

export interface ConfigurationChange {
  status: 'Accepted' | 'Rejected' | 'NotSupported'
  apply(): void
}

interface Entry {
  key: ConfigurationKey
  rule: KeyRule
  value: string
}

/** The station's configuration (§9): keys are found whatever their case (CiString50), values are text on the wire. */
export class Configuration {
  readonly #entries = new Map<string, Entry>()
  readonly #listeners: ((key: ConfigurationKey, value: string) => void)[] = []

  /** `initial` may also set what the central system cannot: read-only keys. */
  constructor(connectors: number, initial: Readonly<Record<string, string>> = {}) {
    for (const [key, rule] of Object.entries(keyRules(connectors)) as [ConfigurationKey, KeyRule][]) {
      this.#entries.set(key.toLowerCase(), { key, rule, value: rule.initial })
    }
    for (const [key, value] of Object.entries(initial)) {
      const entry = this.#entries.get(key.toLowerCase())
      if (!entry) throw new Error(`${key} is no configuration key of this station`)
      if (!entry.rule.accepts(value)) throw new Error(`${key} cannot be ${JSON.stringify(value)}`)
      entry.value = value
    }
  }

  number(key: ConfigurationKey): number {
    return Number(this.#valueOf(key))
  }

  flag(key: ConfigurationKey): boolean {
    return this.#valueOf(key).toLowerCase() === 'true'
  }

  list(key: ConfigurationKey): string[] {
    return items(this.#valueOf(key))
  }

  /** GetConfiguration (§5.8). A write-only key shows that it is there, never what it holds. */
  report(keys: readonly string[] = []): ConfigurationReport {
    if (keys.length === 0) return { configurationKey: [...this.#entries.values()].map(reportOf) }
    if (keys.length > GET_CONFIGURATION_MAX_KEYS) {
      throw new OcppError(
        'OccurenceConstraintViolation',
        `at most ${GET_CONFIGURATION_MAX_KEYS} keys at a time`,
      )
    }
    const known = keys.flatMap((key) => this.#entries.get(key.toLowerCase()) ?? [])
    const unknownKey = keys.filter((key) => !this.#entries.has(key.toLowerCase()))
    return { configurationKey: known.map(reportOf), ...(unknownKey.length > 0 ? { unknownKey } : {}) }
  }

  /** ChangeConfiguration (§5.3). `apply` tells the listeners, so that the answer can go first. */
  change(key: string, value: string): ConfigurationChange {
    const entry = this.#entries.get(key.toLowerCase())
    if (!entry) return { status: 'NotSupported', apply: () => {} }
    if (entry.rule.readonly || !entry.rule.accepts(value)) return { status: 'Rejected', apply: () => {} }
    entry.value = value
    const apply = () => {
      for (const listen of this.#listeners) listen(entry.key, value)
    }
    return { status: 'Accepted', apply }
  }

  /** The station's state may leave less than the key allows. */
  restrict(key: ConfigurationKey, accepts: (value: string) => boolean): void {
    const entry = this.#entries.get(key.toLowerCase())
    if (!entry) return
    const { rule } = entry
    entry.rule = { ...rule, accepts: (value) => rule.accepts(value) && accepts(value) }
  }

  onChange(listen: (key: ConfigurationKey, value: string) => void): void {
    this.#listeners.push(listen)
  }

  #valueOf(key: ConfigurationKey): string {
    return this.#entries.get(key.toLowerCase())?.value ?? ''
  }
}

/** An empty text holds no items. */
function items(list: string): string[] {
  return list
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}

function reportOf({ key, rule, value }: Entry): KeyValue {
  return { key, readonly: rule.readonly, ...(rule.secret ? {} : { value }) }
}
