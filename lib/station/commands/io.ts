import type { Time } from '../time.ts'

/** What the command line sees of its process. */
export interface Io {
  write(text: string): void
  writeError(text: string): void
  env: Readonly<Record<string, string | undefined>>
  isTty: boolean
  /** Hears single keys until the function returned is called; absent without a keyboard. */
  keyboard?: (onKey: (key: string) => void) => () => void
  /** Calls back when the process is asked to end. */
  onInterrupt(listen: () => void): void
  /** A token for the operator API of the central system at this address, for that client or the one known here. */
  token(url: string, clientId: string | undefined, clientSecret: string | undefined): Promise<string>
  time?: Time
}

export const INTERRUPTED = 130
/** What could not be tried at all. */
export const BROKEN = 2
