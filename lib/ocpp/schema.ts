import * as z from 'zod/mini'
import en from 'zod/v4/locales/en.js'
import { errorOfIssues, type OcppError, type Violation, violationsOf } from './error.ts'
import { shorten } from './shorten.ts'

/**
 * The words OCPP schemas are written in. Every action is defined once with them and read in two dialects: `strict`,
 * the letter of the specification, for what we send; `lenient`, what stations in the field really send, for what we take.
 */
export interface Dialect {
  /** CiString and string types of §7: at most `max` characters. Case counts only where values are compared. */
  string(max?: number): z.ZodMiniType<string>
  /** 32-bit signed integer (§7 "integer"). */
  integer(): z.ZodMiniType<number>
  /** A decimal with one fraction digit (limits and charging rates, §7.13). */
  decimal(): z.ZodMiniType<number>
  boolean(): z.ZodMiniType<boolean>
  /** `otherwise`: what a lenient reader takes an unheard-of value for; without it such a value is refused. */
  enum<const V extends string>(values: readonly V[], otherwise?: NoInfer<V>): z.ZodMiniType<V>
  /** An enumeration whose unheard-of values a lenient reader keeps as they are (units, contexts, measurands). */
  openEnum(values: readonly string[]): z.ZodMiniType<string>
  /** An instant (§3.15), read as ISO 8601 UTC with milliseconds: `2026-11-21T08:00:00.000Z`. */
  dateTime(): z.ZodMiniType<string>
  /**
   * The instant of a record that must not be lost over its clock: one that is missing or cannot be read is `''` to a
   * lenient reader, and the record then takes the time of its receipt. By the letter a plain {@link dateTime}.
   */
  instantOrReceipt(): z.ZodMiniType<string>
  /** An absolute URI (§6.25 "anyURI"), percent-encoded wherever RFC 3986 asks for it. */
  uri(): z.ZodMiniType<string>
  array<S extends z.ZodMiniType>(item: S): z.ZodMiniType<z.output<S>[]>
  /** A list in a record that must not be lost over one of its elements: a lenient reader takes those it can read. */
  arrayOfReadable<S extends z.ZodMiniType>(item: S): z.ZodMiniType<z.output<S>[]>
  object<S extends z.core.$ZodShape>(shape: S): z.ZodMiniType<z.output<z.ZodMiniObject<S>>>
  optional<S extends z.ZodMiniType>(inner: S): z.ZodMiniExactOptional<S>
  /** What a record must not be lost over: to a lenient reader it is absent if it cannot be read. */
  optionalIfReadable<S extends z.ZodMiniType>(inner: S): z.ZodMiniExactOptional<S>
  /** Required by the specification; to a lenient reader absent if it is missing or cannot be read: the rest is a record still. */
  expected<S extends z.ZodMiniType>(inner: S): z.ZodMiniExactOptional<S>
  /** Required by the specification, but left out in the field: a lenient reader takes `value` instead. */
  required<T>(inner: z.ZodMiniType<T>, value: NoInfer<T>): z.ZodMiniType<T>
}

export interface Schema<T> {
  readonly strict: z.ZodMiniType<T>
  readonly lenient: z.ZodMiniType<T>
}

export type TypeOf<S> = S extends Schema<infer T> ? T : never

/** One definition, both dialects. Each is made when it is first read by: a function that starts will need few of them. */
export function schema<T>(define: (t: Dialect) => z.ZodMiniType<T>): Schema<T> {
  const made: { -readonly [D in keyof Schema<T>]?: Schema<T>[D] } = {}
  return {
    get strict() {
      made.strict ??= define(strict)
      return made.strict
    },
    get lenient() {
      made.lenient ??= define(lenient)
      return made.lenient
    },
  }
}

/** `breach`: the error of the first violation, which a station that is held to the letter is answered with. */
export type Reading<T> =
  | { ok: true; value: T; violations: Violation[]; breach?: OcppError }
  | { ok: false; error: OcppError; violations: Violation[] }

/**
 * Reads what a peer sent: strictly first, so that every departure from the specification is known, then leniently.
 * `violations` is empty for a payload that is right by the letter.
 */
export function readLeniently<T>({ strict, lenient }: Schema<T>, payload: unknown): Reading<T> {
  const exact = strict.safeParse(payload, { reportInput: true })
  if (exact.success) return { ok: true, value: exact.data, violations: [] }
  const { issues } = exact.error
  const violations = violationsOf(issues)
  const kind = lenient.safeParse(payload, { reportInput: true })
  if (kind.success) return { ok: true, value: kind.data, violations, breach: errorOfIssues(issues) }
  return { ok: false, error: errorOfIssues(kind.error.issues), violations }
}

/** Reads by the letter only: for what we send. */
export function readStrictly<T>({ strict }: Schema<T>, payload: unknown): Reading<T> {
  const exact = strict.safeParse(payload, { reportInput: true })
  if (exact.success) return { ok: true, value: exact.data, violations: [] }
  return { ok: false, error: errorOfIssues(exact.error.issues), violations: violationsOf(exact.error.issues) }
}

/** The JSON Schema of what we send (draft 2020-12), as `GET /actions` shows it. */
export function jsonSchemaOf<T>({ strict }: Schema<T>): Record<string, unknown> {
  return z.toJSONSchema(strict, { io: 'input', target: 'draft-2020-12' }) as Record<string, unknown>
}

/** Half of a surrogate pair is valid JSON, but no text: it cannot be stored. */
const isUnicode = (text: string) => text.isWellFormed()

const toInstant = (text: string) => new Date(text).toISOString()

/** Every character RFC 3986 lets a URI have. `z.url()` alone takes whatever the WHATWG parser can mend, blanks included. */
const URI = /^[!#-;=?-[\]_a-z~]+$/

// The small zod brings no words of its own.
z.config(en())

/** What a value is taken for, and then has to be. */
const read = <S extends z.ZodMiniType>(tidy: (value: unknown) => unknown, inner: S) =>
  z.pipe(z.transform(tidy), inner)

const strict: Dialect = {
  string: (max) =>
    (max === undefined ? z.string() : z.string().check(z.maxLength(max))).check(
      z.refine(isUnicode, 'Invalid Unicode'),
    ),
  integer: () => z.int32(),
  decimal: () => z.number().check(z.multipleOf(0.1)),
  boolean: () => z.boolean(),
  enum: (values) => z.enum(values as never) as never,
  openEnum: (values) => z.enum(values as never) as never,
  dateTime: () => z.pipe(z.iso.datetime({ offset: true }), z.transform(toInstant)),
  instantOrReceipt: () => strict.dateTime(),
  uri: () => z.url().check(z.regex(URI)),
  array: (item) => z.array(item),
  arrayOfReadable: (item) => z.array(item),
  object: (shape) => z.strictObject(shape) as never,
  optional: (inner) => z.exactOptional(inner),
  optionalIfReadable: (inner) => z.exactOptional(inner),
  expected: (inner) => inner as never,
  required: (inner) => inner,
}

const lenient: Dialect = {
  string: (max) => read((value) => readText(value, max), z.string()),
  integer: () => read((value) => readNumber(value, toInteger), z.number()),
  decimal: () => read((value) => readNumber(value), z.number()),
  boolean: () => read(readBoolean, z.boolean()),
  enum: (values, otherwise) =>
    read(
      (value) => {
        const member = memberOf(values, value)
        return member === undefined && typeof value === 'string' ? (otherwise ?? value) : (member ?? value)
      },
      z.enum(values as never),
    ) as never,
  openEnum: (values) => read((value) => memberOf(values, value) ?? readText(value), z.string()),
  dateTime: () => read(tidyInstant, strict.dateTime()),
  instantOrReceipt: () => z.catch(lenient.dateTime(), ''),
  uri: () => z.string(),
  array: (item) => z.array(item) as never,
  arrayOfReadable: (item) =>
    read(
      (value) => (Array.isArray(value) ? value.filter((each) => item.safeParse(each).success) : value),
      z.array(item),
    ) as never,
  object: (shape) =>
    z.pipe(
      read(withoutNulls, z.object(shape)) as z.ZodMiniType<object>,
      z.transform(withoutUndefined),
    ) as never,
  optional: (inner) => z.exactOptional(inner),
  optionalIfReadable: (inner) => z.exactOptional(z.catch(inner, undefined as never)) as never,
  expected: (inner) => lenient.optionalIfReadable(inner),
  required: (inner, value) => read((given) => (given === undefined ? value : given), inner) as never,
}

/** Beyond this many times the length that the specification allows, a text is noise and is cut. */
const EXCESS = 4

function readText(value: unknown, max = Number.POSITIVE_INFINITY): unknown {
  const text = isScalar(value) ? String(value) : value
  return typeof text === 'string' ? shorten(text, EXCESS * max) : text
}

function isScalar(value: unknown): value is number | boolean {
  return typeof value === 'number' || typeof value === 'boolean'
}

function readNumber(value: unknown, round: (value: number) => number = (same) => same): unknown {
  if (typeof value === 'number') return round(value)
  if (typeof value !== 'string' || value.trim() === '') return value
  const number = Number(value)
  return Number.isFinite(number) ? round(number) : value
}

/** Firmware with 64-bit counters sends numbers that no double holds; they become the nearest that one does. */
function toInteger(value: number): number {
  return Math.min(Math.max(Math.round(value), Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER)
}

function readBoolean(value: unknown): unknown {
  if (value === 1 || value === 0) return value === 1
  if (typeof value !== 'string') return value
  const text = value.toLowerCase()
  return text === 'true' ? true : text === 'false' ? false : value
}

function memberOf<V extends string>(values: readonly V[], value: unknown): V | undefined {
  if (typeof value !== 'string') return undefined
  const text = value.trim().toLowerCase()
  return values.find((each) => each.toLowerCase() === text)
}

const INSTANT =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2})?(?:[.,](\d+))?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?$/i

/** §3.15 and its errata: fractions and offsets of any kind are legal; in the field there is also a blank for the T, and no zone, which is read as UTC. */
function tidyInstant(value: unknown): unknown {
  if (typeof value !== 'string') return value
  const match = INSTANT.exec(value.trim())
  if (!match) return value
  const [, date, minutes = '00:00', seconds = ':00', fraction = '0', zone = 'Z'] = match
  const offset = /^z$/i.test(zone) ? 'Z' : `${zone.slice(0, 3)}:${zone.replace(':', '').slice(3) || '00'}`
  return `${date}T${minutes}${seconds}.${fraction}${offset}`
}

function withoutNulls(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== null))
}

function withoutUndefined(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined))
}
