import * as z from 'zod'
import { CENTRAL_SYSTEM_ACTIONS } from '../actions/index.ts'
import { isClosed } from '../central-system/call.ts'
import { type CallRequest, cancel, readCall, request, waitForEnd } from '../central-system/request.ts'
import type { Refusal } from '../central-system/system.ts'
import { callSchema, viewCall } from './call-view.ts'
import { chargePointPath, unknownChargePoint } from './charge-points.ts'
import { defined } from './defined.ts'
import { endpoint } from './endpoint.ts'
import { chargePointIdParam, chargePointParams, givenInstant, maybe } from './fields.ts'
import { pageBody, pageQuery, pageSchema } from './paging.ts'
import { invalid, type Problem, problem } from './problem.ts'

const tag = 'Calls'

const EXPIRY_MAX_SECONDS = 7 * 24 * 3600

const newCallSchema = z
  .strictObject({
    action: z
      .string()
      .min(1)
      .meta({ description: 'One of those the central system sends; see /actions', examples: ['Reset'] }),
    payload: z
      .record(z.string(), z.unknown())
      .default({})
      .meta({ description: 'The request of that action, by its schema', examples: [{ type: 'Soft' }] }),
    timeoutSeconds: maybe(z.int().min(1).max(600)).meta({
      description: 'How long the charge point has for its answer; 30 unless given',
    }),
    whenOffline: maybe(z.enum(['refuse', 'queue'])).meta({
      description:
        'What becomes of the call if the charge point is not connected: refuse unless given. A call for one that is busy always waits',
    }),
    expiresAt: maybe(
      givenInstant('When a call that still waits is given up: within 7 days, in 15 minutes unless given'),
    ),
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
  description: 'Newest first, those of the last 90 days.',
  params: chargePointParams,
  query: pageQuery,
  answers: { 200: { description: 'A page of calls', body: pageSchema('CallPage', callSchema) } },
  problems: ['unknown', 'invalid'],
}).answer(async ({ params: { chargePointId }, query, system, now }) => {
  const page = await system.store.listCalls(chargePointId, query)
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
  problems: [
    'invalid',
    'unknown-action',
    'unknown',
    'offline',
    'not-accepted',
    'too-large',
    'queue-full',
    'secret',
  ],
}).answer(async ({ params: { chargePointId }, body, wait = 0, system, now, origin }) => {
  const issue = expiryIssue(body.expiresAt, now)
  if (issue) return invalid([{ path: 'expiresAt', message: issue }])
  const result = await request(system, chargePointId, defined({ ...body, origin }) satisfies CallRequest)
  if ('refused' in result) return problemOf(result, chargePointId)
  const call = await waitForEnd(system, result, wait)
  return {
    status: isClosed(call) ? 200 : 202,
    body: viewCall(call, system.clock().toISOString()),
    location: `${chargePointPath(chargePointId)}/calls/${encodeURIComponent(call.messageId)}`,
  }
})

function expiryIssue(expiresAt: string | undefined, now: string): string | undefined {
  if (expiresAt === undefined) return undefined
  const seconds = (Date.parse(expiresAt) - Date.parse(now)) / 1000
  if (seconds <= 0) return 'must be in the future'
  return seconds > EXPIRY_MAX_SECONDS ? 'must be within 7 days' : undefined
}

type RefusalProblem = Problem<Refusal['refused']>

function problemOf({ refused, detail, issues = [] }: Refusal, chargePointId: string): RefusalProblem {
  switch (refused) {
    case 'unknown':
      return unknownChargePoint(chargePointId)
    case 'invalid':
      return invalid(issues.map(({ path, message }) => ({ path: payloadPath(path), message })))
    case 'unknown-action':
      return problem(
        'unknown-action',
        `${detail}. It sends: ${[...CENTRAL_SYSTEM_ACTIONS.keys()].join(', ')}`,
      )
    default:
      return problem(refused, detail)
  }
}

function payloadPath(path: string): string {
  return path === '' || path.startsWith('[') ? `payload${path}` : `payload.${path}`
}

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
}).answer(async ({ params: { chargePointId, messageId }, wait, system }) => {
  const call = await readCall(system, chargePointId, messageId)
  if (!call) return unknownCall(chargePointId, messageId)
  const waited = wait && !isClosed(call) ? await waitForEnd(system, call, wait) : call
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
  answers: { 200: { description: 'The call, Cancelled', body: callSchema } },
  problems: ['unknown', 'not-queued'],
}).answer(async ({ params: { chargePointId, messageId }, system }) => {
  const result = await cancel(system, chargePointId, messageId)
  if (!result) return unknownCall(chargePointId, messageId)
  const call = viewCall(result.call, system.clock().toISOString())
  if (call.status === 'Cancelled') return { status: 200, body: call }
  return problem('not-queued', `the call is ${call.status} and does not wait any more`)
})
