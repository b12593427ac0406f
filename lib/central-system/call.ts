import { type CallRecord, CLOSED_STATUSES } from '../store/port.ts'

export function isClosed(call: CallRecord): boolean {
  return CLOSED_STATUSES.some((status) => status === call.status)
}

/**
 * The call as of now: its end does not wait for anyone to write it down. One that was sent and not answered by its
 * deadline is TimedOut, one that still waits when it expires is Expired.
 */
export function asOf(call: CallRecord, now: string): CallRecord {
  if (call.status === 'Sent' && call.deadline !== undefined && call.deadline < now) {
    return { ...call, status: 'TimedOut', closedAt: call.deadline, error: TIMED_OUT }
  }
  if (call.status === 'Queued' && call.expiresAt < now) {
    return { ...call, status: 'Expired', closedAt: call.expiresAt, error: EXPIRED }
  }
  return call
}

export const TIMED_OUT = { code: 'TimedOut', description: 'the charge point did not answer in time' }
export const EXPIRED = {
  code: 'Expired',
  description: 'the call expired while it waited for the charge point',
}
export const UNSENT = { code: 'Undelivered', description: 'the call could not be sent' }
export const GONE = { code: 'Undelivered', description: 'the connection of the charge point is closed' }
