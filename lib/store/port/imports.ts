import type { Page, PageRequest } from './page.ts'

export type ImportKind = 'charge-points' | 'id-tags'

/** create: what is registered with other properties stays, and the row fails. upsert: it is given those of the row. */
export type ImportMode = 'create' | 'upsert'

/** Many charge points or id tags, registered row by row. */
export interface Import {
  importId: string
  kind: ImportKind
  mode: ImportMode
  origin?: string
  role?: string
  /** What it registers or edits has this instant as its own: whoever goes on with it can tell what is done. */
  createdAt: string
  /** What has not been taken by then fails. */
  deadline: string
  rows: number
  batches: number
  cancelledAt?: string
  endedAt?: string
  /** How it ended. */
  counts?: ImportCounts
}

export interface ImportCounts {
  created: number
  updated: number
  unchanged: number
  failed: number
  cancelled: number
}

export interface RowError {
  /** 1 is the first. */
  row: number
  /** The identity or the tag, as far as there is one. */
  id?: string
  message: string
  issues?: { path: string; message: string }[]
}

export interface Imports {
  createImport(record: Import): Promise<void>
  getImport(importId: string): Promise<Import | undefined>
  /** Newest first. */
  listImports(page: PageRequest): Promise<Page<Import>>
  /** The first time; undefined where there is no such import, or it has ended. */
  cancelImport(importId: string, at: string): Promise<Import | undefined>
  /** The first time; what it ended with stays. */
  endImport(importId: string, end: { endedAt: string; counts: ImportCounts }): Promise<void>
  /** Keeps sealed rows until they are taken, or until a day after an instant. */
  keepRows(importId: string, batch: number, sealed: Uint8Array, until: string): Promise<void>
  sealedRows(importId: string, batch: number): Promise<Uint8Array | undefined>
  /** Notes what became of a batch, the first time, and destroys its rows. */
  closeRows(
    importId: string,
    batch: number,
    outcome: { counts: ImportCounts; errors: RowError[]; at: string },
  ): Promise<void>
  /** What became of the batches that are done. */
  listOutcomes(importId: string): Promise<{ batch: number; counts: ImportCounts }[]>
  /** In the order of the rows. */
  listRowErrors(importId: string, page: PageRequest): Promise<Page<RowError>>
}
