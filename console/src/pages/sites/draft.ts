import type { Schemas } from '../../api/client.ts'
import { filled, patchOf } from '../../components/merge-patch.ts'

/** As it is typed: an empty text is nothing. */
export interface Draft {
  name: string
  address: string
  latitude: string
  longitude: string
  timeZone: string
  note: string
}

export function draftOf(site: Schemas['Site'] | undefined): Draft {
  const { name = '', address = '', timeZone = '', note = '', location } = site ?? {}
  return {
    name,
    address,
    latitude: `${location?.latitude ?? ''}`,
    longitude: `${location?.longitude ?? ''}`,
    timeZone,
    note,
  }
}

/** Nothing, or both parts of it. */
export const isLocation = ({ latitude, longitude }: Draft): boolean =>
  (latitude === '') === (longitude === '') &&
  [latitude, longitude].every((degrees) => Number.isFinite(Number(degrees)))

function locationOf({ latitude, longitude }: Draft) {
  if (latitude === '' && longitude === '') return undefined
  return { latitude: Number(latitude), longitude: Number(longitude) }
}

export function registrationOf(siteId: string, draft: Draft): Schemas['NewSite'] {
  const { latitude: _, longitude: __, name, ...texts } = draft
  const location = locationOf(draft)
  return { ...filled({ siteId, ...texts }), name, ...(location ? { location } : {}) }
}

/** What differs, as a merge patch. A location is replaced as a whole. */
export function changeOf(before: Draft, draft: Draft): Schemas['SiteChange'] {
  const { latitude, longitude, ...texts } = draft
  const moved = latitude !== before.latitude || longitude !== before.longitude
  return {
    ...patchOf<Record<string, string>>({ ...before }, texts),
    ...(moved ? { location: locationOf(draft) ?? null } : {}),
  }
}
