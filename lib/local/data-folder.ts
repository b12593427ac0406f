import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { LockFile } from './lock-file.ts'
import { InUseError, messageOf, UserError } from './log.ts'

/** Where a local Busbar keeps what must outlive it. One process at a time: it is locked until released or dead. */
export class DataFolder {
  readonly path: string
  private readonly lock: LockFile

  constructor(path: string) {
    this.path = resolve(path)
    this.lock = new LockFile(join(this.path, 'lock'))
    const owner = this.open()
    if (owner === undefined) return
    throw new InUseError(
      `The data folder ${this.path} is in use by process ${owner}. ` +
        'End that one first, or set BUSBAR_DATA to another folder',
    )
  }

  file(name: string): string {
    return join(this.path, name)
  }

  release(): void {
    this.lock.release()
  }

  private open(): number | undefined {
    try {
      mkdirSync(this.path, { recursive: true, mode: 0o700 })
      return this.lock.acquire()
    } catch (error) {
      throw new UserError(`Cannot use the data folder ${this.path}: ${messageOf(error)}`)
    }
  }
}
