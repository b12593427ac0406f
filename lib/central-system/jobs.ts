import type { Job } from '../store/port.ts'
import { isClosed } from './call.ts'
import { recordedCall } from './request.ts'
import type { CentralSystem } from './system.ts'

/** The job as of now: a call that was never answered ends it, and so does a silence that lasts beyond its deadline. */
export async function jobNow(system: CentralSystem, job: Job): Promise<Job> {
  if (job.endedAt !== undefined) return job
  if (job.status === 'Requested') {
    const call = await recordedCall(system, job.chargePointId, job.messageId)
    if (call && isClosed(call) && call.status !== 'Answered' && call.status !== 'TimedOut')
      return { ...job, status: call.status, endedAt: call.closedAt ?? job.deadline }
  }
  return job.deadline < system.clock().toISOString()
    ? { ...job, status: 'TimedOut', endedAt: job.deadline }
    : job
}
