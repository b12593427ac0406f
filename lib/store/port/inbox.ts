import type { Page, PageRequest } from './page.ts'

/** A charge point that dialled in, or a tag that was presented, without being registered. */
export interface Unknown {
  id: string
  attempts: number
  firstAt: string
  lastAt: string
  /** Where it was last seen: the caller's address, or the charge point that read the tag. */
  from?: string
}

export type InboxKind = 'charge-point' | 'id-tag'

export interface Inbox {
  rememberUnknown(kind: InboxKind, id: string, at: string, from?: string): Promise<void>
  listUnknown(kind: InboxKind, page: PageRequest): Promise<Page<Unknown>>
  getUnknown(kind: InboxKind, id: string): Promise<Unknown | undefined>
  /** What is forgotten, if there was anything. */
  forgetUnknown(kind: InboxKind, id: string): Promise<Unknown | undefined>
}
