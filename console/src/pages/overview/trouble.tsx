import Box from '@cloudscape-design/components/box'
import Header from '@cloudscape-design/components/header'
import Link from '@cloudscape-design/components/link'
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator'
import Table from '@cloudscape-design/components/table'
import { useQuery } from '@tanstack/react-query'
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import { bodyOf, type Client, type Schemas } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { useClient, useRefresh } from '../../app/services.tsx'
import { ProblemAlert } from '../../components/problem.tsx'
import { Ago } from '../../components/time.tsx'
import { chargePointPath } from '../charge-points/paths.ts'

type ChargePoint = Schemas['ChargePoint']

const KINDS = ['faulted', 'stale', 'pending', 'offline'] as const
type Kind = (typeof KINDS)[number]

const QUERIES: Record<Kind, object> = {
  faulted: { connectorStatus: 'Faulted' },
  stale: { connectionState: 'stale' },
  pending: { registrationStatus: 'Pending' },
  // The last to be heard of first: those that have just gone.
  offline: { connectionState: 'offline', order: 'desc' },
}

const LOOKS: Record<Kind, StatusIndicatorProps.Type> = {
  faulted: 'error',
  stale: 'warning',
  pending: 'pending',
  offline: 'stopped',
}

const SHOWN_OF_EACH = 5

interface Row {
  kind: Kind
  chargePoint: ChargePoint
}

/** The charge points that want looking after, the worst first. */
export function Trouble({ overview }: { overview: Schemas['Overview'] }) {
  const { t } = useTranslation()
  const client = useClient()
  const refetchInterval = useRefresh(20)
  const {
    data: rows = [],
    isPending,
    error,
    refetch,
  } = useQuery({
    queryKey: [...keys.chargePoints, 'trouble'],
    queryFn: ({ signal }) => inTrouble(client, signal),
    refetchInterval,
    enabled: overview.chargePoints.total > 0,
  })
  if (overview.chargePoints.total === 0) return null
  return (
    <Table<Row>
      variant="container"
      header={<Header variant="h2">{t('overview.trouble')}</Header>}
      items={rows}
      loading={isPending}
      loadingText={t('common.loading')}
      trackBy={({ chargePoint }) => chargePoint.chargePointId}
      ariaLabels={{ tableLabel: t('overview.trouble') }}
      wrapLines
      columnDefinitions={[
        {
          id: 'chargePoint',
          header: t('chargePoints.id'),
          isRowHeader: true,
          cell: ({ chargePoint: { chargePointId } }) => (
            <Link href={chargePointPath(chargePointId)}>{chargePointId}</Link>
          ),
        },
        {
          id: 'why',
          header: t('overview.why'),
          minWidth: 150,
          cell: ({ kind, chargePoint }) => (
            <StatusIndicator type={LOOKS[kind]}>{whyOf(kind, chargePoint, t)}</StatusIndicator>
          ),
        },
        {
          id: 'lastSeenAt',
          header: t('chargePoints.lastSeenAt'),
          minWidth: 95,
          cell: ({ chargePoint }) => <Ago at={chargePoint.lastSeenAt} />,
        },
      ]}
      empty={
        error ? (
          <ProblemAlert error={error} retry={refetch} />
        ) : (
          <Box textAlign="center" color="text-status-success">
            <StatusIndicator type="success">{t('overview.noTrouble')}</StatusIndicator>
          </Box>
        )
      }
    />
  )
}

async function inTrouble(client: Client, signal: AbortSignal): Promise<Row[]> {
  const pages = await Promise.all(
    KINDS.map((kind) =>
      bodyOf(
        client.GET('/charge-points', {
          params: { query: { ...QUERIES[kind], limit: SHOWN_OF_EACH } },
          signal,
        }),
      ),
    ),
  )
  const rows = pages.flatMap(({ items }, index) =>
    items.flatMap((chargePoint): Row[] => {
      const kind = KINDS[index]
      return kind ? [{ kind, chargePoint }] : []
    }),
  )
  const seen = new Set<string>()
  return rows.filter(
    ({ chargePoint: { chargePointId } }) => !seen.has(chargePointId) && seen.add(chargePointId),
  )
}

function whyOf(kind: Kind, { connectors, lastSeenAt }: ChargePoint, t: TFunction): string {
  if (kind === 'offline') return t(lastSeenAt === undefined ? 'overview.whys.never' : 'overview.whys.offline')
  if (kind !== 'faulted') return t(`overview.whys.${kind}`)
  const faulted = connectors.filter(({ status }) => status === 'Faulted')
  const told = faulted.map(({ connectorId, errorCode }) =>
    connectorId === 0
      ? t('overview.whys.faultedWhole', { errorCode })
      : t('overview.whys.faulted', { connectorId, errorCode }),
  )
  return told.join(', ')
}
