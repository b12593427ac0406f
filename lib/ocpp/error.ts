import type * as z from 'zod'

/**
 * The ten CALLERROR codes of OCPP-J 1.6 §4.2.3, spelt as the specification spells them. `Occurence` and
 * `Formation` are misspelt there on purpose ("do not fix", errata); a receiver accepts both spellings.
 */
export const ERROR_CODES = [
  'NotImplemented',
  'NotSupported',
  'InternalError',
  'ProtocolError',
  'SecurityError',
  'FormationViolation',
  'PropertyConstraintViolation',
  'OccurenceConstraintViolation',
  'TypeConstraintViolation',
  'GenericError',
] as const
export type ErrorCode = (typeof ERROR_CODES)[number]

const ALTERNATIVE_SPELLINGS = new Map<unknown, ErrorCode>([
  ['FormatViolation', 'FormationViolation'],
  ['OccurrenceConstraintViolation', 'OccurenceConstraintViolation'],
])

/** Reads a code a peer sent: either spelling, and anything unheard of as `GenericError`. */
export function readErrorCode(code: unknown): ErrorCode {
  return ERROR_CODES.find((each) => each === code) ?? ALTERNATIVE_SPELLINGS.get(code) ?? 'GenericError'
}

/** The one refusal that becomes a CALLERROR. `description` is at most 255 characters on the wire (§4.2.3). */
export class OcppError extends Error {
  override name = 'OcppError'
  readonly code: ErrorCode
  readonly description: string
  readonly details: Record<string, unknown>

  constructor(code: ErrorCode, description = '', details: Record<string, unknown> = {}) {
    super(description || code)
    this.code = code
    this.description = description.slice(0, 255)
    this.details = details
  }
}

type Issue = z.core.$ZodIssue

/** Where a payload broke its schema, in words an operator or a firmware developer can act on. */
export interface Violation {
  path: string
  message: string
}

/** The zod issues as violations, with paths such as `meterValue[0].timestamp`. */
export function violationsOf(issues: readonly Issue[]): Violation[] {
  return issues.map((issue) => ({ path: pathOf(issue.path), message: issue.message }))
}

function pathOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, part) =>
      typeof part === 'number' ? `${text}[${part}]` : text ? `${text}.${String(part)}` : String(part),
    '',
  )
}

/**
 * The one mapping from schema issues to CALLERROR codes (design §8): missing required → Occurence, unknown key →
 * Formation, wrong type → Type, enum, range, length and format → Property. The first issue decides.
 */
export function errorOfIssues(issues: readonly Issue[]): OcppError {
  const issue = issues[0]
  if (!issue) return new OcppError('FormationViolation')
  const path = pathOf(issue.path)
  const description = path ? `${path}: ${issue.message}` : issue.message
  return new OcppError(codeOfIssue(issue), description)
}

function codeOfIssue(issue: Issue): ErrorCode {
  if (issue.code === 'unrecognized_keys') return 'FormationViolation'
  if (issue.code === 'too_small' && issue.origin === 'array') return 'OccurenceConstraintViolation'
  if (issue.code === 'invalid_type') {
    return issue.input === undefined ? 'OccurenceConstraintViolation' : 'TypeConstraintViolation'
  }
  // An enum refuses a missing value with invalid_value, not invalid_type.
  if (issue.code === 'invalid_value') {
    if (issue.input === undefined) return 'OccurenceConstraintViolation'
    return typeof issue.input === 'string' ? 'PropertyConstraintViolation' : 'TypeConstraintViolation'
  }
  return 'PropertyConstraintViolation'
}
