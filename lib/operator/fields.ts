import * as z from 'zod'

/** An instant we tell: ISO 8601 UTC with milliseconds. */
export const instant = (description: string) =>
  z.string().meta({ format: 'date-time', description, examples: ['2026-11-21T08:00:00.000Z'] })

/** An instant we are told: ISO 8601 with any offset, kept in UTC. */
export const givenInstant = (description: string) =>
  z.iso
    .datetime({
      offset: true,
      error: 'must be an ISO 8601 instant with an offset, such as 2026-11-21T08:00:00Z',
    })
    .transform((text) => new Date(text).toISOString())
    .refine((text) => /^\d{4}-/.test(text), 'must be in the years 0000 to 9999, in UTC')
    .meta({ description, examples: ['2026-11-21T08:00:00Z'] })

/** A whole number in a query or a path, where it is text. */
export function integerIn(min: number, max: number) {
  const error = `must be an integer from ${min} to ${max}`
  return z.preprocess(
    (given) => (/^-?\d{1,15}$/.test(String(given)) ? Number(given) : given),
    z.int({ error }).min(min, error).max(max, error),
  )
}

export const INT32_MAX = 2 ** 31 - 1

/** Absent, or present with a value: never `undefined`. */
export const maybe = <S extends z.ZodType>(schema: S) => z.exactOptional(schema)

/** In a PATCH: absent leaves it, `null` removes it. */
export const removable = <S extends z.ZodType>(schema: S) => z.exactOptional(z.nullable(schema))

/**
 * What names a resource: printable text that can stand in a URL's path. Dot segments cannot, and API Gateway cuts a path
 * at a `?` even where it is percent-encoded: `DELETE …/A%3FB` would delete `A`.
 */
export const identifier = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(
      /^(?!\.{1,2}$)(?!\s+$)[^?\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]*$/u,
      'must be printable, not blank, contain no "?" and not be "." or ".."',
    )

export const freeText = (max: number) => z.string().min(1).max(max)

/** What a record is called, and listed by. */
export const nameText = (max: number) =>
  freeText(max).regex(/^(?!\s+$)[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]*$/u, 'must be printable, not blank, in one line')

/** As long as the identity of any charge point is, whoever registered it. */
export const CHARGE_POINT_ID_MAX = 255

export const SITE_ID_MAX = 50

/** What is looked for: longer than any that is, and of whatever characters no longer than a key of the table may be. */
export const SOUGHT_MAX = 400

/** Identities in a path are taken as they are: what nobody could have registered is unknown, not invalid. */
export const chargePointIdParam = z
  .string()
  .max(SOUGHT_MAX)
  .meta({ description: 'The identity of the charge point, percent-encoded', examples: ['CP1'] })

export const chargePointParams = z.strictObject({ chargePointId: chargePointIdParam })
