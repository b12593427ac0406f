import type { ChargePoint, Live } from '../port.ts'
import { type Listing, merged } from './listing.ts'
import { lists, NEVER, ONLINE } from './places.ts'

/** Where a charge point is listed, and what it is counted as: by its record, and by the live one beside it. */
export function chargePointListing(chargePoint: ChargePoint, live: Live | undefined): Listing {
  return merged(recordListing(chargePoint), liveListing(chargePoint.chargePointId, live))
}

export function recordListing({
  chargePointId: order,
  registrationStatus,
  siteId,
  tags = [],
  boot,
}: ChargePoint): Listing {
  const { chargePointVendor, chargePointModel, firmwareVersion } = boot ?? {}
  const { chargePoints: of } = lists
  const names = [
    of.registrationStatus(registrationStatus),
    ...(chargePointVendor === undefined ? [] : [of.vendor(chargePointVendor)]),
    ...(chargePointModel === undefined ? [] : [of.model(chargePointModel)]),
    ...(firmwareVersion === undefined ? [] : [of.firmwareVersion(firmwareVersion)]),
    ...(siteId === undefined ? [] : [of.site(siteId)]),
    ...tags.map(of.tag),
  ]
  return {
    places: names.map((list) => ({ list, order })),
    counts: { chargePoints: 1, [`chargePoints.${registrationStatus}`]: 1 },
  }
}

/**
 * While it is connected, the instant it was last heard of counts by its day alone: a heartbeat changes nothing here, but
 * the first of a day.
 */
export function liveListing(chargePointId: string, live: Live | undefined): Listing {
  const { lastSeenAt, connection, stale, connectors = {} } = live ?? {}
  const statuses = Object.entries(connectors).flatMap(([connectorId, { status }]) =>
    status ? [{ connectorId, status: status.status }] : [],
  )
  const heard = `${connection ? ONLINE : (lastSeenAt ?? NEVER)}#${chargePointId}`
  const counts: Listing['counts'] = {
    [`heard.${lastSeenAt?.slice(0, 10) ?? 'never'}`]: 1,
    ...(connection ? { online: 1 } : {}),
    ...(stale ? { stale: 1 } : {}),
  }
  // Connector 0 is the charge point itself.
  for (const { status } of statuses.filter(({ connectorId }) => connectorId !== '0'))
    counts[`connectors.${status}`] = (counts[`connectors.${status}`] ?? 0) + 1
  return {
    places: [
      { list: lists.chargePoints.heard(), order: heard },
      ...(stale ? [{ list: lists.chargePoints.stale(), order: chargePointId }] : []),
      ...[...new Set(statuses.map(({ status }) => status))].map((status) => ({
        list: lists.chargePoints.connectorStatus(status),
        order: chargePointId,
      })),
    ],
    counts,
  }
}
