import type { Outcome } from '../protocol.ts'

/** By then the page has heard of what it has asked for. */
const TOLD_MS = 2_000

/** A value that is chosen here and kept by the station. Until the page is told of it, what it is told is from before. */
export function chosen<T extends string | boolean>(first: T, show: (value: T) => void) {
  let told = first
  let wanted: { value: T } | undefined
  const again = () => show(wanted?.value ?? told)
  return {
    /** Shows what counts. */
    again,
    async choose(value: T, asked: Promise<Outcome>): Promise<void> {
      const own = { value }
      wanted = own
      const forget = () => {
        if (wanted === own) wanted = undefined
        again()
      }
      const { ok } = await asked
      // Another page may have chosen otherwise, so that what was chosen here is never told of.
      if (ok) setTimeout(forget, TOLD_MS)
      else forget()
    },
    tell(value: T): void {
      told = value
      if (wanted?.value === value) wanted = undefined
      again()
    },
  }
}
