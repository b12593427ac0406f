import * as z from 'zod'
import { issuesOfProfile } from '../actions/profiles.ts'
import { randomId } from '../actions/random-id.ts'
import { readStrictly, schema } from '../ocpp/schema.ts'
import { chargingProfile } from '../ocpp/types.ts'
import type { ChargingProfileTemplate } from '../store/port.ts'
import { defined } from './defined.ts'
import { edit } from './edit.ts'
import { endpoint } from './endpoint.ts'
import { freeText, INT32_MAX, instant, integerIn, maybe, removable } from './fields.ts'
import { inOrderQuery, pageBody, pageSchema } from './paging.ts'
import { type Issue, invalid, isProblem, type Problem, problem } from './problem.ts'

const tag = 'Charging profiles'

const USE =
  'SetChargingProfile takes it by its id: `{"connectorId": 1, "csChargingProfiles": {"chargingProfileId": 7}}`, and so does RemoteStartTransaction, by calls and by tasks.'

const profileParams = z.strictObject({
  chargingProfileId: integerIn(1, INT32_MAX).meta({
    description: 'The id of the charging profile',
    examples: [7],
  }),
})

const EXAMPLE = {
  stackLevel: 0,
  chargingProfilePurpose: 'TxDefaultProfile',
  chargingProfileKind: 'Absolute',
  chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 16 }] },
}

const chargingProfileId = z
  .int32()
  .min(1)
  .meta({ description: 'Charge points know the profile by it; one is made unless given', examples: [7] })
const description = freeText(500).meta({ examples: ['16 A for everybody'] })
const profile = z.record(z.string(), z.unknown()).meta({
  description:
    'A ChargingProfile (OCPP 1.6 §7.8), without a transactionId. Its chargingProfileId may be left out; see /actions/SetChargingProfile',
  examples: [EXAMPLE],
})

const newProfileSchema = z
  .strictObject({
    chargingProfileId: maybe(chargingProfileId),
    description: maybe(description),
    profile,
  })
  .meta({
    id: 'NewChargingProfile',
    examples: [{ chargingProfileId: 7, description: '16 A for everybody', profile: EXAMPLE }],
  })

const profileChangeSchema = z
  .strictObject({ description: removable(description), profile: maybe(profile) })
  .meta({
    id: 'ChargingProfileChange',
    description: 'A JSON merge patch, but a profile is replaced as a whole',
    examples: [{ description: null }, { profile: EXAMPLE }],
  })

const profileSchema = z
  .strictObject({
    chargingProfileId: z.int().meta({ examples: [7] }),
    description: maybe(z.string()),
    profile: z.record(z.string(), z.unknown()).meta({ examples: [{ chargingProfileId: 7, ...EXAMPLE }] }),
    createdAt: instant('When it was made'),
    updatedAt: instant('When it was last edited'),
    version: z.int().meta({ description: 'Counts the edits; the first part of the ETag' }),
  })
  .meta({
    id: 'ChargingProfile',
    description: 'A charging profile that is kept to be given to charge points',
  })

function viewProfile(template: ChargingProfileTemplate): z.input<typeof profileSchema> {
  const { chargingProfileId, description, profile, createdAt, updatedAt, version } = template
  return defined({ chargingProfileId, description, profile, createdAt, updatedAt, version })
}

const unknownProfile = (chargingProfileId: number): Problem<'unknown'> =>
  problem('unknown', `there is no charging profile ${chargingProfileId}`)

const changed = problem('changed', 'the charging profile was edited since; read it again')

const OCPP_PROFILE = schema(chargingProfile)

/** The profile under the id, if charge points could make sense of it. */
function checked(
  chargingProfileId: number,
  given: Record<string, unknown>,
): ChargingProfileTemplate['profile'] | Problem<'invalid'> {
  const reading = readStrictly(OCPP_PROFILE, { chargingProfileId, ...given })
  if (!reading.ok)
    return invalid(reading.violations.map(({ path, message }) => ({ path: placed(path), message })))
  const { value } = reading
  const issues: Issue[] = issuesOfProfile('profile', value)
  if (value.chargingProfileId !== chargingProfileId)
    issues.push({ path: 'profile.chargingProfileId', message: `is ${chargingProfileId}, or left out` })
  if (value.transactionId !== undefined)
    issues.push({ path: 'profile.transactionId', message: 'must be left out: it is for any transaction' })
  return issues.length > 0 ? invalid(issues) : { ...value }
}

const placed = (path: string): string => (path === '' ? 'profile' : `profile.${path}`)

export const listChargingProfiles = endpoint({
  operationId: 'listChargingProfiles',
  method: 'get',
  path: '/charging-profiles',
  tag,
  summary: 'List the charging profiles that are kept',
  description: 'By id. What a charge point has is at /charge-points/{chargePointId}/charging-profiles.',
  query: inOrderQuery,
  answers: {
    200: {
      description: 'A page of charging profiles',
      body: pageSchema('ChargingProfilePage', profileSchema),
    },
  },
  problems: ['invalid'],
}).answer(async ({ query, system }) => ({
  status: 200,
  body: pageBody(await system.store.listChargingProfileTemplates(query), viewProfile),
}))

const ATTEMPTS = 3

export const createChargingProfile = endpoint({
  operationId: 'createChargingProfile',
  method: 'post',
  path: '/charging-profiles',
  tag,
  summary: 'Keep a charging profile',
  description: `It is given to charge points later. ${USE}`,
  body: newProfileSchema,
  answers: { 201: { description: 'It is kept', body: profileSchema, etag: true, location: true } },
  problems: ['exists', 'invalid'],
}).answer(async ({ body: { chargingProfileId: given, description, profile }, system, now }) => {
  const own = chargingProfileId.safeParse(profile.chargingProfileId)
  const wanted = given ?? own.data
  for (let attempt = 1; ; attempt++) {
    const id = wanted ?? randomId()
    const ready = checked(id, profile)
    if (isProblem(ready)) return ready
    const stamps = { createdAt: now, updatedAt: now, version: 1 }
    const template = { chargingProfileId: id, ...defined({ description }), profile: ready, ...stamps }
    if ((await system.store.createChargingProfileTemplate(template)) === 'created')
      return { status: 201, ...answerOf(template), location: `/api/charging-profiles/${id}` }
    if (wanted !== undefined || attempt === ATTEMPTS)
      return problem('exists', `charging profile ${id} exists already`)
  }
})

const answerOf = (template: ChargingProfileTemplate) => ({
  body: viewProfile(template),
  version: template.version,
})

export const readChargingProfile = endpoint({
  operationId: 'readChargingProfile',
  method: 'get',
  path: '/charging-profiles/{chargingProfileId}',
  tag,
  summary: 'Read a charging profile that is kept',
  description: USE,
  params: profileParams,
  answers: { 200: { description: 'The charging profile', body: profileSchema, etag: true } },
  problems: ['unknown'],
}).answer(async ({ params: { chargingProfileId: id }, system }) => {
  const template = await system.store.getChargingProfileTemplate(id)
  return template ? { status: 200, ...answerOf(template) } : unknownProfile(id)
})

export const changeChargingProfile = endpoint({
  operationId: 'changeChargingProfile',
  method: 'patch',
  path: '/charging-profiles/{chargingProfileId}',
  tag,
  summary: 'Edit a charging profile that is kept',
  description: 'What charge points have been given stays as it is until they are given it again.',
  params: profileParams,
  body: profileChangeSchema,
  edits: true,
  answers: { 200: { description: 'It is as it is now', body: profileSchema, etag: true } },
  problems: ['unknown', 'changed', 'invalid'],
}).answer(async ({ params: { chargingProfileId: id }, body, system: { store }, ifMatch, now }) => {
  const { profile: given, ...rest } = body
  const ready = given && checked(id, given)
  if (ready && isProblem(ready)) return ready
  const change = { ...rest, ...(ready ? { profile: ready } : {}) }
  const edited = await edit(
    ifMatch,
    () => store.getChargingProfileTemplate(id),
    ({ version }) => store.updateChargingProfileTemplate(id, change, now, version),
  )
  if (edited === 'unknown') return unknownProfile(id)
  if (edited === 'changed') return changed
  return { status: 200, ...answerOf(edited.result), before: viewProfile(edited.before) }
})

export const deleteChargingProfile = endpoint({
  operationId: 'deleteChargingProfile',
  method: 'delete',
  path: '/charging-profiles/{chargingProfileId}',
  tag,
  summary: 'Remove a charging profile that is kept',
  description: 'What charge points have been given stays; ClearChargingProfile takes it from them.',
  params: profileParams,
  edits: true,
  answers: { 204: { description: 'It is removed' } },
  problems: ['unknown', 'changed'],
}).answer(async ({ params: { chargingProfileId: id }, system: { store }, ifMatch }) => {
  const edited = await edit(
    ifMatch,
    () => store.getChargingProfileTemplate(id),
    ({ version }) => store.deleteChargingProfileTemplate(id, version),
  )
  if (edited === 'unknown') return unknownProfile(id)
  return edited === 'changed' ? changed : { status: 204, before: viewProfile(edited.before) }
})
