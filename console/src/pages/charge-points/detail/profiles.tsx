import Container from '@cloudscape-design/components/container'
import ExpandableSection from '@cloudscape-design/components/expandable-section'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { bodyOf, type Schemas } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { ApiProblem } from '../../../api/problem.ts'
import { useClient, useRefresh } from '../../../app/services.tsx'
import { Json } from '../../../components/json.tsx'
import { Empty } from '../../../components/listing.tsx'
import { MayButton } from '../../../components/may-button.tsx'
import { ProblemAlert } from '../../../components/problem.tsx'
import { Ago } from '../../../components/time.tsx'
import type { Proposal } from '../actions/action-modal.tsx'

type InstalledProfile = Schemas['InstalledProfile']

interface Props {
  chargePointId: string
  propose: (proposal: Proposal) => void
}

/** What is in the charge point, by its own answers: charging profiles and the local list. */
export function ProfilesTab(props: Props) {
  return (
    <SpaceBetween size="l">
      <Profiles {...props} />
      <LocalList {...props} />
    </SpaceBetween>
  )
}

interface Facts {
  chargingProfileId?: number
  stackLevel?: number
  chargingProfilePurpose?: string
  chargingProfileKind?: string
}

const factsOf = ({ profile }: InstalledProfile): Facts => profile as Facts

function Profiles({ chargePointId, propose }: Props) {
  const { t } = useTranslation()
  const client = useClient()
  const { data, error, isPending, refetch } = useQuery({
    queryKey: keys.part(chargePointId, 'charging-profiles'),
    queryFn: ({ signal }) =>
      bodyOf(
        client.GET('/charge-points/{chargePointId}/charging-profiles', {
          params: { path: { chargePointId } },
          signal,
        }),
      ),
    refetchInterval: useRefresh(30),
  })
  const set = () => propose({ action: 'SetChargingProfile' })
  if (error) return <ProblemAlert error={error} retry={refetch} />
  return (
    <Table<InstalledProfile>
      variant="container"
      items={data?.items ?? []}
      loading={isPending}
      loadingText={t('common.loading')}
      wrapLines
      ariaLabels={{ tableLabel: t('profiles.title') }}
      header={
        <Header
          variant="h2"
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <MayButton needs="operator" onClick={() => propose({ action: 'GetCompositeSchedule' })}>
                {t('profiles.composite')}
              </MayButton>
              <MayButton needs="operator" variant="primary" onClick={set}>
                {t('profiles.set')}
              </MayButton>
            </SpaceBetween>
          }
        >
          {t('profiles.title')}
        </Header>
      }
      columnDefinitions={[
        {
          id: 'id',
          header: t('profiles.id'),
          isRowHeader: true,
          cell: (item) => factsOf(item).chargingProfileId ?? '–',
        },
        {
          id: 'connectorId',
          header: t('profiles.connector'),
          cell: ({ connectorId }) => (connectorId === 0 ? t('profiles.whole') : connectorId),
        },
        {
          id: 'purpose',
          header: t('profiles.purpose'),
          cell: (item) => factsOf(item).chargingProfilePurpose ?? '–',
        },
        { id: 'kind', header: t('profiles.kind'), cell: (item) => factsOf(item).chargingProfileKind ?? '–' },
        { id: 'level', header: t('profiles.level'), cell: (item) => factsOf(item).stackLevel ?? '–' },
        { id: 'at', header: t('profiles.at'), cell: ({ acceptedAt }) => <Ago at={acceptedAt} /> },
        {
          id: 'schedule',
          header: t('profiles.schedule'),
          minWidth: 130,
          cell: ({ profile }) => (
            <ExpandableSection headerText={t('common.details')}>
              <Json value={profile} />
            </ExpandableSection>
          ),
        },
        {
          id: 'actions',
          header: t('common.actions'),
          minWidth: 140,
          cell: (item) => (
            <MayButton
              needs="operator"
              variant="inline-link"
              onClick={() =>
                propose({
                  action: 'ClearChargingProfile',
                  preset: { id: factsOf(item).chargingProfileId ?? 0 },
                })
              }
            >
              {t('profiles.clear')}
            </MayButton>
          ),
        },
      ]}
      empty={<Empty title={t('profiles.empty')} detail={t('profiles.emptyDetail')} />}
    />
  )
}

function LocalList({ chargePointId, propose }: Props) {
  const { t } = useTranslation()
  const client = useClient()
  const { data } = useQuery({
    queryKey: keys.part(chargePointId, 'local-list'),
    queryFn: async ({ signal }) => {
      const params = { path: { chargePointId } }
      try {
        return await bodyOf(client.GET('/charge-points/{chargePointId}/local-list', { params, signal }))
      } catch (error) {
        if (error instanceof ApiProblem && error.status === 404) return null
        throw error
      }
    },
  })
  const send = (updateType: 'Full' | undefined) =>
    propose({ action: 'SendLocalList', preset: updateType ? { updateType } : {} })
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={t('profiles.localListDescription')}
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <MayButton needs="operator" onClick={() => propose({ action: 'GetLocalListVersion' })}>
                {t('profiles.askVersion')}
              </MayButton>
              <MayButton needs="operator" onClick={() => send(undefined)}>
                {t('profiles.update')}
              </MayButton>
              <MayButton needs="operator" onClick={() => send('Full')}>
                {t('profiles.replace')}
              </MayButton>
            </SpaceBetween>
          }
        >
          {t('profiles.localList')}
        </Header>
      }
    >
      {data ? (
        <KeyValuePairs
          columns={3}
          items={[
            { label: t('profiles.version'), value: data.version },
            { label: t('profiles.entries'), value: data.entries ?? '–' },
            { label: t('profiles.at'), value: <Ago at={data.at} /> },
          ]}
        />
      ) : (
        <Empty title={t('profiles.noLocalList')} />
      )}
    </Container>
  )
}
