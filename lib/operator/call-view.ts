import * as z from 'zod'
import { withoutUrlSecrets } from '../actions/secret-keys.ts'
import { asOf } from '../central-system/call.ts'
import { type CallRecord, CLOSED_STATUSES } from '../store/port.ts'
import { defined } from './defined.ts'
import { instant, maybe } from './fields.ts'

export const CALL_STATUSES = ['Queued', 'Sent', ...CLOSED_STATUSES] as const

const json = z.record(z.string(), z.unknown())

export const callFailureSchema = z
  .strictObject({
    code: z
      .string()
      .meta({ description: 'The CALLERROR’s code, or our own word', examples: ['NotSupported', 'TimedOut'] }),
    sentCode: maybe(z.string()).meta({
      description: 'The charge point’s own code, where OCPP-J knows none of that name',
    }),
    description: z.string(),
    details: maybe(json),
  })
  .meta({ id: 'CallFailure' })

export const callSchema = z
  .strictObject({
    chargePointId: z.string(),
    messageId: z
      .string()
      .meta({ description: 'Ordered by time', examples: ['019ab3f2-5c1e-7c7b-9d55-0f4b6f1c2a3d'] }),
    action: z.string().meta({ examples: ['Reset'] }),
    payload: json.meta({
      description: 'What is sent. Secrets in it are shown as ***',
      examples: [{ type: 'Soft' }],
    }),
    status: z.enum(CALL_STATUSES).meta({
      description: [
        'Queued: waits for the charge point. Sent: waits for its answer. The others are final.',
        'Answered: with a CALLRESULT. Refused: with a CALLERROR. TimedOut: not answered in time.',
        'Undelivered: the connection was gone. Expired: waited too long. Cancelled: taken back.',
      ].join(' '),
    }),
    response: maybe(z.unknown()).meta({
      description: 'The payload of the CALLRESULT',
      examples: [{ status: 'Accepted' }],
    }),
    error: maybe(callFailureSchema),
    lateReply: maybe(
      z.strictObject({
        response: maybe(z.unknown()),
        error: maybe(callFailureSchema),
        at: instant('When it came'),
      }),
    ).meta({
      description: 'An answer that came when the call had ended already',
    }),
    origin: maybe(z.string()).meta({ description: 'Who asked' }),
    composed: maybe(z.literal(true)).meta({
      description: 'The payload, or a part of it, was filled in here',
    }),
    taskId: maybe(z.string()).meta({ description: 'The task it is a part of' }),
    transactionId: maybe(z.int()).meta({ description: 'The transaction that this remote start led to' }),
    bootedAt: maybe(instant('When the charge point booted after this reset')),
    whenOffline: z.enum(['refuse', 'queue']),
    timeoutSeconds: z.int(),
    createdAt: instant('When it was asked for'),
    expiresAt: instant('When it is given up if it still waits'),
    sentAt: maybe(instant('When it was sent')),
    deadline: maybe(instant('When it times out')),
    closedAt: maybe(instant('When it ended')),
  })
  .meta({ id: 'Call', description: 'A request to a charge point, from the wish to its end' })

/** The call as it stands, without its secrets. */
export function viewCall(record: CallRecord, now: string): z.input<typeof callSchema> {
  const call = asOf(record, now)
  return defined({
    chargePointId: call.chargePointId,
    messageId: call.messageId,
    action: call.action,
    payload: withoutUrlSecrets(call.payload),
    status: call.status,
    response: call.response,
    error: call.error && defined(call.error),
    lateReply: call.lateReply,
    origin: call.origin,
    composed: call.composed,
    taskId: call.task?.taskId,
    transactionId: call.transactionId,
    bootedAt: call.bootedAt,
    whenOffline: call.queueWhenOffline ? ('queue' as const) : ('refuse' as const),
    timeoutSeconds: call.timeoutSeconds,
    createdAt: call.createdAt,
    expiresAt: call.expiresAt,
    sentAt: call.sentAt,
    deadline: call.deadline,
    closedAt: call.closedAt,
  })
}
