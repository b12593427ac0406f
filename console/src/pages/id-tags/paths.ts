/** The page of an id tag. */
export const idTagPath = (idTag: string): string => `/id-tags/${encodeURIComponent(idTag)}`
