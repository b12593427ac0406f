import * as z from 'zod'
import { givenInstant, maybe } from './fields.ts'

const EXPIRY_MAX_SECONDS = 7 * 24 * 3600

/** What is asked of one charge point or of many. */
export const callWishFields = {
  action: z
    .string()
    .min(1)
    .meta({ description: 'One of those the central system sends; see /actions', examples: ['Reset'] }),
  payload: z
    .record(z.string(), z.unknown())
    .default({})
    .meta({
      description:
        'The request of that action, by its schema. What `composes` of /actions lists may be left out, and is filled in',
      examples: [{ type: 'Soft' }],
    }),
  timeoutSeconds: maybe(z.int().min(1).max(600)).meta({
    description: 'How long the charge point has for its answer; 30 unless given',
  }),
  expiresAt: maybe(
    givenInstant('When a call that still waits is given up: within 7 days, in 15 minutes unless given'),
  ),
}

export function expiryIssue(expiresAt: string | undefined, now: string): string | undefined {
  if (expiresAt === undefined) return undefined
  const seconds = (Date.parse(expiresAt) - Date.parse(now)) / 1000
  if (seconds <= 0) return 'must be in the future'
  return seconds > EXPIRY_MAX_SECONDS ? 'must be within 7 days' : undefined
}
