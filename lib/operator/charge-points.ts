import type { CentralSystem } from '../central-system/system.ts'
import type { ChargePoint, Live } from '../store/port.ts'
import {
  chargePointChangeSchema,
  newChargePointSchema,
  toChange,
  touchesCredentials,
} from './charge-point-input.ts'
import {
  chargePointSchema,
  connectionStateOf,
  createdChargePointSchema,
  viewChargePoint,
} from './charge-point-view.ts'
import { CHARGE_POINTS_CSV } from './csv-columns.ts'
import { edit } from './edit.ts'
import { type Asked, endpoint } from './endpoint.ts'
import { chargePointParams } from './fields.ts'
import { chargePointFilter, chargePointQuery, LATER, pageRequest, SHORT_PAGES } from './list-queries.ts'
import { pageBody, pageSchema } from './paging.ts'
import { invalid, isProblem, type Problem, problem } from './problem.ts'
import { registerChargePoint, siteIssue } from './registrations.ts'

export const chargePointPath = (chargePointId: string) =>
  `/api/charge-points/${encodeURIComponent(chargePointId)}`

export const unknownChargePoint = (chargePointId: string): Problem<'unknown'> =>
  problem('unknown', `no charge point ${chargePointId} is registered`)

const changed = problem('changed', 'the charge point was edited since; read it again')

type Viewed = Pick<Asked, 'system' | 'now'>

const contextOf = ({ system, now }: Viewed) => ({ now, heartbeatInterval: system.settings.heartbeatInterval })

async function view(asked: Viewed, chargePoint: ChargePoint) {
  const { store } = asked.system
  const { chargePointId } = chargePoint
  const [live, facts] = await Promise.all([store.getLive(chargePointId), store.getFacts(chargePointId)])
  return viewChargePoint(chargePoint, live, { ...contextOf(asked), facts })
}

const tag = 'Charge points'

export const listChargePoints = endpoint({
  operationId: 'listChargePoints',
  method: 'get',
  path: '/charge-points',
  tag,
  summary: 'List charge points',
  description: [
    'With what is known of them right now, in the order of their identities; where only `heardWithin`, or only that they are',
    `offline, is asked for, by when they were heard of last, those connected being last. ${SHORT_PAGES} ${LATER}`,
  ].join(' '),
  query: chargePointQuery,
  csv: CHARGE_POINTS_CSV,
  answers: {
    200: { description: 'A page of charge points', body: pageSchema('ChargePointPage', chargePointSchema) },
  },
  problems: ['invalid'],
}).answer(async (asked) => {
  const { query, system, now } = asked
  const context = contextOf(asked)
  const { connectionState } = query
  const page = await system.store.listChargePoints(
    chargePointFilter(query, now),
    pageRequest(query),
    ({ chargePoint, live }) =>
      connectionState === undefined || connectionState === connectionStateOf(chargePoint, live, context),
  )
  return {
    status: 200,
    body: pageBody(page, ({ chargePoint, live }) => viewChargePoint(chargePoint, live, context)),
  }
})

export const createChargePoint = endpoint({
  operationId: 'createChargePoint',
  method: 'post',
  path: '/charge-points',
  tag,
  summary: 'Register a charge point',
  description:
    'From then on it may connect. With security profile 1 to 3 and no `password`, one is made and shown in this answer only.',
  body: newChargePointSchema,
  answers: {
    201: { description: 'It is registered', body: createdChargePointSchema, etag: true, location: true },
  },
  problems: ['exists', 'invalid'],
}).answer(async (asked) => {
  const registration = await registerChargePoint(asked, asked.body)
  return isProblem(registration) ? registration : registered(asked, registration)
})

/** The answer to whoever has registered one; a password that was made is shown in it, and nowhere else. */
export async function registered(
  asked: Viewed,
  { chargePoint, password }: { chargePoint: ChargePoint; password?: string },
) {
  return {
    status: 201 as const,
    body: await view(asked, chargePoint),
    version: chargePoint.version,
    location: chargePointPath(chargePoint.chargePointId),
    ...(password === undefined ? {} : { once: { password } }),
  }
}

export const readChargePoint = endpoint({
  operationId: 'readChargePoint',
  method: 'get',
  path: '/charge-points/{chargePointId}',
  tag,
  summary: 'Read a charge point',
  params: chargePointParams,
  answers: { 200: { description: 'The charge point', body: chargePointSchema, etag: true } },
  problems: ['unknown'],
}).answer(async (asked) => {
  const { chargePointId } = asked.params
  const chargePoint = await asked.system.store.getChargePoint(chargePointId)
  if (!chargePoint) return unknownChargePoint(chargePointId)
  return { status: 200, body: await view(asked, chargePoint), version: chargePoint.version }
})

export const changeChargePoint = endpoint({
  operationId: 'changeChargePoint',
  method: 'patch',
  path: '/charge-points/{chargePointId}',
  tag,
  summary: 'Edit a charge point',
  description: 'With a new security profile or password it is disconnected, and has to authenticate anew.',
  params: chargePointParams,
  body: chargePointChangeSchema,
  edits: true,
  answers: { 200: { description: 'The charge point as it is now', body: chargePointSchema, etag: true } },
  problems: ['unknown', 'changed', 'invalid'],
}).answer(async (asked) => {
  const { params, body, system, ifMatch, now } = asked
  const { store } = system
  const { chargePointId } = params
  const issue = await siteIssue(system, body.siteId)
  if (issue) return invalid([issue])
  const edited = await edit(
    ifMatch,
    () => store.getChargePoint(chargePointId),
    async (current) => {
      const change = await toChange(body, current, now)
      return isProblem(change) ? change : store.updateChargePoint(chargePointId, change, now, current.version)
    },
  )
  if (edited === 'unknown') return unknownChargePoint(chargePointId)
  if (edited === 'changed') return changed
  const { before, result } = edited
  if (isProblem(result)) return result
  if (touchesCredentials(body)) await disconnect(system, chargePointId)
  const [was, is] = await Promise.all([view(asked, before), view(asked, result)])
  return { status: 200, body: is, version: result.version, before: was }
})

export const deleteChargePoint = endpoint({
  operationId: 'deleteChargePoint',
  method: 'delete',
  path: '/charge-points/{chargePointId}',
  tag,
  summary: 'Remove a charge point',
  description:
    'It is disconnected, and not let in again. What waits for it is cancelled. Its transactions, calls and meter values stay.',
  params: chargePointParams,
  edits: true,
  answers: { 204: { description: 'It is removed' } },
  problems: ['unknown', 'changed'],
}).answer(async (asked) => {
  const { params, system, ifMatch } = asked
  const { store } = system
  const { chargePointId } = params
  const live = await store.getLive(chargePointId)
  const edited = await edit(
    ifMatch,
    () => store.getChargePoint(chargePointId),
    async (current) => {
      const before = await view(asked, current)
      const result = await store.deleteChargePoint(chargePointId, current.version)
      return result === 'deleted' ? { before } : result
    },
  )
  if (edited === 'unknown') return unknownChargePoint(chargePointId)
  if (edited === 'changed') return changed
  if (live) await hangUp(system, live)
  return { status: 204, before: edited.result.before }
})

export async function disconnect(system: CentralSystem, chargePointId: string): Promise<void> {
  const live = await system.store.getLive(chargePointId)
  if (!live?.connection) return
  await system.store.disconnect(chargePointId, live.connection.connectionId)
  await hangUp(system, live)
}

async function hangUp({ push, log }: CentralSystem, { chargePointId, connection }: Live): Promise<void> {
  if (!connection) return
  const { connectionId } = connection
  await push
    .close(connectionId)
    .catch((error: unknown) =>
      log.warn('a charge point could not be disconnected', { chargePointId, connectionId, error }),
    )
}
