import { createHash, randomUUID } from 'node:crypto'
import { createWriteStream, mkdirSync, mkdtempSync, readdirSync, rmSync, type Stats } from 'node:fs'
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

const UNFINISHED = '.part'

/** The contents of buckets in a folder. A key's hash is its file's name: no key leads out of the folder. */
export class Objects {
  private readonly folder: string
  private readonly temporary: boolean

  /** Without a folder, in one that `stop` takes away. */
  constructor(folder: string | undefined) {
    this.temporary = folder === undefined
    this.folder = folder ?? mkdtempSync(join(tmpdir(), 'busbar-files-'))
    mkdirSync(this.folder, { recursive: true, mode: 0o700 })
    for (const name of readdirSync(this.folder)) {
      if (name.endsWith(UNFINISHED)) rmSync(join(this.folder, name))
    }
  }

  /** As it is now, whatever is written meanwhile. */
  async open(bucket: string, key: string): Promise<FileHandle | undefined> {
    try {
      return await open(this.file(bucket, key))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
  }

  /** All of it or nothing: what was there before stays until then. */
  async write(bucket: string, key: string, content: Readable): Promise<Stats> {
    const file = this.file(bucket, key)
    const unfinished = `${file}.${randomUUID()}${UNFINISHED}`
    try {
      await pipeline(content, createWriteStream(unfinished, { mode: 0o600 }))
      const stats = await stat(unfinished)
      await rename(unfinished, file)
      return stats
    } catch (error) {
      await rm(unfinished, { force: true })
      throw error
    }
  }

  remove(bucket: string, key: string): Promise<void> {
    return rm(this.file(bucket, key), { force: true })
  }

  stop(): void {
    if (this.temporary) rmSync(this.folder, { recursive: true, force: true })
  }

  private file(bucket: string, key: string): string {
    return join(this.folder, createHash('sha256').update(`${bucket}/${key}`).digest('hex'))
  }
}
