import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { asNumber, asObject, asText, parseJson } from './json.ts'
import { isAlive, startedAt } from './process-info.ts'

/** A file that names the one process that may. It is free when it is missing, or when that process is dead. */
export class LockFile {
  private readonly path: string

  constructor(path: string) {
    this.path = path
  }

  /** Takes the lock, or gives the id of the process that has it. */
  acquire(): number | undefined {
    const mine = JSON.stringify({ pid: process.pid, started: startedAt(process.pid) })
    for (;;) {
      try {
        writeFileSync(this.path, mine, { flag: 'wx' })
        return undefined
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      }
      const owner = this.owner()
      if (owner !== undefined) return owner
      rmSync(this.path, { force: true })
    }
  }

  release(): void {
    rmSync(this.path, { force: true })
  }

  /** The number of a dead process may have passed to another one, which then has another beginning. */
  private owner(): number | undefined {
    let text: string
    try {
      text = readFileSync(this.path, 'utf8')
    } catch {
      return undefined
    }
    const { pid, started } = asObject(parseJson(text))
    const owner = asNumber(pid)
    if (owner === undefined || !isAlive(owner)) return undefined
    const known = asText(started)
    return known === undefined || known === startedAt(owner) ? owner : undefined
  }
}
