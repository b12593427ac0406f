import Badge from '@cloudscape-design/components/badge'
import Link from '@cloudscape-design/components/link'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Schemas } from '../../api/client.ts'
import { formatSpan } from '../../components/format.ts'
import type { ListingColumn } from '../../components/listing.tsx'
import type { FilterDefinition } from '../../components/listing-filter.tsx'
import {
  CONNECTOR_STATUSES,
  ConnectionStatus,
  ConnectorStatus,
  Registration,
} from '../../components/statuses.tsx'
import { Ago } from '../../components/time.tsx'
import { sitePath } from '../sites/paths.ts'
import { chargePointPath } from './paths.ts'

type ChargePoint = Schemas['ChargePoint']

export function useColumns(): ListingColumn<ChargePoint>[] {
  const { t } = useTranslation()
  return useMemo(
    () => [
      {
        id: 'chargePointId',
        header: t('chargePoints.id'),
        isRowHeader: true,
        cell: ({ chargePointId }) => <Link href={chargePointPath(chargePointId)}>{chargePointId}</Link>,
      },
      {
        id: 'connectionState',
        header: t('chargePoints.connectionState'),
        cell: ({ connectionState }) => <ConnectionStatus state={connectionState} />,
      },
      {
        id: 'connectors',
        header: t('chargePoints.connectors'),
        cell: (chargePoint) => <Connectors {...chargePoint} />,
      },
      {
        id: 'registrationStatus',
        header: t('chargePoints.registrationStatus'),
        cell: ({ registrationStatus }) => <Registration status={registrationStatus} />,
      },
      {
        id: 'lastSeenAt',
        header: t('chargePoints.lastSeenAt'),
        cell: ({ lastSeenAt }) => <Ago at={lastSeenAt} />,
      },
      {
        id: 'model',
        header: t('chargePoints.model'),
        cell: ({ boot }) => (boot ? `${boot.chargePointVendor} ${boot.chargePointModel}` : '–'),
      },
      {
        id: 'firmwareVersion',
        header: t('chargePoints.firmwareVersion'),
        cell: ({ boot }) => boot?.firmwareVersion ?? '–',
      },
      {
        id: 'siteId',
        header: t('chargePoints.site'),
        cell: ({ siteId }) => (siteId === undefined ? '–' : <Link href={sitePath(siteId)}>{siteId}</Link>),
      },
      { id: 'tags', header: t('chargePoints.tags'), cell: ({ tags = [] }) => <Tags tags={tags} /> },
    ],
    [t],
  )
}

export function Tags({ tags }: { tags: readonly string[] }) {
  if (tags.length === 0) return <>–</>
  return (
    <SpaceBetween direction="horizontal" size="xxs">
      {tags.map((tag) => (
        <Badge key={tag}>{tag}</Badge>
      ))}
    </SpaceBetween>
  )
}

/** Each with its status; the charge point as a whole only where something is wrong with it. */
function Connectors({ connectors }: Pick<ChargePoint, 'connectors'>) {
  const shown = connectors.filter(({ connectorId, status }) => connectorId > 0 || status === 'Faulted')
  if (shown.length === 0) return <>–</>
  return (
    <SpaceBetween direction="horizontal" size="s">
      {shown.map(({ connectorId, status }) => (
        <span key={connectorId} className="busbar-connector">
          {connectorId > 0 && <small>{connectorId}</small>} <ConnectorStatus status={status} />
        </span>
      ))}
    </SpaceBetween>
  )
}

/** Five minutes, an hour, a day, a week. */
const HEARD_WITHIN_SECONDS = [300, 3600, 24 * 3600, 7 * 24 * 3600]

export function useFilters(): FilterDefinition<ChargePoint>[] {
  const { t } = useTranslation()
  return useMemo(() => {
    const values = (list: readonly string[]) => list.map((value) => ({ value, label: value }))
    return [
      { name: 'prefix', label: t('chargePoints.id'), operator: '^' },
      {
        name: 'connectionState',
        label: t('chargePoints.connectionState'),
        values: (['online', 'stale', 'offline'] as const).map((value) => ({
          value,
          label: t(`connection.${value}`),
        })),
      },
      {
        name: 'connectorStatus',
        label: t('chargePoints.connectorStatus'),
        values: values(CONNECTOR_STATUSES),
      },
      {
        name: 'registrationStatus',
        label: t('chargePoints.registrationStatus'),
        values: values(['Accepted', 'Pending', 'Rejected']),
      },
      {
        name: 'heardWithin',
        label: t('chargePoints.heardWithin'),
        values: HEARD_WITHIN_SECONDS.map((seconds) => ({
          value: `${seconds}`,
          label: formatSpan(seconds * 1000),
        })),
      },
      { name: 'vendor', label: t('chargePoints.vendor'), suggest: ({ boot }) => [boot?.chargePointVendor] },
      { name: 'model', label: t('chargePoints.model'), suggest: ({ boot }) => [boot?.chargePointModel] },
      {
        name: 'firmwareVersion',
        label: t('chargePoints.firmwareVersion'),
        suggest: ({ boot }) => [boot?.firmwareVersion],
      },
      { name: 'siteId', label: t('chargePoints.site'), suggest: ({ siteId }) => [siteId] },
      { name: 'tag', label: t('chargePoints.tag'), suggest: ({ tags = [] }) => tags },
    ]
  }, [t])
}
