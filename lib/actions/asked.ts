import type { CallRecord, CallStatus } from '../store/port.ts'

/** A call that ended so has not made the charge point do anything; one without an answer may have. */
const IN_VAIN: readonly CallStatus[] = ['Refused', 'Undelivered', 'Expired', 'Cancelled']

/** Whether a call has ended, and with it what it asked for, without a word of it in the answer. */
export function isInVain(call: Pick<CallRecord, 'status'> | undefined): boolean {
  return call !== undefined && IN_VAIN.includes(call.status)
}
