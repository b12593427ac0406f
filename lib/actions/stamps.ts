import type { Live, TransactionStamps } from '../store/port.ts'

/** What a transaction is found by later on, whatever becomes of the tag and the charge point. */
export const stampsOf = ({ siteId }: Live, userId: string | undefined): TransactionStamps => ({
  ...(userId === undefined ? {} : { userId }),
  ...(siteId === undefined ? {} : { siteId }),
})
