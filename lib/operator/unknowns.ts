import * as z from 'zod'
import type { Unknown } from '../store/port.ts'
import { defined } from './defined.ts'
import { endpoint } from './endpoint.ts'
import { chargePointParams, instant, maybe } from './fields.ts'
import { idTagParams } from './id-tag-view.ts'
import { inOrderQuery, pageBody, pageSchema } from './paging.ts'
import { problem } from './problem.ts'

const tag = 'Inbox'

const seen = {
  attempts: z.int().meta({ description: 'How often it turned up' }),
  firstAt: instant('When it turned up first'),
  lastAt: instant('When it turned up last'),
}

const unknownChargePointSchema = z
  .strictObject({
    chargePointId: z.string(),
    ...seen,
    address: maybe(z.string()).meta({ description: 'The network address it last dialled in from' }),
  })
  .meta({ id: 'UnknownChargePoint' })

const unknownIdTagSchema = z
  .strictObject({
    idTag: z.string(),
    ...seen,
    chargePointId: maybe(z.string()).meta({ description: 'The charge point that read it last' }),
  })
  .meta({ id: 'UnknownIdTag' })

const viewUnknownChargePoint = ({ id, attempts, firstAt, lastAt, from }: Unknown) =>
  defined({ chargePointId: id, attempts, firstAt, lastAt, address: from })

const viewUnknownIdTag = ({ id, attempts, firstAt, lastAt, from }: Unknown) =>
  defined({ idTag: id, attempts, firstAt, lastAt, chargePointId: from })

export const listUnknownChargePoints = endpoint({
  operationId: 'listUnknownChargePoints',
  method: 'get',
  path: '/unknown-charge-points',
  tag,
  summary: 'List charge points that dialled in without being registered',
  description:
    'Accept one, or register it at /charge-points, and it leaves this list. What does not turn up again is forgotten after 30 days.',
  query: inOrderQuery,
  answers: {
    200: {
      description: 'A page of them',
      body: pageSchema('UnknownChargePointPage', unknownChargePointSchema),
    },
  },
  problems: ['invalid'],
}).answer(async ({ query, system }) => {
  const page = await system.store.listUnknown('charge-point', query)
  return {
    status: 200,
    body: pageBody(page, viewUnknownChargePoint),
  }
})

export const forgetUnknownChargePoint = endpoint({
  operationId: 'forgetUnknownChargePoint',
  method: 'delete',
  path: '/unknown-charge-points/{chargePointId}',
  tag,
  role: 'operator',
  summary: 'Forget a charge point that dialled in',
  params: chargePointParams,
  answers: { 204: { description: 'It is forgotten, until it dials in again' } },
  problems: ['unknown'],
}).answer(async ({ params: { chargePointId }, system }) => {
  const before = await system.store.forgetUnknown('charge-point', chargePointId)
  if (before) return { status: 204, before: viewUnknownChargePoint(before) }
  return problem('unknown', `no unknown charge point ${chargePointId} has dialled in`)
})

export const listUnknownIdTags = endpoint({
  operationId: 'listUnknownIdTags',
  method: 'get',
  path: '/unknown-id-tags',
  tag,
  summary: 'List id tags that were presented without being registered',
  description:
    'Accept one, or register it at /id-tags, and it leaves this list. What does not turn up again is forgotten after 30 days.',
  query: inOrderQuery,
  answers: {
    200: { description: 'A page of them', body: pageSchema('UnknownIdTagPage', unknownIdTagSchema) },
  },
  problems: ['invalid'],
}).answer(async ({ query, system }) => {
  const page = await system.store.listUnknown('id-tag', query)
  return {
    status: 200,
    body: pageBody(page, viewUnknownIdTag),
  }
})

export const forgetUnknownIdTag = endpoint({
  operationId: 'forgetUnknownIdTag',
  method: 'delete',
  path: '/unknown-id-tags/{idTag}',
  tag,
  role: 'operator',
  summary: 'Forget an id tag that was presented',
  params: idTagParams,
  answers: { 204: { description: 'It is forgotten, until it is presented again' } },
  problems: ['unknown'],
}).answer(async ({ params: { idTag }, system }) => {
  const before = await system.store.forgetUnknown('id-tag', idTag)
  if (before) return { status: 204, before: viewUnknownIdTag(before) }
  return problem('unknown', `no unknown id tag ${idTag} was presented`)
})
