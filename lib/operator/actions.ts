import * as z from 'zod'
import { type ActionDescription, ALL_ACTIONS, CENTRAL_SYSTEM_ACTIONS } from '../actions/index.ts'
import { jsonSchemaOf } from '../ocpp/schema.ts'
import { endpoint } from './endpoint.ts'
import { maybe } from './fields.ts'
import { problem } from './problem.ts'

const tag = 'Actions'

const jsonSchema = z.record(z.string(), z.unknown()).meta({ description: 'JSON Schema, draft 2020-12' })

const actionSchema = z
  .strictObject({
    action: z.string().meta({ description: 'The name on the wire', examples: ['Reset'] }),
    initiatedBy: z
      .array(z.enum(['ChargePoint', 'CentralSystem']))
      .meta({ description: 'Who may send the request' }),
    request: jsonSchema,
    response: jsonSchema,
    composes: maybe(z.array(z.string())).meta({
      description: 'Properties of the request that may be left out of a call: they are filled in',
      examples: [['reservationId']],
    }),
  })
  .meta({ id: 'Action', description: 'An action of OCPP 1.6 or of its security extension' })

const actionsSchema = z.strictObject({ items: z.array(actionSchema) }).meta({ id: 'Actions' })

function view({ action, initiatedBy, request, response }: ActionDescription): z.input<typeof actionSchema> {
  const composes = CENTRAL_SYSTEM_ACTIONS.get(action)?.composes
  return {
    action,
    initiatedBy,
    request: jsonSchemaOf(request),
    response: jsonSchemaOf(response),
    ...(composes?.length ? { composes: [...composes] } : {}),
  }
}

let all: z.input<typeof actionSchema>[] | undefined

export const listActions = endpoint({
  operationId: 'listActions',
  method: 'get',
  path: '/actions',
  tag,
  summary: 'List the actions of OCPP',
  description: 'All of them at once, with the schemas of what is sent.',
  answers: { 200: { description: 'All actions', body: actionsSchema, etag: true } },
  problems: [],
}).answer(async () => {
  all ??= ALL_ACTIONS.map(view)
  return { status: 200, body: { items: all } }
})

export const readAction = endpoint({
  operationId: 'readAction',
  method: 'get',
  path: '/actions/{action}',
  tag,
  summary: 'Read an action',
  params: z.strictObject({
    action: z.string().meta({ description: 'The name on the wire', examples: ['Reset'] }),
  }),
  answers: { 200: { description: 'The action', body: actionSchema, etag: true } },
  problems: ['unknown'],
}).answer(async ({ params: { action } }) => {
  const found = ALL_ACTIONS.find((each) => each.action === action)
  return found ? { status: 200, body: view(found) } : problem('unknown', `OCPP 1.6 has no action ${action}`)
})
