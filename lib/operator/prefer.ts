/** API Gateway gives up on a request after 30 seconds. */
const MAX_WAIT_SECONDS = 25

/** The seconds of `Prefer: wait=N` (RFC 7240 §4.3). A preference that makes no sense is as good as none. */
export function readWait(header: string | undefined): number | undefined {
  for (const preference of (header ?? '').split(',')) {
    const match = /^\s*wait\s*=\s*(?:"(\d{1,9})"|(\d{1,9}))\s*(?:;.*)?$/i.exec(preference)
    if (match) return Math.min(Number(match[1] ?? match[2]), MAX_WAIT_SECONDS)
  }
  return undefined
}
