import * as z from 'zod'
import { isClosed } from '../central-system/call.ts'
import { newPassword } from '../central-system/password.ts'
import { request, waitForEnd } from '../central-system/request.ts'
import type { CallRecord } from '../store/port.ts'
import { callSchema, viewCall } from './call-view.ts'
import { password } from './charge-point-input.ts'
import { chargePointPath } from './charge-points.ts'
import { defined } from './defined.ts'
import { endpoint } from './endpoint.ts'
import { chargePointParams, maybe } from './fields.ts'
import { CALL_REFUSALS, problemOfRefusal } from './refusal.ts'

const REFUSALS = [...CALL_REFUSALS, 'secret'] as const

const STATUSES = ['Rotated', 'Kept', 'Unanswered', 'Open'] as const
type Status = (typeof STATUSES)[number]

const newRotationSchema = z
  .strictObject({
    password: maybe(password),
    timeoutSeconds: maybe(z.int().min(1).max(600)).meta({
      description: 'How long the charge point has for its answer; 30 unless given',
    }),
  })
  .meta({
    id: 'NewPasswordRotation',
    description: 'Without a password an AuthorizationKey of 20 bytes is made',
    examples: [{}, { password: '8f3b1c6d2e9a4705b8c1d2e3f4a59687' }],
  })

const rotationSchema = z
  .strictObject({
    status: z.enum(STATUSES).meta({
      description: [
        'Rotated: the charge point has accepted the new password, and only that is valid. Kept: it did not take it, and',
        'the old one stays. Unanswered: no answer came in time; the old one stays valid, and should the charge point have',
        'taken the new one after all, set that by a PATCH of the charge point. Open: the answer is still to come, and the',
        'old one is valid until then; read the call.',
      ].join(' '),
    }),
    password: maybe(z.string()).meta({
      description: 'The new password, unless the charge point did not take it. It is not shown again',
    }),
    call: callSchema,
  })
  .meta({ id: 'PasswordRotation' })

/** What became of the passwords, by what became of the ChangeConfiguration. */
function statusOf({ status, response }: CallRecord): Status {
  if (status === 'Sent' || status === 'Queued') return 'Open'
  if (status === 'TimedOut') return 'Unanswered'
  const said = status === 'Answered' ? (response as { status?: unknown } | undefined)?.status : undefined
  return said === 'Accepted' || said === 'RebootRequired' ? 'Rotated' : 'Kept'
}

export const rotatePassword = endpoint({
  operationId: 'rotatePassword',
  method: 'post',
  path: '/charge-points/{chargePointId}/password-rotation',
  tag: 'Charge points',
  summary: 'Give a charge point a new password',
  description: [
    'It is sent the new one, as its AuthorizationKey, by ChangeConfiguration, at once or not at all. The new password is',
    'valid from the moment the charge point accepts it, and the old one until then. With `Prefer: wait=N` the answer comes',
    'when the charge point has answered, or after N seconds. To set a password here without telling the charge point, PATCH it.',
  ].join(' '),
  params: chargePointParams,
  body: newRotationSchema,
  bodyOptional: true,
  waits: true,
  answers: {
    200: {
      description: 'The charge point has answered, or has not in time',
      body: rotationSchema,
      location: true,
    },
    202: {
      description: 'Its answer is still to come; read the call at Location',
      body: rotationSchema,
      location: true,
    },
  },
  problems: REFUSALS,
}).answer(async ({ params: { chargePointId }, body, waitUntil = 0, system, origin }) => {
  const { password: value = newPassword(), timeoutSeconds } = body
  const result = await request(
    system,
    chargePointId,
    defined({
      action: 'ChangeConfiguration',
      payload: { key: 'AuthorizationKey', value },
      timeoutSeconds,
      origin,
    }),
  )
  if ('refused' in result) return problemOfRefusal(result, REFUSALS)
  const call = await waitForEnd(system, result, waitUntil)
  const status = statusOf(call)
  return {
    status: isClosed(call) ? 200 : 202,
    body: { status, call: viewCall(call, system.clock().toISOString()) },
    location: `${chargePointPath(chargePointId)}/calls/${encodeURIComponent(call.messageId)}`,
    ...(status === 'Kept' ? {} : { once: { password: value } }),
  }
})
