import * as z from 'zod'
import { listResults } from '../central-system/task-results.ts'
import {
  cancelTask,
  readTask,
  createTask as start,
  stateOf,
  type TaskState,
  waitForTask,
} from '../central-system/tasks.ts'
import { callWishFields, expiryIssue } from './call-input.ts'
import { defined } from './defined.ts'
import { endpoint } from './endpoint.ts'
import { CHARGE_POINT_ID_MAX, maybe } from './fields.ts'
import { pageRequest, queryIssues, SHORT_PAGES, taskFilter, taskQuery } from './list-queries.ts'
import { pageBody, pageFields } from './paging.ts'
import { invalid, type Problem, problem } from './problem.ts'
import { payloadPath, problemOfRefusal } from './refusal.ts'
import {
  newFilterSchema,
  RESULT_STATUSES,
  taskPageSchema,
  taskResultsSchema,
  taskSchema,
  viewTask,
  viewTaskResult,
} from './task-view.ts'

const tag = 'Tasks'

const CHARGE_POINTS_MAX = 10_000

/** Room for that many identities of the usual length, 48 at the most, whatever their letters. */
const BODY_MAX_BYTES = 2 * 1024 * 1024

const REFUSALS = ['invalid', 'unknown-action', 'too-large', 'secret'] as const

const newTaskSchema = z
  .strictObject({
    ...callWishFields,
    chargePointIds: maybe(
      z
        .array(z.string().min(1).max(CHARGE_POINT_ID_MAX))
        .min(1)
        .max(CHARGE_POINTS_MAX)
        .transform((chargePointIds) => [...new Set(chargePointIds)])
        .meta({ description: 'The charge points; each is asked once', examples: [['CP1', 'CP2']] }),
    ),
    filter: maybe(newFilterSchema).meta({ description: 'What the charge points have in common' }),
    whenOffline: maybe(z.enum(['refuse', 'queue'])).meta({
      description: 'What becomes of the call to a charge point that is not connected: queue unless given',
    }),
  })
  .refine(({ chargePointIds, filter }) => (chargePointIds === undefined) !== (filter === undefined), {
    error: 'give either chargePointIds or a filter',
    path: ['chargePointIds'],
  })
  .meta({
    id: 'NewTask',
    description: 'Either `chargePointIds` or `filter` says whom it is for',
    examples: [
      { action: 'Reset', payload: { type: 'Soft' }, chargePointIds: ['CP1', 'CP2'] },
      { action: 'SendLocalList', filter: { all: true } },
    ],
  })

const taskParams = z.strictObject({
  taskId: z.string().max(128).meta({ description: 'The id of the task' }),
})

const resultsQuery = z.strictObject({
  ...pageFields,
  status: maybe(z.enum(RESULT_STATUSES)).meta({
    description: 'Only results of this status. A page may then have fewer items than its limit',
  }),
})

const unknownTask = (taskId: string): Problem<'unknown'> => problem('unknown', `there is no task ${taskId}`)

export const listTasks = endpoint({
  operationId: 'listTasks',
  method: 'get',
  path: '/tasks',
  tag,
  summary: 'List tasks',
  description: `Newest first, those of the last 90 days, without their results. ${SHORT_PAGES}`,
  query: taskQuery,
  answers: { 200: { description: 'A page of tasks', body: taskPageSchema } },
  problems: ['invalid'],
}).answer(async ({ query, system }) => {
  const issues = queryIssues(query)
  if (issues.length > 0) return invalid(issues)
  const { items, ...page } = await system.store.listTasks(taskFilter(query), pageRequest(query))
  const states: TaskState[] = []
  // One after the other: those that are overdue are counted now.
  for (const task of items) states.push(await stateOf(system, task))
  const wanted = states.filter(({ task }) => query.status !== 'running' || task.endedAt === undefined)
  return { status: 200, body: pageBody({ ...page, items: wanted }, viewTask) }
})

export const createTask = endpoint({
  operationId: 'createTask',
  method: 'post',
  path: '/tasks',
  tag,
  summary: 'Send a request to many charge points',
  description: [
    'Each charge point is sent a call of its own. Those that are busy or away are sent theirs when it is their turn.',
    'Every call ends by the deadline, and the task with the last of them. With `Prefer: wait=N` the answer comes when',
    'the task has ended, or after N seconds.',
  ].join(' '),
  body: newTaskSchema,
  bodyMaxBytes: BODY_MAX_BYTES,
  waits: true,
  role: 'operator',
  answers: {
    200: {
      description: 'The task has ended; read its results at Location',
      body: taskSchema,
      location: true,
    },
    202: { description: 'The task runs; read it again at Location', body: taskSchema, location: true },
  },
  problems: REFUSALS,
}).answer(async ({ body, waitUntil, system, now, origin }) => {
  const issue = expiryIssue(body.expiresAt, now)
  if (issue) return invalid([{ path: 'expiresAt', message: issue }])
  const { all: _, ...filter } = body.filter ?? {}
  const task = await start(system, defined({ ...body, filter: body.filter && filter, origin }))
  if ('refused' in task) return problemOfRefusal(task, REFUSALS, payloadPath)
  const { taskId } = task
  const waited = waitUntil ? await waitForTask(system, taskId, waitUntil) : undefined
  const state = waited ?? (await stateOf(system, task))
  return {
    status: state.task.endedAt === undefined ? 202 : 200,
    body: viewTask(state),
    location: `/api/tasks/${encodeURIComponent(taskId)}`,
  }
})

export const readOneTask = endpoint({
  operationId: 'readTask',
  method: 'get',
  path: '/tasks/{taskId}',
  tag,
  summary: 'Read a task and its results',
  description:
    'The results come in pages, in the order of the charge points. With `Prefer: wait=N`, the answer comes when the task has ended, or after N seconds.',
  params: taskParams,
  query: resultsQuery,
  waits: true,
  answers: { 200: { description: 'The task, and a page of results', body: taskResultsSchema, etag: true } },
  problems: ['unknown', 'invalid'],
}).answer(async ({ params: { taskId }, query: { status, ...page }, waitUntil, system }) => {
  const state = waitUntil ? await waitForTask(system, taskId, waitUntil) : await readTask(system, taskId)
  if (!state) return unknownTask(taskId)
  const results = await listResults(system, state.task, page, status)
  if (results === 'invalid-cursor') {
    return invalid([{ path: 'cursor', message: 'the cursor is not one of this list' }])
  }
  return { status: 200, body: { ...viewTask(state), ...pageBody(results, viewTaskResult) } }
})

export const cancelOneTask = endpoint({
  operationId: 'cancelTask',
  method: 'delete',
  path: '/tasks/{taskId}',
  tag,
  summary: 'Take back the calls of a task that wait',
  description: 'What is sent is sent, and the task ends when that has ended.',
  params: taskParams,
  role: 'operator',
  answers: { 200: { description: 'The task; its waiting calls are being taken back', body: taskSchema } },
  problems: ['unknown', 'not-running'],
}).answer(async ({ params: { taskId }, system }) => {
  const before = await readTask(system, taskId)
  const result = await cancelTask(system, taskId)
  if (!before || !result) return unknownTask(taskId)
  const { cancelled, state } = result
  if (cancelled || state.task.cancelledAt !== undefined)
    return {
      status: 200,
      body: viewTask(state),
      before: viewTask(before),
      unchanged: before.task.cancelledAt !== undefined,
    }
  return problem('not-running', `the task ended at ${state.task.endedAt}`)
})
