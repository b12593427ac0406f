import { toChargePoint } from '../charge-points.ts'
import { keys, partitions } from '../keys.ts'
import { toLive } from '../live-record.ts'
import { pageOfRows } from '../paging.ts'
import type { ChargePointListFilter, ListedChargePoint, Page, PageRequest } from '../port.ts'
import type { Item, Key, Query, TableClient } from '../table-client.ts'
import { pageOfPlaces } from './page.ts'
import { lists, ONLINE } from './places.ts'

type Place = { list: string } & Pick<Query, 'prefix' | 'from' | 'to'>

export function pageOfChargePoints(
  table: TableClient,
  filter: ChargePointListFilter,
  page: PageRequest,
  holds: (listed: ListedChargePoint) => boolean,
): Promise<Page<ListedChargePoint>> {
  const wanted = (item: Item | undefined, live: Item | undefined) => {
    if (!item) return undefined
    const listed = { chargePoint: toChargePoint(item), live: live && toLive(live) }
    return matches(filter, listed) && holds(listed) ? listed : undefined
  }
  const newestFirst = filter.descending ?? false
  const place = placeOf(filter)
  if (place)
    return pageOfPlaces(table, { ...place, newestFirst }, page, async (records) => {
      const found = await table.getMany([...records, ...livesOf(records)], { consistent: true })
      return records.map((_, position) => wanted(found[position], found[position + records.length]))
    })
  const { prefix } = filter
  const all = {
    index: 'list',
    partition: partitions.chargePoints,
    newestFirst,
    ...(prefix === undefined ? {} : { prefix }),
  } as const
  return pageOfRows(table, all, page, async (rows) => {
    const lives = await table.getMany(livesOf(rows))
    return rows.map((row, position) => wanted(row, lives[position]))
  })
}

export function pageOfConnected(table: TableClient, page: PageRequest): Promise<Page<ListedChargePoint>> {
  const place = { list: lists.chargePoints.heard(), prefix: `${ONLINE}#` }
  return pageOfPlaces(table, place, page, async (records) => {
    const found = await table.getMany([...records, ...livesOf(records)])
    return records.map((_, position) => {
      const item = found[position]
      const live = found[position + records.length]
      if (!item || !live?.connection) return undefined
      return { chargePoint: toChargePoint(item), live: toLive(live) }
    })
  })
}

const livesOf = (of: Key[]): Key[] => of.map(({ pk }) => ({ pk, sk: keys.live('').sk }))

/** Which list is read: of those that are asked for, the one that is likely to be the shortest. Undefined: that of all. */
function placeOf(filter: ChargePointListFilter): Place | undefined {
  const { stale, siteId, tag, registrationStatus, connectorStatus, firmwareVersion, model, vendor, prefix } =
    filter
  const { chargePoints: of } = lists
  const names = [
    stale && of.stale(),
    siteId === undefined ? undefined : of.site(siteId),
    tag === undefined ? undefined : of.tag(tag),
    registrationStatus && registrationStatus !== 'Accepted'
      ? of.registrationStatus(registrationStatus)
      : undefined,
    connectorStatus === undefined || connectorStatus === 'Available'
      ? undefined
      : of.connectorStatus(connectorStatus),
    firmwareVersion === undefined ? undefined : of.firmwareVersion(firmwareVersion),
    model === undefined ? undefined : of.model(model),
    vendor === undefined ? undefined : of.vendor(vendor),
    connectorStatus === undefined ? undefined : of.connectorStatus(connectorStatus),
  ]
  const list = names.find((name) => name !== undefined)
  if (list !== undefined) return { list, ...(prefix === undefined ? {} : { prefix }) }
  if (filter.connected !== undefined || filter.heardSince !== undefined) return heardPlace(filter)
  if (registrationStatus === undefined) return undefined
  return { list: of.registrationStatus(registrationStatus), ...(prefix === undefined ? {} : { prefix }) }
}

function heardPlace({ connected, heardSince, prefix = '' }: ChargePointListFilter): Place {
  const list = lists.chargePoints.heard()
  if (connected) return { list, prefix: `${ONLINE}#${prefix}` }
  return {
    list,
    ...(heardSince === undefined ? {} : { from: heardSince }),
    ...(connected === false ? { to: ONLINE } : {}),
  }
}

function matches(filter: ChargePointListFilter, { chargePoint, live }: ListedChargePoint): boolean {
  const { registrationStatus, siteId, tags = [], boot, chargePointId } = chargePoint
  const { prefix = '', tag, connected, heardSince, connectorStatus } = filter
  const is = (wanted: string | undefined, actual: string | undefined) =>
    wanted === undefined || wanted === actual
  return (
    chargePointId.startsWith(prefix) &&
    is(filter.registrationStatus, registrationStatus) &&
    is(filter.siteId, siteId) &&
    is(filter.vendor, boot?.chargePointVendor) &&
    is(filter.model, boot?.chargePointModel) &&
    is(filter.firmwareVersion, boot?.firmwareVersion) &&
    (tag === undefined || tags.includes(tag)) &&
    (connected === undefined || connected === (live?.connection !== undefined)) &&
    (heardSince === undefined || (live?.lastSeenAt ?? '') >= heardSince) &&
    (connectorStatus === undefined ||
      Object.values(live?.connectors ?? {}).some(({ status }) => status?.status === connectorStatus))
  )
}
