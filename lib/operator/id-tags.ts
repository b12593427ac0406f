import type { CentralSystem } from '../central-system/system.ts'
import type { IdTag } from '../store/port.ts'
import { versionToInsistOn } from './conditional.ts'
import { endpoint } from './endpoint.ts'
import {
  idTagChangeSchema,
  idTagDetailsSchema,
  idTagParams,
  idTagSchema,
  newIdTagSchema,
  viewIdTag,
} from './id-tag-view.ts'
import { pageBody, pageQuery, pageSchema } from './paging.ts'
import { type Problem, problem } from './problem.ts'

const tag = 'Id tags'

const unknownIdTag = (idTag: string): Problem<'unknown'> =>
  problem('unknown', `no id tag ${idTag} is registered`)

const changed = problem('changed', 'the id tag was edited since; read it again')

async function details({ store }: CentralSystem, idTag: string) {
  const found = await store.getIdTag(idTag)
  if (!found) return unknownIdTag(idTag)
  const activeTransactions = found.active.sort((a, b) => a - b)
  return { body: { ...viewIdTag(found.idTag), activeTransactions }, version: found.idTag.version }
}

export const listIdTags = endpoint({
  operationId: 'listIdTags',
  method: 'get',
  path: '/id-tags',
  tag,
  summary: 'List id tags',
  description: 'In the order of the tags, without case.',
  query: pageQuery,
  answers: { 200: { description: 'A page of id tags', body: pageSchema('IdTagPage', idTagSchema) } },
  problems: ['invalid'],
}).answer(async ({ query, system }) => ({
  status: 200,
  body: pageBody(await system.store.listIdTags(query), viewIdTag),
}))

export const createIdTag = endpoint({
  operationId: 'createIdTag',
  method: 'post',
  path: '/id-tags',
  tag,
  summary: 'Register an id tag',
  body: newIdTagSchema,
  answers: { 201: { description: 'It is registered', body: idTagDetailsSchema, etag: true, location: true } },
  problems: ['exists', 'unknown'],
}).answer(async ({ body, system, now }) => {
  const { store, log } = system
  const idTag: IdTag = { ...body, createdAt: now, updatedAt: now, version: 1 }
  if ((await store.createIdTag(idTag)) === 'exists')
    return problem('exists', `id tag ${body.idTag} is registered already`)
  await store
    .forgetUnknown('id-tag', body.idTag)
    .catch((error: unknown) =>
      log.warn('an id tag stays among the unknown ones', { idTag: body.idTag, error }),
    )
  const created = await details(system, body.idTag)
  if ('problem' in created) return created
  return { status: 201, ...created, location: `/api/id-tags/${encodeURIComponent(body.idTag)}` }
})

export const readIdTag = endpoint({
  operationId: 'readIdTag',
  method: 'get',
  path: '/id-tags/{idTag}',
  tag,
  summary: 'Read an id tag',
  params: idTagParams,
  answers: { 200: { description: 'The id tag', body: idTagDetailsSchema, etag: true } },
  problems: ['unknown'],
}).answer(async ({ params, system }) => {
  const found = await details(system, params.idTag)
  return 'problem' in found ? found : { status: 200, ...found }
})

export const changeIdTag = endpoint({
  operationId: 'changeIdTag',
  method: 'patch',
  path: '/id-tags/{idTag}',
  tag,
  summary: 'Edit an id tag',
  description: 'Verdicts that were given already stand.',
  params: idTagParams,
  body: idTagChangeSchema,
  edits: true,
  answers: { 200: { description: 'The id tag as it is now', body: idTagDetailsSchema, etag: true } },
  problems: ['unknown', 'changed'],
}).answer(async ({ params: { idTag }, body, system, ifMatch, now }) => {
  const version = await versionToInsistOn(ifMatch, () => versionOf(system, idTag))
  const result = await system.store.updateIdTag(idTag, body, now, version)
  if (result === 'unknown') return unknownIdTag(idTag)
  if (result === 'changed') return changed
  const found = await details(system, idTag)
  return 'problem' in found ? found : { status: 200, ...found }
})

export const deleteIdTag = endpoint({
  operationId: 'deleteIdTag',
  method: 'delete',
  path: '/id-tags/{idTag}',
  tag,
  summary: 'Remove an id tag',
  description: 'It is Invalid from then on. Its transactions stay.',
  params: idTagParams,
  edits: true,
  answers: { 204: { description: 'It is removed' } },
  problems: ['unknown', 'changed'],
}).answer(async ({ params: { idTag }, system, ifMatch }) => {
  const version = await versionToInsistOn(ifMatch, () => versionOf(system, idTag))
  const result = await system.store.deleteIdTag(idTag, version)
  if (result === 'unknown') return unknownIdTag(idTag)
  return result === 'changed' ? changed : { status: 204 }
})

async function versionOf({ store }: CentralSystem, idTag: string): Promise<number | undefined> {
  return (await store.getIdTag(idTag))?.idTag.version
}
