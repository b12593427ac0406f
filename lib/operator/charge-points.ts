import { hashPassword, newPassword } from '../central-system/password.ts'
import type { CentralSystem } from '../central-system/system.ts'
import type { ChargePoint, Live } from '../store/port.ts'
import {
  chargePointChangeSchema,
  dependsOnCurrent,
  newChargePointSchema,
  toChange,
  touchesCredentials,
} from './charge-point-input.ts'
import { chargePointSchema, createdChargePointSchema, viewChargePoint } from './charge-point-view.ts'
import { versionToInsistOn } from './conditional.ts'
import { type Asked, endpoint } from './endpoint.ts'
import { chargePointParams } from './fields.ts'
import { pageBody, pageQuery, pageSchema } from './paging.ts'
import { isProblem, type Problem, problem } from './problem.ts'

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
  description: 'In the order of their identities, with what is known of them right now.',
  query: pageQuery,
  answers: {
    200: { description: 'A page of charge points', body: pageSchema('ChargePointPage', chargePointSchema) },
  },
  problems: ['invalid'],
}).answer(async (asked) => {
  const page = await asked.system.store.listChargePoints(asked.query)
  const context = contextOf(asked)
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
  problems: ['exists'],
}).answer(async (asked) => {
  const { body, system, now } = asked
  const { password: given, securityProfile = given === undefined ? 0 : 1, ...facts } = body
  const made = given === undefined && securityProfile > 0 ? newPassword() : undefined
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
  if ((await system.store.createChargePoint(chargePoint)) === 'exists') {
    return problem('exists', `charge point ${chargePointId} is registered already`)
  }
  await forget(system, chargePointId)
  return {
    status: 201,
    body: await view(asked, chargePoint),
    version: chargePoint.version,
    location: chargePointPath(chargePointId),
    ...(made === undefined ? {} : { once: { password: made } }),
  }
})

async function forget({ store, log }: CentralSystem, chargePointId: string): Promise<void> {
  await store
    .forgetUnknown('charge-point', chargePointId)
    .catch((error: unknown) =>
      log.warn('a charge point stays among the unknown ones', { chargePointId, error }),
    )
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

/** A change that depends on what it changes is tried again if another one came in between. */
const ATTEMPTS = 3

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
  for (let attempt = 1; ; attempt++) {
    const current = await store.getChargePoint(chargePointId)
    if (!current) return unknownChargePoint(chargePointId)
    const change = await toChange(body, current, now)
    if (isProblem(change)) return change
    const insisted = await versionToInsistOn(ifMatch, async () => current.version)
    const version = insisted ?? (dependsOnCurrent(body) ? current.version : undefined)
    const result = await store.updateChargePoint(chargePointId, change, now, version)
    if (result === 'unknown') return unknownChargePoint(chargePointId)
    if (result !== 'changed') {
      if (touchesCredentials(body)) await disconnect(system, chargePointId)
      return { status: 200, body: await view(asked, result), version: result.version }
    }
    if (ifMatch || attempt === ATTEMPTS) return changed
  }
})

export const deleteChargePoint = endpoint({
  operationId: 'deleteChargePoint',
  method: 'delete',
  path: '/charge-points/{chargePointId}',
  tag,
  summary: 'Remove a charge point',
  description: 'It is disconnected, and not let in again. Its transactions, calls and meter values stay.',
  params: chargePointParams,
  edits: true,
  answers: { 204: { description: 'It is removed' } },
  problems: ['unknown', 'changed'],
}).answer(async ({ params: { chargePointId }, system, ifMatch }) => {
  const { store } = system
  const live = await store.getLive(chargePointId)
  const version = await versionToInsistOn(
    ifMatch,
    async () => (await store.getChargePoint(chargePointId))?.version,
  )
  const result = await store.deleteChargePoint(chargePointId, version)
  if (result === 'unknown') return unknownChargePoint(chargePointId)
  if (result === 'changed') return changed
  if (live) await hangUp(system, live)
  return { status: 204 }
})

async function disconnect(system: CentralSystem, chargePointId: string): Promise<void> {
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
