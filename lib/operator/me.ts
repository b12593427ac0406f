import * as z from 'zod'
import { endpoint } from './endpoint.ts'
import { maybe } from './fields.ts'
import { ROLES } from './roles.ts'

const meSchema = z
  .strictObject({
    name: maybe(z.string()).meta({
      description: 'A person’s name, or the id of a machine’s client. The audit log shows it',
      examples: ['ann'],
    }),
    role: maybe(z.enum(ROLES)).meta({ description: 'Each may do what the one before may' }),
    clientId: maybe(z.string()).meta({ description: 'The application that the token was given to' }),
    scopes: z.array(z.string()).meta({ description: 'What the token was asked for', examples: [['openid']] }),
  })
  .meta({ id: 'Me' })

export const readMe = endpoint({
  operationId: 'readMe',
  method: 'get',
  path: '/me',
  tag: 'Me',
  summary: 'Read who you are here',
  description: 'By the token of the request.',
  answers: { 200: { description: 'You', body: meSchema } },
  problems: [],
}).answer(async ({ caller }) => ({ status: 200, body: { ...caller } }))
