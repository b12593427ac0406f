import * as z from 'zod'
import { withoutUrlSecrets } from '../actions/secret-keys.ts'
import { CONNECTOR_STATUSES } from '../actions/status-notification.ts'
import type { TaskResult } from '../central-system/task-results.ts'
import type { TaskState } from '../central-system/tasks.ts'
import type { Task } from '../store/port.ts'
import { CALL_STATUSES, callFailureSchema } from './call-view.ts'
import { defined } from './defined.ts'
import { freeText, instant, maybe } from './fields.ts'
import { pageSchema } from './paging.ts'

const filterText = (description: string) => maybe(freeText(100)).meta({ description })

const filterSchema = z
  .strictObject({
    all: maybe(z.literal(true)).meta({ description: 'Every charge point; goes with nothing else' }),
    vendor: filterText('The chargePointVendor of the latest boot'),
    model: filterText('The chargePointModel of the latest boot'),
    firmwareVersion: filterText('The firmwareVersion of the latest boot'),
    connectorStatus: maybe(z.enum(CONNECTOR_STATUSES)).meta({
      description: 'The status of any of its connectors, 0 among them',
    }),
    siteId: filterText('The site it stands on'),
    tag: filterText('One of its tags'),
  })
  .meta({
    id: 'ChargePointFilter',
    description: 'All that is given must hold, as it is written',
    examples: [{ vendor: 'Acme', connectorStatus: 'Available' }, { all: true }],
  })

/** A filter that was left empty, by a slip perhaps, is not taken for the whole fleet. */
export const newFilterSchema = filterSchema.refine(
  ({ all, ...filter }) => Object.keys(filter).length > 0 !== (all === true),
  {
    error: 'say what the charge points have in common, or {"all": true} alone for every one',
    when: ({ issues }) => issues.length === 0,
  },
)

const count = (description: string) => z.int().meta({ description })

const counts = z
  .strictObject({
    targets: count('The charge points, as many as have been found so far'),
    waiting: count('How many calls have not ended'),
    answered: count('… were answered with a CALLRESULT'),
    refused: count('… were answered with a CALLERROR'),
    timedOut: count('… were not answered in time'),
    undelivered: count('… could not be sent: nobody there, or not allowed now'),
    expired: count('… waited too long'),
    cancelled: count('… were taken back'),
  })
  .meta({ id: 'TaskCounts' })

const properties = {
  taskId: z.string().meta({
    description: 'Ordered by time',
    examples: ['019ab3f2-5c1e-7c7b-9d55-0f4b6f1c2a3d'],
  }),
  action: z.string().meta({ examples: ['Reset'] }),
  payload: z.record(z.string(), z.unknown()).meta({ examples: [{ type: 'Soft' }] }),
  status: z.enum(['Running', 'Ended', 'Cancelled']).meta({
    description:
      'Ended: every call has ended. Cancelled: so it has, after what was not sent yet was taken back. Both are final',
  }),
  counts,
  filter: maybe(filterSchema).meta({
    description: 'How the charge points were chosen; absent where they were named',
  }),
  origin: maybe(z.string()).meta({ description: 'Who asked' }),
  timeoutSeconds: z.int(),
  whenOffline: z.enum(['refuse', 'queue']),
  startedAt: instant('When it was asked for'),
  expiresAt: instant('When calls that still wait are given up'),
  deadline: instant('When every call will have ended'),
  cancelledAt: maybe(instant('When it was cancelled')),
  endedAt: maybe(instant('When the last call ended')),
}

export const taskSchema = z.strictObject(properties).meta({
  id: 'Task',
  description: 'One action for many charge points, from the wish to the end of the last call',
})

export const RESULT_STATUSES = ['Waiting', ...CALL_STATUSES] as const

const taskResult = z
  .strictObject({
    chargePointId: z.string(),
    messageId: z.string().meta({ description: 'Of the call to this charge point' }),
    status: z.enum(RESULT_STATUSES).meta({
      description: 'Waiting: the call has not been asked for yet. The others are those of a call',
    }),
    response: maybe(z.unknown()).meta({
      description: 'The payload of the CALLRESULT',
      examples: [{ status: 'Accepted' }],
    }),
    error: maybe(callFailureSchema),
    sentAt: maybe(instant('When it was sent')),
    closedAt: maybe(instant('When it ended')),
  })
  .meta({ id: 'TaskResult' })

export const taskPageSchema = pageSchema('TaskPage', taskSchema)

export const taskResultsSchema = z
  .strictObject({
    ...properties,
    items: z.array(taskResult).meta({ description: 'A page of results, one per charge point' }),
    cursor: maybe(z.string()).meta({ description: 'Gives the next page; absent on the last one' }),
  })
  .meta({ id: 'TaskResults' })

function statusOf({ cancelledAt, endedAt }: Task): 'Running' | 'Ended' | 'Cancelled' {
  if (endedAt === undefined) return 'Running'
  return cancelledAt === undefined ? 'Ended' : 'Cancelled'
}

const viewFilter = (filter: object): z.input<typeof filterSchema> =>
  Object.keys(filter).length > 0 ? filter : { all: true }

export function viewTask({ task, counts, waiting }: TaskState): z.input<typeof taskSchema> {
  return defined({
    taskId: task.taskId,
    action: task.action,
    payload: withoutUrlSecrets(task.payload),
    status: statusOf(task),
    counts: {
      targets: task.targets,
      waiting,
      answered: counts.Answered,
      refused: counts.Refused,
      timedOut: counts.TimedOut,
      undelivered: counts.Undelivered,
      expired: counts.Expired,
      cancelled: counts.Cancelled,
    },
    filter: task.filter && viewFilter(task.filter),
    origin: task.origin,
    timeoutSeconds: task.timeoutSeconds,
    whenOffline: task.whenOffline,
    startedAt: task.createdAt,
    expiresAt: task.expiresAt,
    deadline: task.deadline,
    cancelledAt: task.cancelledAt,
    endedAt: task.endedAt,
  })
}

export function viewTaskResult({
  chargePointId,
  messageId,
  status,
  call,
}: TaskResult): z.input<typeof taskResult> {
  return defined({
    chargePointId,
    messageId,
    status,
    response: call?.response,
    error: call?.error && defined(call.error),
    sentAt: call?.sentAt,
    closedAt: call?.closedAt,
  })
}
