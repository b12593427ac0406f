import * as z from 'zod'
import type { CentralSystem } from '../central-system/system.ts'
import type { User } from '../store/port.ts'
import { byName, byNameFields, nameField } from './by-name.ts'
import { collect } from './collect.ts'
import { defined } from './defined.ts'
import { edit } from './edit.ts'
import { endpoint } from './endpoint.ts'
import { freeText, instant, maybe, removable } from './fields.ts'
import { pageBody, pageSchema } from './paging.ts'
import { type Problem, problem } from './problem.ts'

const tag = 'Users'

/** How many tags of a user are told with it; all of them are listed at `/id-tags?userId=`. */
const TAGS_MAX = 100

const userParams = z.strictObject({
  userId: z.string().max(128).meta({ description: 'The id of the user' }),
})

const name = nameField.meta({ examples: ['Ada Lovelace'] })
const email = z
  .email({ error: 'must be an email address' })
  .max(254)
  .meta({ examples: ['ada@example.org'] })
const phone = freeText(50).meta({ examples: ['+31 20 555 0100'] })
const note = freeText(500)

const newUserSchema = z
  .strictObject({ name, email: maybe(email), phone: maybe(phone), note: maybe(note) })
  .meta({ id: 'NewUser', examples: [{ name: 'Ada Lovelace', email: 'ada@example.org' }] })

const userChangeSchema = z
  .strictObject({
    name: maybe(name),
    email: removable(email),
    phone: removable(phone),
    note: removable(note),
  })
  .meta({
    id: 'UserChange',
    description: 'A JSON merge patch: what is absent stays, null removes',
    examples: [{ phone: '+31 20 555 0100', note: null }],
  })

const properties = {
  userId: z.string().meta({ examples: ['019ab3f2-5c1e-7c7b-9d55-0f4b6f1c2a3d'] }),
  name: z.string().meta({ examples: ['Ada Lovelace'] }),
  email: maybe(z.string()),
  phone: maybe(z.string()),
  note: maybe(z.string()),
  createdAt: instant('When the user was registered'),
  updatedAt: instant('When the user was last edited'),
  version: z.int().meta({ description: 'Counts the edits; the first part of the ETag' }),
}

const userSchema = z.strictObject(properties).meta({
  id: 'User',
  description: 'A person or an organisation that has id tags',
})

const userDetailsSchema = z
  .strictObject({
    ...properties,
    idTags: z.array(z.string()).meta({
      description: `The id tags of the user, ${TAGS_MAX} at most; /id-tags?userId= lists all`,
      examples: [['04A3B2C1']],
    }),
  })
  .meta({ id: 'UserDetails' })

function viewUser({
  userId,
  name,
  email,
  phone,
  note,
  createdAt,
  updatedAt,
  version,
}: User): z.input<typeof userSchema> {
  return defined({ userId, name, email, phone, note, createdAt, updatedAt, version })
}

const unknownUser = (userId: string): Problem<'unknown'> => problem('unknown', `there is no user ${userId}`)

const changed = problem('changed', 'the user was edited since; read it again')

async function details(system: CentralSystem, user: User) {
  return {
    body: { ...viewUser(user), idTags: await tagsOf(system, user.userId, TAGS_MAX) },
    version: user.version,
  }
}

async function tagsOf({ store }: CentralSystem, userId: string, count: number): Promise<string[]> {
  const idTags = await collect(count, (page) => store.listIdTags({ userId }, page))
  return idTags.map(({ idTag }) => idTag)
}

export const listUsers = endpoint({
  operationId: 'listUsers',
  method: 'get',
  path: '/users',
  tag,
  summary: 'List users',
  description: 'By name, without case.',
  query: z.strictObject({
    ...byNameFields,
    email: maybe(freeText(254)).meta({
      description: 'Only those with this email address, whatever its case',
    }),
  }),
  answers: { 200: { description: 'A page of users', body: pageSchema('UserPage', userSchema) } },
  problems: ['invalid'],
}).answer(async ({ query, system }) => {
  const { filter, page } = byName(query)
  const { email } = query
  return {
    status: 200,
    body: pageBody(await system.store.listUsers(defined({ ...filter, email }), page), viewUser),
  }
})

export const createUser = endpoint({
  operationId: 'createUser',
  method: 'post',
  path: '/users',
  tag,
  summary: 'Register a user',
  description: 'Give the user id tags by their `userId`.',
  body: newUserSchema,
  answers: { 201: { description: 'The user', body: userDetailsSchema, etag: true, location: true } },
  problems: [],
}).answer(async ({ body, system, now }) => {
  const userId = system.newMessageId()
  const user: User = { userId, ...body, createdAt: now, updatedAt: now, version: 1 }
  if ((await system.store.createUser(user)) === 'exists') throw new Error(`the user ${userId} exists already`)
  return {
    status: 201,
    body: { ...viewUser(user), idTags: [] },
    version: user.version,
    location: `/api/users/${encodeURIComponent(userId)}`,
  }
})

export const readUser = endpoint({
  operationId: 'readUser',
  method: 'get',
  path: '/users/{userId}',
  tag,
  summary: 'Read a user',
  params: userParams,
  answers: { 200: { description: 'The user', body: userDetailsSchema, etag: true } },
  problems: ['unknown'],
}).answer(async ({ params: { userId }, system }) => {
  const user = await system.store.getUser(userId)
  return user ? { status: 200, ...(await details(system, user)) } : unknownUser(userId)
})

export const changeUser = endpoint({
  operationId: 'changeUser',
  method: 'patch',
  path: '/users/{userId}',
  tag,
  summary: 'Edit a user',
  params: userParams,
  body: userChangeSchema,
  edits: true,
  answers: { 200: { description: 'The user as it is now', body: userDetailsSchema, etag: true } },
  problems: ['unknown', 'changed'],
}).answer(async ({ params: { userId }, body, system, ifMatch, now }) => {
  const { store } = system
  const edited = await edit(
    ifMatch,
    () => store.getUser(userId),
    ({ version }) => store.updateUser(userId, body, now, version),
  )
  if (edited === 'unknown') return unknownUser(userId)
  if (edited === 'changed') return changed
  return { status: 200, ...(await details(system, edited.result)), before: viewUser(edited.before) }
})

export const deleteUser = endpoint({
  operationId: 'deleteUser',
  method: 'delete',
  path: '/users/{userId}',
  tag,
  summary: 'Remove a user',
  description:
    'One who has id tags is not removed: give the tags to somebody else, or remove them, first. Transactions stay.',
  params: userParams,
  edits: true,
  answers: { 204: { description: 'The user is removed' } },
  problems: ['unknown', 'changed', 'in-use'],
}).answer(async ({ params: { userId }, system, ifMatch }) => {
  const { store } = system
  const edited = await edit(
    ifMatch,
    () => store.getUser(userId),
    async ({ version }) => {
      const [idTag] = await tagsOf(system, userId, 1)
      return idTag === undefined ? store.deleteUser(userId, version) : { idTag }
    },
  )
  if (edited === 'unknown') return unknownUser(userId)
  if (edited === 'changed') return changed
  const { before, result } = edited
  if (result === 'deleted') return { status: 204, before: viewUser(before) }
  return problem('in-use', `the user has id tags, ${result.idTag} among them`)
})
