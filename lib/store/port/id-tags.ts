import type { Page, PageRequest } from './page.ts'

/** §7.27. `status` is the verdict, final for the transaction it was given to. */
export interface IdTagInfo {
  status: 'Accepted' | 'Blocked' | 'Expired' | 'Invalid' | 'ConcurrentTx'
  expiryDate?: string
  parentIdTag?: string
}

export interface IdTag {
  /** As the operator wrote it; compared without case (§7 CiString20). */
  idTag: string
  parentIdTag?: string
  expiryDate?: string
  blocked: boolean
  /** How many transactions it may have at once; 0 forbids all, -1 sets no limit. */
  maxActiveTransactions: number
  /** Whose it is. */
  userId?: string
  /** Where it may charge: at any of these sites, or at any of these charge points; without both, everywhere. */
  allowedSites?: string[]
  allowedChargePoints?: string[]
  note?: string
  createdAt: string
  updatedAt: string
  version: number
}

export type IdTagChange = {
  [K in
    | 'parentIdTag'
    | 'expiryDate'
    | 'blocked'
    | 'maxActiveTransactions'
    | 'userId'
    | 'allowedSites'
    | 'allowedChargePoints'
    | 'note']?: IdTag[K] | null
}

/** All that are given must hold. */
export interface IdTagFilter {
  /** What it begins with, whatever its case. */
  prefix?: string
  parentIdTag?: string
  userId?: string
  blocked?: boolean
  /** Whether it is expired at an instant. */
  expired?: { is: boolean; at: string }
  inTransaction?: boolean
  descending?: boolean
}

export interface IdTags {
  createIdTag(idTag: IdTag): Promise<'created' | 'exists'>
  /** `active`: the transactions that occupy the tag now. */
  getIdTag(idTag: string): Promise<{ idTag: IdTag; active: number[] } | undefined>
  /**
   * Without case, in their own order; by expiry, where nothing but that is asked for. A page may be short, and still have
   * a cursor.
   */
  listIdTags(filter: IdTagFilter, page: PageRequest): Promise<Page<IdTag>>
  updateIdTag(
    idTag: string,
    change: IdTagChange,
    at: string,
    version?: number,
  ): Promise<IdTag | 'unknown' | 'changed'>
  deleteIdTag(idTag: string, version?: number): Promise<'deleted' | 'unknown' | 'changed'>
  /**
   * Counts the transaction among the tag's active ones unless `max` others are there already; they come back then, with
   * the instant at which the latest of them came.
   */
  occupyIdTag(
    idTag: string,
    transactionId: number,
    max: number,
    at: string,
  ): Promise<'occupied' | { others: number[]; latestAt: string }>
  releaseIdTag(idTag: string, transactionId: number): Promise<void>
}
