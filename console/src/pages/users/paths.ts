/** The page of a user. */
export const userPath = (userId: string): string => `/users/${encodeURIComponent(userId)}`
