import type { CentralSystem } from '../central-system/system.ts'
import { ID_TAGS_CSV } from './csv-columns.ts'
import { edit } from './edit.ts'
import { endpoint } from './endpoint.ts'
import {
  idTagChangeSchema,
  idTagDetailsSchema,
  idTagParams,
  idTagSchema,
  newIdTagSchema,
  viewIdTag,
} from './id-tag-view.ts'
import { idTagFilter, idTagQuery, pageRequest, SHORT_PAGES } from './list-queries.ts'
import { pageBody, pageSchema } from './paging.ts'
import { invalid, isProblem, type Problem, problem } from './problem.ts'
import { registerIdTag, userIssue } from './registrations.ts'

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
  description: `In the order of the tags, without case; by expiry, where only \`expired\` is asked for. ${SHORT_PAGES}`,
  query: idTagQuery,
  csv: ID_TAGS_CSV,
  answers: { 200: { description: 'A page of id tags', body: pageSchema('IdTagPage', idTagSchema) } },
  problems: ['invalid'],
}).answer(async ({ query, system, now }) => ({
  status: 200,
  body: pageBody(await system.store.listIdTags(idTagFilter(query, now), pageRequest(query)), viewIdTag),
}))

export const createIdTag = endpoint({
  operationId: 'createIdTag',
  method: 'post',
  path: '/id-tags',
  tag,
  summary: 'Register an id tag',
  body: newIdTagSchema,
  answers: { 201: { description: 'It is registered', body: idTagDetailsSchema, etag: true, location: true } },
  problems: ['exists', 'unknown', 'invalid'],
}).answer(async ({ body, system, now }) => {
  const idTag = await registerIdTag({ system, now }, body)
  return isProblem(idTag) ? idTag : registered(system, idTag.idTag)
})

/** The answer to whoever has registered one. */
export async function registered(system: CentralSystem, idTag: string) {
  const created = await details(system, idTag)
  if ('problem' in created) return created
  return { status: 201 as const, ...created, location: `/api/id-tags/${encodeURIComponent(idTag)}` }
}

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
  problems: ['unknown', 'changed', 'invalid'],
}).answer(async ({ params: { idTag }, body, system, ifMatch, now }) => {
  const { store } = system
  const issue = await userIssue(system, body.userId)
  if (issue) return invalid([issue])
  const edited = await edit(
    ifMatch,
    () => recordOf(system, idTag),
    ({ version }) => store.updateIdTag(idTag, body, now, version),
  )
  if (edited === 'unknown') return unknownIdTag(idTag)
  if (edited === 'changed') return changed
  const found = await details(system, idTag)
  return 'problem' in found ? found : { status: 200, ...found, before: viewIdTag(edited.before) }
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
  const { store } = system
  const edited = await edit(
    ifMatch,
    () => recordOf(system, idTag),
    ({ version }) => store.deleteIdTag(idTag, version),
  )
  if (edited === 'unknown') return unknownIdTag(idTag)
  return edited === 'changed' ? changed : { status: 204, before: viewIdTag(edited.before) }
})

const recordOf = async ({ store }: CentralSystem, idTag: string) => (await store.getIdTag(idTag))?.idTag
