import Spinner from '@cloudscape-design/components/spinner'
import Tabs from '@cloudscape-design/components/tabs'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useParams, useSearchParams } from 'react-router'
import { answerOf } from '../../api/client.ts'
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
          activeTabId={search.get('tab') ?? 'now'}
          onChange={({ detail }) => setSearch({ tab: detail.activeTabId }, { replace: true })}
          tabs={[
            {
              id: 'now',
              label: t('chargePoint.tabs.now'),
              content: <NowTab chargePoint={chargePoint} propose={setProposal} />,
            },
            {
              id: 'calls',
              label: t('chargePoint.tabs.calls'),
              content: <CallsTab chargePoint={chargePoint} />,
            },
            {
              id: 'configuration',
              label: t('chargePoint.tabs.configuration'),
              content: <ConfigurationTab chargePoint={chargePoint} propose={setProposal} />,
            },
            {
              id: 'profiles',
              label: t('chargePoint.tabs.profiles'),
              content: <ProfilesTab chargePointId={chargePointId} propose={setProposal} />,
            },
            {
              id: 'messages',
              label: t('chargePoint.tabs.messages'),
              content: <MessagesTab chargePoint={chargePoint} />,
            },
            {
              id: 'timeline',
              label: t('chargePoint.tabs.timeline'),
              content: <TimelineTab chargePointId={chargePointId} />,
            },
            {
              id: 'files',
              label: t('chargePoint.tabs.files'),
              content: <FilesTab chargePointId={chargePointId} propose={setProposal} />,
            },
            {
              id: 'security',
              label: t('chargePoint.tabs.security'),
              content: <SecurityTab chargePointId={chargePointId} propose={setProposal} />,
            },
          ]}
        />
      )}
      {chargePoint && proposal && (
        <ActionModal chargePoint={chargePoint} {...proposal} close={() => setProposal(undefined)} />
      )}
    </Page>
  )
}
