export type Log = (line: string) => void

export const logToStderr: Log = (line) => void process.stderr.write(`${line}\n`)

export const silent: Log = () => {}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** A failure that the person at the keyboard can mend: shown as its message alone, without a stack. */
export class UserError extends Error {
  override name = 'UserError'
}

/** What is wanted belongs to another process, which may be about to end. */
export class InUseError extends UserError {
  override name = 'InUseError'
}
