/** The page of a site. */
export const sitePath = (siteId: string): string => `/sites/${encodeURIComponent(siteId)}`
