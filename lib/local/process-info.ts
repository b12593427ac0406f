import { readFileSync } from 'node:fs'

/** Whether a process with this id runs, whoever it belongs to. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Its arguments, where the system tells (Linux). */
export function commandLine(pid: number): string[] | undefined {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1)
  } catch {
    return undefined
  }
}

/** When it was started, in the system's own count: with the id it names one process for good. Linux only. */
export const startedAt = (pid: number): string | undefined => statOf(pid)?.[19]

/** The process that started it, or took it over. Linux only. */
export const parentOf = (pid: number): string | undefined => statOf(pid)?.[1]

/** The fields of its status behind its name, which alone may hold blanks. */
function statOf(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}

export const wait = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds)
  })

/** True once the process is gone; false if it is still there after so long. */
export async function gone(pid: number, milliseconds: number): Promise<boolean> {
  for (const end = Date.now() + milliseconds; Date.now() < end; await wait(20)) {
    if (!isAlive(pid)) return true
  }
  return !isAlive(pid)
}
