import type { Page, PageRequest } from './page.ts'

/** Where charge points stand. */
export interface Site {
  siteId: string
  name: string
  address?: string
  /** Degrees, WGS 84. */
  location?: { latitude: number; longitude: number }
  /** Of the IANA database: `Europe/Amsterdam`. */
  timeZone?: string
  note?: string
  createdAt: string
  updatedAt: string
  version: number
}

export type SiteChange = {
  [K in 'name' | 'address' | 'location' | 'timeZone' | 'note']?: Site[K] | null
}

export interface SiteFilter {
  /** What the name begins with, whatever its case. */
  namePrefix?: string
  descending?: boolean
}

export interface Sites {
  createSite(site: Site): Promise<'created' | 'exists'>
  getSite(siteId: string): Promise<Site | undefined>
  /** By name, without case. */
  listSites(filter: SiteFilter, page: PageRequest): Promise<Page<Site>>
  /** Applies the change if `version`, when given, is still the record's own. `null` removes a property. */
  updateSite(
    siteId: string,
    change: SiteChange,
    at: string,
    version?: number,
  ): Promise<Site | 'unknown' | 'changed'>
  /** Nothing else goes with it: who refers to it is for the caller to look after. */
  deleteSite(siteId: string, version?: number): Promise<'deleted' | 'unknown' | 'changed'>
}
