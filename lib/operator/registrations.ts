import type * as z from 'zod'
import { needsPassword } from '../central-system/authenticate.ts'
import { hashPassword, newPassword } from '../central-system/password.ts'
import type { CentralSystem } from '../central-system/system.ts'
import type { ChargePoint, IdTag, InboxKind } from '../store/port.ts'
import { type newChargePointSchema, profileIssue } from './charge-point-input.ts'
import type { Asked } from './endpoint.ts'
import type { newIdTagSchema } from './id-tag-view.ts'
import { type Issue, invalid, type Problem, problem } from './problem.ts'

type Registering = Pick<Asked, 'system' | 'now'>

/**
 * Registers a charge point, however it is asked for, and takes it out of the inbox. `password`: the one that was made,
 * for a profile that needs one and was given none.
 */
export async function registerChargePoint(
  { system, now }: Registering,
  input: z.output<typeof newChargePointSchema>,
): Promise<{ chargePoint: ChargePoint; password?: string } | Problem<'exists' | 'invalid'>> {
  const { password: given, securityProfile = given === undefined ? 0 : 1, ...facts } = input
  const issue = await siteIssue(system, facts.siteId)
  if (issue) return invalid([issue])
  const wrong = profileIssue(facts.chargePointId, securityProfile)
  if (wrong) return invalid([wrong])
  const made = given === undefined && needsPassword(securityProfile) ? newPassword() : undefined
  const password = given ?? made
  const chargePoint: ChargePoint = {
    ...facts,
    securityProfile,
    ...(password === undefined ? {} : { passwordHash: await hashPassword(password) }),
    createdAt: now,
    updatedAt: now,
    version: 1,
  }
  const { chargePointId } = chargePoint
  const outcome = await system.store.createChargePoint(chargePoint)
  await leaveInbox(system, 'charge-point', chargePointId)
  if (outcome === 'exists') return problem('exists', `charge point ${chargePointId} is registered already`)
  return { chargePoint, ...(made === undefined ? {} : { password: made }) }
}

/** Registers an id tag, however it is asked for, and takes it out of the inbox. */
export async function registerIdTag(
  { system, now }: Registering,
  input: z.output<typeof newIdTagSchema>,
): Promise<IdTag | Problem<'exists' | 'invalid'>> {
  const issue = await userIssue(system, input.userId)
  if (issue) return invalid([issue])
  const idTag: IdTag = { ...input, createdAt: now, updatedAt: now, version: 1 }
  const outcome = await system.store.createIdTag(idTag)
  await leaveInbox(system, 'id-tag', idTag.idTag)
  return outcome === 'exists' ? problem('exists', `id tag ${idTag.idTag} is registered already`) : idTag
}

/** What is registered is not unknown, whoever registered it. */
async function leaveInbox({ store, log }: CentralSystem, kind: InboxKind, id: string): Promise<void> {
  await store
    .forgetUnknown(kind, id)
    .catch((error: unknown) =>
      log.warn('what is registered stays among the unknown', { kind, unknownId: id, error }),
    )
}

/** A site that is named has to be there. */
export async function siteIssue(
  { store }: CentralSystem,
  siteId: string | null | undefined,
): Promise<Issue | undefined> {
  if (typeof siteId !== 'string' || (await store.getSite(siteId))) return undefined
  return { path: 'siteId', message: `there is no site ${siteId}` }
}

/** A user who is named has to be there. */
export async function userIssue(
  { store }: CentralSystem,
  userId: string | null | undefined,
): Promise<Issue | undefined> {
  if (typeof userId !== 'string' || (await store.getUser(userId))) return undefined
  return { path: 'userId', message: `there is no user ${userId}` }
}
