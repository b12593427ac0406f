import { commandLine, parentOf } from './process-info.ts'

const LOOK_MILLISECONDS = 250

/**
 * Calls once when the npm that runs this process as a script is gone. Killed by its id, npm takes its shell with it at the
 * best, and never what runs in the shell, which would go on and hold the port.
 */
export function whenAbandoned(then: () => void): void {
  if (!process.env.npm_lifecycle_event) return
  const parent = process.ppid
  const inShell = commandLine(parent)?.[1] === '-c'
  const npm = inShell ? parentOf(parent) : undefined
  const timer = setInterval(() => {
    if (process.ppid === parent && (npm === undefined || parentOf(parent) === npm)) return
    clearInterval(timer)
    then()
  }, LOOK_MILLISECONDS)
  timer.unref()
}
