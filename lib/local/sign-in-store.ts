import { createHash } from 'node:crypto'
import { existsSync, readFileSync, renameSync } from 'node:fs'
import type { Adapter, AdapterPayload } from 'oidc-provider'
import type { Person } from './credentials.ts'
import { writeSecret } from './credentials.ts'
import { asObject, asText, isObject, parseJson } from './json.ts'

/** What outlives a restart, so that nobody is signed out by one. Codes and pages under way live for minutes, in memory. */
const KEPT: ReadonlySet<string> = new Set(['Session', 'Grant', 'RefreshToken'])

/** Of each model. Beyond it the oldest goes, those of nobody first. */
const MOST = 1_000

interface Kept {
  payload: AdapterPayload
  /** Milliseconds since 1970. */
  until: number
}

/**
 * What the issuer remembers, in memory and, if it has a file, there; written before anybody is told. What belongs to a
 * person who is gone, or whose password is another one now, is not read back.
 */
export class SignInStore {
  private readonly file: string | undefined
  private readonly people: Record<string, string>
  private readonly models = new Map<string, Map<string, Kept>>()

  constructor(file: string | undefined, people: Person[]) {
    this.file = file
    this.people = Object.fromEntries(people.map(({ name, password }) => [name, digest(password)]))
    if (file && existsSync(file)) this.read(file)
  }

  adapter(model: string): Adapter {
    const records = this.records(model)
    const alive = (id: string): AdapterPayload | undefined => {
      const kept = records.get(id)
      return kept && kept.until > Date.now() ? kept.payload : undefined
    }
    const firstWhere = (matches: (payload: AdapterPayload) => boolean) =>
      [...records.keys()].map(alive).find((payload) => payload && matches(payload))
    return {
      upsert: async (id, payload, expiresIn) => {
        records.delete(id)
        const until = expiresIn ? Date.now() + expiresIn * 1000 : Number.MAX_SAFE_INTEGER
        records.set(id, { payload, until })
        tidy(records)
        if (belongs(payload)) this.write(model)
      },
      find: async (id) => alive(id),
      findByUid: async (uid) => firstWhere((payload) => payload.uid === uid),
      findByUserCode: async (userCode) => firstWhere((payload) => payload.userCode === userCode),
      consume: async (id) => {
        const kept = records.get(id)
        if (!kept) return
        kept.payload.consumed = Math.floor(Date.now() / 1000)
        this.write(model)
      },
      destroy: async (id) => {
        if (records.delete(id)) this.write(model)
      },
      revokeByGrantId: async (grantId) => {
        for (const [id, { payload }] of records) if (payload.grantId === grantId) records.delete(id)
        this.write(model)
      },
    }
  }

  private records(model: string): Map<string, Kept> {
    const records = this.models.get(model) ?? new Map<string, Kept>()
    this.models.set(model, records)
    return records
  }

  private read(file: string): void {
    const { people, models } = asObject(parseJson(readFileSync(file, 'utf8')))
    const then = asObject(people)
    for (const [model, entries] of Object.entries(asObject(models))) {
      for (const [id, kept] of Object.entries(asObject(entries))) {
        const { payload, until } = asObject(kept)
        if (!isObject(payload) || typeof until !== 'number') continue
        const name = asText(payload.accountId) ?? ''
        if (Object.hasOwn(this.people, name) && then[name] === this.people[name]) {
          this.records(model).set(id, { payload, until })
        }
      }
    }
  }

  private write(model: string): void {
    if (!this.file || !KEPT.has(model)) return
    const models = [...KEPT].map((each) => [
      each,
      Object.fromEntries([...this.records(each)].filter(([, { payload }]) => belongs(payload))),
    ])
    writeSecret(`${this.file}.new`, { people: this.people, models: Object.fromEntries(models) })
    renameSync(`${this.file}.new`, this.file)
  }
}

/** A session that nobody has signed in to yet belongs to nobody. */
const belongs = ({ accountId }: AdapterPayload): boolean => accountId !== undefined

function tidy(records: Map<string, Kept>): void {
  if (records.size <= MOST) return
  for (const [id, { until }] of records) if (until <= Date.now()) records.delete(id)
  if (records.size <= MOST) return
  const ids = [...records]
  const oldest = ids.find(([, { payload }]) => !belongs(payload)) ?? ids[0]
  if (oldest) records.delete(oldest[0])
}

const digest = (text: string): string => createHash('sha256').update(text).digest('base64url')
