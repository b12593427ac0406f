import * as z from 'zod'
import { isSecretKey } from '../actions/secret-keys.ts'
import { isClosed } from '../central-system/call.ts'
import { cancel, readCall, request, waitForEnd } from '../central-system/request.ts'
import { callWishFields, expiryIssue } from './call-input.ts'
import { callSchema, viewCall } from './call-view.ts'
import { chargePointPath, unknownChargePoint } from './charge-points.ts'
import { defined } from './defined.ts'
import { endpoint } from './endpoint.ts'
import { chargePointIdParam, chargePointParams, maybe } from './fields.ts'
import { callFilter, callQuery, pageRequest, queryIssues, SHORT_PAGES } from './list-queries.ts'
import { pageBody, pageSchema } from './paging.ts'
import { invalid, type Problem, problem } from './problem.ts'
import { CALL_REFUSALS, payloadPath, problemOfRefusal } from './refusal.ts'

const tag = 'Calls'

const REFUSALS = [...CALL_REFUSALS, 'unknown-action', 'secret'] as const

const newCallSchema = z
  .strictObject({
    ...callWishFields,
    whenOffline: maybe(z.enum(['refuse', 'queue'])).meta({
      description:
        'What becomes of the call if the charge point is not connected: refuse unless given. A call for one that is busy always waits',
    }),
  })
  .meta({
    id: 'NewCall',
    examples: [{ action: 'Reset', payload: { type: 'Soft' } }, { action: 'GetConfiguration' }],
  })

const callParams = z.strictObject({
  chargePointId: chargePointIdParam,
  messageId: z.string().max(128).meta({ description: 'The call’s messageId' }),
})

const unknownCall = (chargePointId: string, messageId: string): Problem<'unknown'> =>
  problem('unknown', `there is no call ${messageId} to charge point ${chargePointId}`)

export const listCalls = endpoint({
  operationId: 'listCalls',
  method: 'get',
  path: '/charge-points/{chargePointId}/calls',
  tag,
  summary: 'List the calls to a charge point',
  description: `Newest first, those of the last 90 days. ${SHORT_PAGES}`,
  params: chargePointParams,
  query: callQuery,
  answers: { 200: { description: 'A page of calls', body: pageSchema('CallPage', callSchema) } },
  problems: ['unknown', 'invalid'],
}).answer(async ({ params: { chargePointId }, query, system, now }) => {
  const issues = queryIssues(query)
  if (issues.length > 0) return invalid(issues)
  const request = defined({ ...pageRequest(query), order: query.order })
  const page = await system.store.listCalls(chargePointId, request, callFilter(query, now))
  const known = page.items.length > 0 || (await system.store.getChargePoint(chargePointId))
  if (!known) return unknownChargePoint(chargePointId)
  return { status: 200, body: pageBody(page, (call) => viewCall(call, now)) }
})

export const createCall = endpoint({
  operationId: 'createCall',
  method: 'post',
  path: '/charge-points/{chargePointId}/calls',
  tag,
  summary: 'Send a request to a charge point',
  description: [
    'At most one call is in flight to a charge point; others wait their turn. Every call ends, and can be read until then',
    'and afterwards. With `Prefer: wait=N` the answer comes when the call has ended, or after N seconds.',
  ].join(' '),
  params: chargePointParams,
  body: newCallSchema,
  waits: true,
  role: 'operator',
  answers: {
    200: {
      description: 'The call has ended, one way or the other: see its status',
      body: callSchema,
      etag: true,
      location: true,
    },
    202: {
      description: 'The call is on its way; read it again at Location',
      body: callSchema,
      etag: true,
      location: true,
    },
  },
  problems: [...REFUSALS, 'forbidden'],
}).answer(async ({ params: { chargePointId }, body, waitUntil = 0, system, now, origin, caller }) => {
  if (setsPassword(body) && caller.role !== undefined && caller.role !== 'administrator')
    return problem('forbidden', 'setting a password of a charge point needs the role administrator')
  const issue = expiryIssue(body.expiresAt, now)
  if (issue) return invalid([{ path: 'expiresAt', message: issue }])
  const result = await request(system, chargePointId, defined({ ...body, origin }))
  if ('refused' in result) return problemOfRefusal(result, REFUSALS, payloadPath)
  const call = await waitForEnd(system, result, waitUntil)
  return {
    status: isClosed(call) ? 200 : 202,
    body: viewCall(call, system.clock().toISOString()),
    location: `${chargePointPath(chargePointId)}/calls/${encodeURIComponent(call.messageId)}`,
  }
})

/** The station's password is its registration's, not a command's. */
const setsPassword = ({ action, payload }: { action: string; payload?: Record<string, unknown> }): boolean =>
  action === 'ChangeConfiguration' && isSecretKey(String(payload?.key))

export const readOneCall = endpoint({
  operationId: 'readCall',
  method: 'get',
  path: '/charge-points/{chargePointId}/calls/{messageId}',
  tag,
  summary: 'Read a call',
  description: 'With `Prefer: wait=N`, the answer comes when the call has ended, or after N seconds.',
  params: callParams,
  waits: true,
  answers: { 200: { description: 'The call', body: callSchema, etag: true } },
  problems: ['unknown'],
}).answer(async ({ params: { chargePointId, messageId }, waitUntil, system }) => {
  const call = await readCall(system, chargePointId, messageId)
  if (!call) return unknownCall(chargePointId, messageId)
  const waited = waitUntil && !isClosed(call) ? await waitForEnd(system, call, waitUntil) : call
  return { status: 200, body: viewCall(waited, system.clock().toISOString()) }
})

export const cancelCall = endpoint({
  operationId: 'cancelCall',
  method: 'delete',
  path: '/charge-points/{chargePointId}/calls/{messageId}',
  tag,
  summary: 'Take back a call that waits',
  description: 'What is sent is sent, and cannot be taken back.',
  params: callParams,
  role: 'operator',
  answers: { 200: { description: 'The call, Cancelled', body: callSchema } },
  problems: ['unknown', 'not-queued'],
}).answer(async ({ params: { chargePointId, messageId }, system }) => {
  const waiting = await readCall(system, chargePointId, messageId)
  const result = await cancel(system, chargePointId, messageId)
  if (!waiting || !result) return unknownCall(chargePointId, messageId)
  const now = system.clock().toISOString()
  const call = viewCall(result.call, now)
  if (call.status === 'Cancelled')
    return { status: 200, body: call, before: viewCall(waiting, now), unchanged: !result.cancelled }
  return problem('not-queued', `the call is ${call.status} and does not wait any more`)
})
