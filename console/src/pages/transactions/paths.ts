/** The page of a transaction. */
export const transactionPath = (transactionId: number): string => `/transactions/${transactionId}`
