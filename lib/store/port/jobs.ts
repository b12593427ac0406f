import type { Page, PageRequest } from './page.ts'

export type JobKind = 'firmware' | 'signedFirmware' | 'diagnostics' | 'log'

/** Work a charge point does after it has answered: an update, an upload. Told of by status notifications. */
export interface Job {
  chargePointId: string
  /** Of the call that asked for it. */
  messageId: string
  kind: JobKind
  /** Requested: not answered yet. Otherwise the latest status notified, or the word of the answer. */
  status: string
  steps: { status: string; at: string }[]
  createdAt: string
  /** Silent until then, it is given up: TimedOut. */
  deadline: string
  endedAt?: string
  /** Of the whitepaper's actions, which name it. */
  requestId?: number
  /** The name the charge point gives its file. */
  fileName?: string
  /** Where it fetches from or sends to, unless it is a file of ours. */
  location?: string
  /** A file of ours. */
  fileId?: string
  origin?: string
}

export interface Jobs {
  /** Once: one that is on record stays as it is. */
  createJob(job: Job): Promise<void>
  getJob(chargePointId: string, messageId: string): Promise<Job | undefined>
  /** Newest first. */
  listJobs(chargePointId: string, page: PageRequest): Promise<Page<Job>>
  /** The latest of these kinds; with a requestId the one it names. */
  latestJob(chargePointId: string, kinds: readonly JobKind[], requestId?: number): Promise<Job | undefined>
  /**
   * Adds a step, unless the job has ended; `end`: with this step it does; `from`: only where this is its status. A step that is
   * the latest one already is no new one; of very many, the first ones and the latest are kept.
   */
  stepJob(
    chargePointId: string,
    messageId: string,
    step: { status: string; at: string },
    more?: { end?: true; fileName?: string; from?: string },
  ): Promise<Job | undefined>
}

export type FileKind = 'firmware' | 'diagnostics'

/** A file of ours: firmware that charge points fetch, diagnostics that they send. Its content is in the depot. */
export interface FileRecord {
  fileId: string
  kind: FileKind
  /** As it is shown; never a part of a path. */
  name: string
  /** Awaited: nobody has sent it yet, as far as we know. TooLarge: it was, and is gone. */
  status: 'Awaited' | 'Stored' | 'TooLarge'
  bytes?: number
  /** Whose diagnostics they are. */
  chargePointId?: string
  /** The call that asked for it. */
  messageId?: string
  origin?: string
  createdAt: string
}

export interface Files {
  createFile(file: FileRecord): Promise<void>
  getFile(fileId: string): Promise<FileRecord | undefined>
  updateFile(
    fileId: string,
    change: Partial<Pick<FileRecord, 'status' | 'bytes' | 'name'>>,
  ): Promise<FileRecord | undefined>
  deleteFile(fileId: string): Promise<boolean>
  /** Firmware, newest first. */
  listFirmware(page: PageRequest): Promise<Page<FileRecord>>
  /** What a charge point has sent, newest first. */
  listFilesOf(chargePointId: string, page: PageRequest): Promise<Page<FileRecord>>
}

/** Where the contents of files are: S3, or what stands in for it. URLs are good for a while, for whoever has them. */
export interface Depot {
  downloadUrl(fileId: string, options: { seconds: number; name?: string }): Promise<string>
  /** For a PUT of exactly so many `bytes`, where they are given. */
  uploadUrl(fileId: string, options: { seconds: number; bytes?: number }): Promise<string>
  /** How large it is; undefined where nothing is there. */
  sizeOf(fileId: string): Promise<number | undefined>
  remove(fileId: string): Promise<void>
}
