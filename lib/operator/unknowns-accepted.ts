import type * as z from 'zod'
import { violationsOf } from '../ocpp/error.ts'
import { newChargePointSchema } from './charge-point-input.ts'
import { createdChargePointSchema } from './charge-point-view.ts'
import { registered as registeredChargePoint } from './charge-points.ts'
import { endpoint } from './endpoint.ts'
import { chargePointParams } from './fields.ts'
import { idTagDetailsSchema, idTagParams, newIdTagSchema } from './id-tag-view.ts'
import { registered as registeredIdTag } from './id-tags.ts'
import { type Issue, invalid, isProblem, problem } from './problem.ts'
import { registerChargePoint, registerIdTag } from './registrations.ts'

const tag = 'Inbox'

const acceptedChargePointSchema = newChargePointSchema.omit({ chargePointId: true }).meta({
  id: 'AcceptedChargePoint',
  description: 'What it is registered with, all of it as at /charge-points',
  examples: [{}, { securityProfile: 1, description: 'Car park, level 2' }],
})

const acceptedIdTagSchema = newIdTagSchema.omit({ idTag: true }).meta({
  id: 'AcceptedIdTag',
  description: 'What it is registered with, all of it as at /id-tags',
  examples: [{}, { maxActiveTransactions: 2 }],
})

/** What turned up under an identity that nobody could register. */
function identityIssues(schema: z.ZodType, property: string, id: string): Issue[] {
  const reading = schema.safeParse(id)
  return reading.success
    ? []
    : violationsOf(reading.error.issues).map(({ message }) => ({ path: property, message }))
}

export const acceptUnknownChargePoint = endpoint({
  operationId: 'acceptUnknownChargePoint',
  method: 'post',
  path: '/unknown-charge-points/{chargePointId}/accept',
  tag,
  role: 'operator',
  summary: 'Register a charge point that dialled in',
  description:
    'As at /charge-points, under the identity it dialled in with. It leaves the inbox, and is let in when it dials in next.',
  params: chargePointParams,
  body: acceptedChargePointSchema,
  bodyOptional: true,
  answers: {
    201: { description: 'It is registered', body: createdChargePointSchema, etag: true, location: true },
  },
  problems: ['unknown', 'exists', 'invalid'],
}).answer(async (asked) => {
  const { params, body, system } = asked
  const { chargePointId } = params
  if (!(await system.store.getUnknown('charge-point', chargePointId)))
    return problem('unknown', `no unknown charge point ${chargePointId} has dialled in`)
  const issues = identityIssues(newChargePointSchema.shape.chargePointId, 'chargePointId', chargePointId)
  if (issues.length > 0) return invalid(issues)
  const registration = await registerChargePoint(asked, { chargePointId, ...body })
  return isProblem(registration) ? registration : registeredChargePoint(asked, registration)
})

export const acceptUnknownIdTag = endpoint({
  operationId: 'acceptUnknownIdTag',
  method: 'post',
  path: '/unknown-id-tags/{idTag}/accept',
  tag,
  role: 'operator',
  summary: 'Register an id tag that was presented',
  description: 'As at /id-tags, written as it was presented last. It leaves the inbox.',
  params: idTagParams,
  body: acceptedIdTagSchema,
  bodyOptional: true,
  answers: { 201: { description: 'It is registered', body: idTagDetailsSchema, etag: true, location: true } },
  problems: ['unknown', 'exists', 'invalid'],
}).answer(async ({ params, body, system, now }) => {
  const entry = await system.store.getUnknown('id-tag', params.idTag)
  if (!entry) return problem('unknown', `no unknown id tag ${params.idTag} was presented`)
  const issues = identityIssues(newIdTagSchema.shape.idTag, 'idTag', entry.id)
  if (issues.length > 0) return invalid(issues)
  const idTag = await registerIdTag({ system, now }, { idTag: entry.id, ...body })
  return isProblem(idTag) ? idTag : registeredIdTag(system, idTag.idTag)
})
