import * as z from 'zod'
import { REFUSAL_REASONS, type Refusal } from '../store/port.ts'
import { defined } from './defined.ts'
import { endpoint } from './endpoint.ts'
import { chargePointParams, instant, maybe } from './fields.ts'
import { pageBody, pageQuery, pageSchema } from './paging.ts'
import { problem } from './problem.ts'

const tag = 'Inbox'

const refusedChargePointSchema = z
  .strictObject({
    chargePointId: z.string(),
    address: maybe(z.string()).meta({ description: 'The network address that it last came from' }),
    reason: z.enum(REFUSAL_REASONS).meta({
      description: [
        'Of the latest. PlainWebSocket: its security profile asks for TLS. CertificateNotExpected: it came with a',
        'certificate, and its security profile is not 3. WrongCertificate: the common name is neither its identity nor a',
        'serial number of its latest boot, or the organization is another one.',
      ].join(' '),
    }),
    attempts: z.int().meta({ description: 'How often it was refused. Not counted while it is locked out' }),
    firstAt: instant('When it was refused first'),
    lastAt: instant('When it was refused last'),
    lockedUntil: maybe(instant('Until when it is refused from there without a look at its password')),
  })
  .meta({ id: 'RefusedChargePoint' })

const viewRefusal = (
  { chargePointId, address, reason, attempts, firstAt, lastAt, lockedUntil }: Refusal,
  now: string,
): z.input<typeof refusedChargePointSchema> =>
  defined({
    chargePointId,
    address,
    reason,
    attempts,
    firstAt,
    lastAt,
    lockedUntil: (lockedUntil ?? '') > now ? lockedUntil : undefined,
  })

export const listRefusedChargePoints = endpoint({
  operationId: 'listRefusedChargePoints',
  method: 'get',
  path: '/refused-charge-points',
  tag,
  summary: 'List charge points whose credentials were refused',
  description: [
    'Registered ones that were answered 401, with an entry for each network that they came from. Ten wrong passwords within',
    'ten minutes lock a network out of one charge point: for a minute at first, then twice as long each time, an hour at the',
    'most. An entry goes when the charge point gets in from there, or is not refused there for 30 days.',
  ].join(' '),
  query: pageQuery,
  answers: {
    200: {
      description: 'A page of them, by charge point',
      body: pageSchema('RefusedChargePointPage', refusedChargePointSchema),
    },
  },
  problems: ['invalid'],
}).answer(async ({ query, system, now }) => {
  const page = await system.store.listRefusals(query)
  return { status: 200, body: pageBody(page, (each) => viewRefusal(each, now)) }
})

export const forgetRefusedChargePoint = endpoint({
  operationId: 'forgetRefusedChargePoint',
  method: 'delete',
  path: '/refused-charge-points/{chargePointId}',
  tag,
  role: 'operator',
  summary: 'Forget that a charge point was refused',
  description: 'From wherever it came. It is not locked out any more either.',
  params: chargePointParams,
  answers: { 204: { description: 'It is forgotten, until it is refused again' } },
  problems: ['unknown'],
}).answer(async ({ params: { chargePointId }, system, now }) => {
  const [before] = await system.store.forgetRefusals(chargePointId)
  if (before) return { status: 204, before: viewRefusal(before, now) }
  return problem('unknown', `no charge point ${chargePointId} was refused`)
})
