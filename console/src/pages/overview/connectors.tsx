import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import Link from '@cloudscape-design/components/link'
import { useTranslation } from 'react-i18next'
import type { Schemas } from '../../api/client.ts'
import { formatCount } from '../../components/format.ts'
import { CONNECTOR_STATUSES, ConnectorStatus } from '../../components/statuses.tsx'

/** How many connectors show each status, as shares of one bar and in figures. */
export function ConnectorsByStatus({ connectors }: { connectors: Schemas['Overview']['connectors'] }) {
  const { t } = useTranslation()
  const counts = CONNECTOR_STATUSES.map((status) => ({ status, count: connectors[status] ?? 0 }))
  const total = counts.reduce((sum, { count }) => sum + count, 0)
  return (
    <Container
      header={
        <Header variant="h2" counter={`(${formatCount(total)})`}>
          {t('overview.connectors')}
        </Header>
      }
    >
      {total > 0 && (
        <div className="busbar-shares" aria-hidden="true">
          {counts
            .filter(({ count }) => count > 0)
            .map(({ status, count }) => (
              <div
                key={status}
                data-status={status}
                style={{ flexGrow: count }}
                title={`${status}: ${count}`}
              />
            ))}
        </div>
      )}
      <dl className="busbar-figures">
        {counts.map(({ status, count }) => (
          <div key={status}>
            <dt>
              <ConnectorStatus status={status} />
            </dt>
            <dd>
              <Link
                href={`/charge-points?connectorStatus=${status}`}
                fontSize="heading-xl"
                ariaLabel={`${status}: ${count}`}
              >
                {formatCount(count)}
              </Link>
            </dd>
          </div>
        ))}
      </dl>
    </Container>
  )
}
