import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { bodyOf } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { Page } from '../../app/page.tsx'
import { useClient, useRefresh } from '../../app/services.tsx'
import { ProblemAlert } from '../../components/problem.tsx'
import { ConnectorsByStatus } from './connectors.tsx'
import { Tiles } from './tiles.tsx'
import { Trouble } from './trouble.tsx'
import { Welcome } from './welcome.tsx'

export default function Overview() {
  const { t } = useTranslation()
  const client = useClient()
  const refetchInterval = useRefresh(20)
  const { data, error, refetch } = useQuery({
    queryKey: keys.overview,
    queryFn: ({ signal }) => bodyOf(client.GET('/overview', { signal })),
    refetchInterval,
  })
  return (
    <Page title={t('overview.title')}>
      <SpaceBetween size="l">
        {error && <ProblemAlert error={error} retry={refetch} />}
        {!data && !error && <Spinner size="large" />}
        {data?.chargePoints.total === 0 && <Welcome />}
        {data && <Trouble overview={data} />}
        {data && <Tiles overview={data} />}
        {data && <ConnectorsByStatus connectors={data.connectors} />}
      </SpaceBetween>
    </Page>
  )
}
