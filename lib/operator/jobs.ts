import * as z from 'zod'
import { withoutUrlSecrets } from '../actions/secret-keys.ts'
import { jobNow } from '../central-system/jobs.ts'
import type { Job } from '../store/port.ts'
import { unknownChargePoint } from './charge-points.ts'
import { defined } from './defined.ts'
import { endpoint } from './endpoint.ts'
import { chargePointIdParam, chargePointParams, instant, maybe } from './fields.ts'
import { newestFirstQuery, pageBody, pageSchema } from './paging.ts'
import { problem } from './problem.ts'

const tag = 'Jobs'

const jobSchema = z
  .strictObject({
    chargePointId: z.string(),
    messageId: z.string().meta({ description: 'Of the call that asked for it' }),
    kind: z.enum(['firmware', 'signedFirmware', 'diagnostics', 'log']),
    status: z.string().meta({
      description: [
        'Requested: not answered yet. Otherwise what the charge point last said of it, or how it ended without a word:',
        'TimedOut, Superseded by another of its kind, TooLarge, NothingArrived, NothingToUpload, or the end of its call',
      ].join(' '),
      examples: ['Downloading'],
    }),
    steps: z
      .array(z.strictObject({ status: z.string(), at: instant('When it was reported') }))
      .meta({ description: 'All that was said of it, oldest first' }),
    requestId: maybe(z.int()).meta({ description: 'What the security whitepaper’s actions name it by' }),
    fileName: maybe(z.string()).meta({ description: 'What the charge point calls its file' }),
    location: maybe(z.string()).meta({
      description: 'Where it fetches from or sends to, if not a file here',
    }),
    fileId: maybe(z.string()).meta({ description: 'The file here that it fetches or sends; see /files' }),
    origin: maybe(z.string()).meta({ description: 'Who asked' }),
    createdAt: instant('When it was asked for'),
    deadline: instant('When it is given up if nothing is heard of it'),
    endedAt: maybe(instant('When it ended')),
  })
  .meta({ id: 'Job', description: 'An update or upload, which goes on after the charge point has answered' })

export const listJobs = endpoint({
  operationId: 'listJobs',
  method: 'get',
  path: '/charge-points/{chargePointId}/jobs',
  tag,
  summary: 'List the updates and uploads of a charge point',
  description: 'Newest first.',
  params: chargePointParams,
  query: newestFirstQuery,
  answers: { 200: { description: 'A page of jobs', body: pageSchema('JobPage', jobSchema) } },
  problems: ['unknown', 'invalid'],
}).answer(async ({ params: { chargePointId }, query, system }) => {
  const { items, ...page } = await system.store.listJobs(chargePointId, query)
  const known = items.length > 0 || (await system.store.getChargePoint(chargePointId))
  if (!known) return unknownChargePoint(chargePointId)
  const asOfNow = await Promise.all(items.map((job) => jobNow(system, job)))
  return { status: 200, body: pageBody({ ...page, items: asOfNow }, viewJob) }
})

export const readJob = endpoint({
  operationId: 'readJob',
  method: 'get',
  path: '/charge-points/{chargePointId}/jobs/{messageId}',
  tag,
  summary: 'Read how an update or upload goes',
  params: z.strictObject({
    chargePointId: chargePointIdParam,
    messageId: z.string().max(128).meta({ description: 'The messageId of the call that asked for it' }),
  }),
  answers: { 200: { description: 'The job', body: jobSchema, etag: true } },
  problems: ['unknown'],
}).answer(async ({ params: { chargePointId, messageId }, system }) => {
  const job = await system.store.getJob(chargePointId, messageId)
  if (job) return { status: 200, body: viewJob(await jobNow(system, job)) }
  return problem('unknown', `charge point ${chargePointId} has no job ${messageId}`)
})

function viewJob(job: Job): z.input<typeof jobSchema> {
  return defined({
    chargePointId: job.chargePointId,
    messageId: job.messageId,
    kind: job.kind,
    status: job.status,
    steps: job.steps.map(({ status, at }) => ({ status, at })),
    requestId: job.requestId,
    fileName: job.fileName,
    location: withoutUrlSecrets(job.location),
    fileId: job.fileId,
    origin: job.origin,
    createdAt: job.createdAt,
    deadline: job.deadline,
    endedAt: job.endedAt,
  })
}
