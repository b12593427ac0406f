import Spinner from '@cloudscape-design/components/spinner'
import Tabs from '@cloudscape-design/components/tabs'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useParams, useSearchParams } from 'react-router'
import { answerOf, type Schemas } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { Page } from '../../app/page.tsx'
import { useClient, useRefresh } from '../../app/services.tsx'
import { ProblemAlert } from '../../components/problem.tsx'
import { ActionModal, type Proposal } from './actions/action-modal.tsx'
import { CallsTab } from './actions/calls-tab.tsx'
import { ConfigurationTab } from './detail/configuration.tsx'
import { FilesTab } from './detail/files.tsx'
import { HeaderActions } from './detail/header-actions.tsx'
import { MessagesTab } from './detail/messages.tsx'
import { NowTab } from './detail/now.tsx'
import { ProfilesTab } from './detail/profiles.tsx'
import { SecurityTab } from './detail/security.tsx'
import { TimelineTab } from './detail/timeline.tsx'

/** A charge point, with its version for edits. */
export function useChargePoint(chargePointId: string) {
  const client = useClient()
  return useQuery({
    queryKey: keys.chargePoint(chargePointId),
    queryFn: async ({ signal }) => {
      const params = { path: { chargePointId } }
      const { body, headers } = await answerOf(
        client.GET('/charge-points/{chargePointId}', { params, signal }),
      )
      return { chargePoint: body, etag: headers.get('etag') ?? '*' }
    },
    refetchInterval: useRefresh(15),
  })
}

const TABS = [
  'now',
  'calls',
  'configuration',
  'profiles',
  'messages',
  'timeline',
  'files',
  'security',
] as const
type Tab = (typeof TABS)[number]

export default function ChargePoint() {
  const { t } = useTranslation()
  const { chargePointId = '' } = useParams()
  const { data, error, refetch } = useChargePoint(chargePointId)
  const [search, setSearch] = useSearchParams()
  const [proposal, setProposal] = useState<Proposal>()
  const chargePoint = data?.chargePoint
  return (
    <Page
      title={chargePointId}
      above={[{ text: t('chargePoints.title'), href: '/charge-points' }]}
      description={chargePoint?.description}
      actions={data && <HeaderActions {...data} propose={setProposal} />}
    >
      {error && <ProblemAlert error={error} retry={refetch} />}
      {!data && !error && <Spinner size="large" />}
      {chargePoint && (
        <Tabs
          ariaLabel={chargePointId}
          activeTabId={TABS.find((tab) => tab === search.get('tab')) ?? 'now'}
          onChange={({ detail }) => setSearch({ tab: detail.activeTabId }, { replace: true })}
          tabs={TABS.map((id) => ({
            id,
            label: t(`chargePoint.tabs.${id}`),
            content: contentOf(id, chargePoint, setProposal),
          }))}
        />
      )}
      {chargePoint && proposal && (
        <ActionModal chargePoint={chargePoint} {...proposal} close={() => setProposal(undefined)} />
      )}
    </Page>
  )
}

function contentOf(tab: Tab, chargePoint: Schemas['ChargePoint'], propose: (proposal: Proposal) => void) {
  const { chargePointId } = chargePoint
  switch (tab) {
    case 'now':
      return <NowTab chargePoint={chargePoint} propose={propose} />
    case 'calls':
      return <CallsTab chargePoint={chargePoint} />
    case 'configuration':
      return <ConfigurationTab chargePoint={chargePoint} propose={propose} />
    case 'profiles':
      return <ProfilesTab chargePointId={chargePointId} propose={propose} />
    case 'messages':
      return <MessagesTab chargePoint={chargePoint} />
    case 'timeline':
      return <TimelineTab chargePointId={chargePointId} />
    case 'files':
      return <FilesTab chargePointId={chargePointId} propose={propose} />
    case 'security':
      return <SecurityTab chargePointId={chargePointId} propose={propose} />
  }
}
