import type { FileRecord, Job, JobKind, Store } from '../store/port.ts'
import type { AnswerContext, BeginContext, Composed, SettleContext } from './action.ts'
import { isInVain } from './asked.ts'
import { fileIdOf, shownName, UNNAMED } from './files.ts'
import { randomId } from './random-id.ts'

/** How long a charge point may be silent about its work, from when it may begin. */
const SILENCE_MILLISECONDS = 24 * 3600_000

interface JobWish {
  kind: JobKind
  location: string
  /** The charge point is to wait until then. */
  notBefore?: string | undefined
  requestId?: number
}

/** Puts the work on record that a call asks for. */
export async function beginJob(
  { store, chargePointId, messageId, origin, now }: BeginContext,
  { kind, location, notBefore = now, requestId }: JobWish,
): Promise<void> {
  const fileId = fileIdOf(location)
  const from = Math.max(Date.parse(now), Date.parse(notBefore))
  await store.createJob({
    chargePointId,
    messageId,
    kind,
    status: 'Requested',
    steps: [],
    createdAt: now,
    deadline: new Date(from + SILENCE_MILLISECONDS).toISOString(),
    ...(requestId === undefined ? {} : { requestId }),
    ...(fileId === undefined ? { location: withoutCredentials(location) } : { fileId }),
    ...(origin === undefined ? {} : { origin }),
  })
}

/** Jobs are shown in lists: a location is, without the user name and the password that it may have. */
function withoutCredentials(location: string): string {
  return location.replace(/^([^/]*\/\/)[^/]*@/, '$1')
}

/** The whitepaper's requests have an id, by which their notifications name them. */
export function withRequestId(payload: Record<string, unknown>): Composed {
  if (payload.requestId !== undefined) return { payload }
  return { payload: { ...payload, requestId: randomId() }, composed: true }
}

/** What the answer says of the work: it will be done, there is nothing to do, or it is refused. */
type JobAnswer =
  | { outcome: 'accepted'; fileName?: string | undefined }
  | { outcome: 'nothing' }
  | { outcome: 'refused'; status: string }

/** Work that is accepted takes the place of what was under way of its kind. */
export async function settleJob(
  { store, chargePointId, messageId, settledAt: at }: SettleContext,
  answer: JobAnswer,
): Promise<void> {
  const job = await store.getJob(chargePointId, messageId)
  if (!job) return
  if (answer.outcome === 'accepted') await nameFile(store, job, answer.fileName)
  if (job.endedAt !== undefined) return
  const step = (status: string, more?: { end?: true; fileName?: string; from?: string }) =>
    store.stepJob(chargePointId, messageId, { status, at }, more)
  if (answer.outcome === 'refused') {
    await step(answer.status, { end: true })
    return
  }
  if (answer.outcome === 'accepted') await supersedeEarlier(store, job, at)
  // A notification may be faster than the answer, and then tells more.
  const from = 'Requested'
  if (answer.outcome === 'nothing') {
    await step('NothingToUpload', { end: true, from })
    return
  }
  const more = answer.fileName === undefined ? {} : { fileName: answer.fileName }
  const stepped = await step('Accepted', { ...more, from })
  if (stepped && stepped.fileName !== answer.fileName) await step(stepped.status, more)
}

/** By the answer alone: what arrived may have been told of before. */
async function nameFile(store: Store, { fileId, kind }: Job, name: string | undefined): Promise<void> {
  if (fileId !== undefined && kind === 'diagnostics' && name !== undefined)
    await store.updateFile(fileId, { name: shownName(name, UNNAMED) })
}

/** A look at so many of the latest jobs finds those that are under way. */
const RECENT = 20

async function supersedeEarlier(store: Store, job: Job, at: string): Promise<void> {
  const { items } = await store.listJobs(job.chargePointId, { limit: RECENT })
  for (const each of items) {
    if (each.kind !== job.kind || each.endedAt !== undefined || !isEarlier(each, job)) continue
    await store.stepJob(each.chargePointId, each.messageId, { status: 'Superseded', at }, { end: true })
  }
}

function isEarlier(one: Job, other: Job): boolean {
  if (one.messageId === other.messageId) return false
  return one.createdAt < other.createdAt || (one.createdAt === other.createdAt && one.status !== 'Requested')
}

/** Nothing comes after these (§7.24, §7.25, whitepaper). */
const LAST_STATUSES: ReadonlySet<string> = new Set([
  'BadMessage',
  'DownloadFailed',
  'InstallationFailed',
  'Installed',
  'InstallVerificationFailed',
  'InvalidSignature',
  'NotSupportedOperation',
  'PermissionDenied',
  'Uploaded',
  'UploadFailed',
  'UploadFailure',
])

/** A charge point tells how far its work is. Idle is no step of it: it only answers a TriggerMessage. */
export async function reportProgress(
  context: AnswerContext,
  { kind, status, requestId }: { kind: JobKind; status: string; requestId?: number | undefined },
): Promise<void> {
  if (status === 'Idle') return
  const { store, chargePointId, receivedAt: at } = context
  const job = await jobUnderWay(context, kind, requestId)
  if (!job) return
  const isLast = LAST_STATUSES.has(status)
  // What was sent may be there whatever is said of it; firmware was there before.
  const awaited = isLast && kind === 'diagnostics' ? job.fileId : undefined
  const found = awaited === undefined ? undefined : await takeFile(context, awaited)
  const reached = (status === 'Uploaded' && found) || status
  await store.stepJob(
    chargePointId,
    job.messageId,
    { status: reached, at },
    isLast ? { end: true as const } : {},
  )
}

/**
 * The latest that has not ended and was asked for; with an id, that of this id. One whose answer is still to come is meant
 * only where no other is under way.
 */
async function jobUnderWay(
  { store, chargePointId, receivedAt }: AnswerContext,
  kind: JobKind,
  requestId: number | undefined,
): Promise<Job | undefined> {
  const latest = await store.latestJob(chargePointId, [kind], requestId)
  if (!latest || (latest.endedAt === undefined && latest.status !== 'Requested')) return latest
  let unanswered: Job | undefined
  const { items } = await store.listJobs(chargePointId, { limit: RECENT })
  for (const job of items) {
    if (job.kind !== kind || job.endedAt !== undefined) continue
    if (requestId !== undefined && job.requestId !== requestId) continue
    if (job.status !== 'Requested') return job
    const call = await store.getCall(chargePointId, job.messageId)
    if (!call || call.status === 'Queued' || isInVain(call)) continue
    if (call.status !== 'Sent' || (call.deadline ?? '') < receivedAt) return job
    unanswered ??= job
  }
  return unanswered
}

/** What came of a file of ours that was to be uploaded. The notification is answered even where the depot cannot say. */
async function takeFile(
  { store, depot, settings }: AnswerContext,
  fileId: string,
): Promise<'TooLarge' | 'NothingArrived' | undefined> {
  const bytes = await depot.sizeOf(fileId).catch(() => 'unsure' as const)
  if (bytes === 'unsure') return undefined
  if (bytes === undefined) return 'NothingArrived'
  const tooLarge = bytes > settings.fileMaxBytes
  if (tooLarge) await depot.remove(fileId).catch(() => undefined)
  const status: FileRecord['status'] = tooLarge ? 'TooLarge' : 'Stored'
  await store.updateFile(fileId, { status, bytes })
  return tooLarge ? 'TooLarge' : undefined
}
