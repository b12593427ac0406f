const NO = /^(Rejected|Failed|Faulted|NotSupported|NotImplemented|Unknown|UnlockFailed)/

/** The `status` of an answer, where it has one. */
export function statusOf(response: unknown): string | undefined {
  const status = (response as { status?: unknown } | null | undefined)?.status
  return typeof status === 'string' ? status : undefined
}

/** Whether an answer says no: it is an answer all the same. */
export const isDeclined = (response: unknown): boolean => NO.test(statusOf(response) ?? '')
