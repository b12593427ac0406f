import * as z from 'zod'
import { readFrame } from '../ocpp/frame.ts'
import type { LoggedMessage } from '../store/port.ts'
import { unknownChargePoint } from './charge-points.ts'
import { endpoint } from './endpoint.ts'
import { chargePointParams, instant, maybe } from './fields.ts'
import { newestFirstQuery, pageBody, pageSchema } from './paging.ts'

const tag = 'Charge points'

const messageSchema = z
  .strictObject({
    at: instant('When it came, or was sent'),
    direction: z.enum(['in', 'out']).meta({ description: 'in: from the charge point' }),
    frame: z.string().meta({
      description: 'The text as it went over the wire, but for secrets',
      examples: ['[2,"19","Heartbeat",{}]'],
    }),
    connectionId: z.string(),
    messageType: maybe(z.enum(['Call', 'CallResult', 'CallError'])).meta({
      description: 'Absent where the text is no frame of OCPP',
    }),
    messageId: maybe(z.string()).meta({ examples: ['19'] }),
    action: maybe(z.string()).meta({ description: 'Of a Call', examples: ['Heartbeat'] }),
  })
  .meta({ id: 'Message' })

export const listMessages = endpoint({
  operationId: 'listMessages',
  method: 'get',
  path: '/charge-points/{chargePointId}/messages',
  tag,
  summary: 'List the logged frames of a charge point',
  description:
    'Newest first, both ways. Frames are logged while the charge point’s `messageLogUntil` has not passed, and kept for some days.',
  params: chargePointParams,
  query: newestFirstQuery,
  answers: { 200: { description: 'A page of frames', body: pageSchema('MessagePage', messageSchema) } },
  problems: ['unknown', 'invalid'],
}).answer(async ({ params: { chargePointId }, query, system: { store }, now }) => {
  const page = await store.listMessages(chargePointId, query, now)
  const known = page.items.length > 0 || (await store.getChargePoint(chargePointId))
  if (!known) return unknownChargePoint(chargePointId)
  return { status: 200, body: pageBody(page, viewMessage) }
})

function viewMessage(message: LoggedMessage): z.input<typeof messageSchema> {
  const { at, direction, frame, connectionId } = message
  return { at, direction, frame, connectionId, ...factsOf(frame) }
}

/** What a frame says of itself, as far as it can be read. */
function factsOf(text: string): Partial<z.input<typeof messageSchema>> {
  const frame = readFrame(text)
  switch (frame.kind) {
    case 'Call':
      return { messageType: frame.kind, messageId: String(frame.messageId), action: frame.action }
    case 'CallResult':
    case 'CallError':
      return { messageType: frame.kind, messageId: String(frame.messageId) }
    case 'BrokenCall':
      return { messageType: 'Call', messageId: String(frame.messageId) }
    case 'Unreadable':
      return {}
  }
}
