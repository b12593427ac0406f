import Badge from '@cloudscape-design/components/badge'
import Box from '@cloudscape-design/components/box'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import Table from '@cloudscape-design/components/table'
import TextFilter from '@cloudscape-design/components/text-filter'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { bodyOf, type Schemas } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { ApiProblem } from '../../../api/problem.ts'
import { useNotices } from '../../../app/notices.tsx'
import { useClient, useRefresh } from '../../../app/services.tsx'
import { Empty } from '../../../components/listing.tsx'
import { MayButton } from '../../../components/may-button.tsx'
import { ProblemAlert } from '../../../components/problem.tsx'
import { Ago } from '../../../components/time.tsx'
import type { Proposal } from '../actions/action-modal.tsx'
import { useSend } from '../actions/use-send.ts'
import { type ConfigurationRow, rowsOf } from './configuration-rows.ts'
import { WantedModal } from './wanted-modal.tsx'

interface Props {
  chargePoint: Schemas['ChargePoint']
  propose: (proposal: Proposal) => void
}

/** The configuration as the charge point has told it, beside what it is to be. */
export function ConfigurationTab({ chargePoint, propose }: Props) {
  const { t } = useTranslation()
  const { chargePointId } = chargePoint
  const { data, error, isPending, refetch } = useConfiguration(chargePointId)
  const [text, setText] = useState('')
  const [editing, setEditing] = useState<ConfigurationRow | 'new'>()
  const rows = rowsOf(data ?? undefined, chargePoint.wantedConfiguration)
  const found = rows.filter(({ key }) => key.toLowerCase().includes(text.toLowerCase()))
  const drift = rows.filter((row) => row.drift)
  if (error) return <ProblemAlert error={error} retry={refetch} />
  return (
    <>
      <Table<ConfigurationRow>
        variant="container"
        items={found}
        loading={isPending}
        loadingText={t('common.loading')}
        trackBy="key"
        wrapLines
        stickyHeader
        ariaLabels={{ tableLabel: t('configuration.title') }}
        header={
          <Header
            variant="h2"
            counter={`(${rows.length})`}
            description={
              data?.readAt && (
                <>
                  {t('configuration.readAt')} <Ago at={data.readAt} />
                </>
              )
            }
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <Read chargePointId={chargePointId} />
                <MayButton needs="administrator" onClick={() => setEditing('new')}>
                  {t('configuration.want')}
                </MayButton>
                <Apply chargePointId={chargePointId} drift={drift.length} />
              </SpaceBetween>
            }
          >
            {t('configuration.title')}
          </Header>
        }
        filter={
          <TextFilter
            filteringText={text}
            filteringPlaceholder={t('configuration.find')}
            filteringAriaLabel={t('configuration.find')}
            countText={text === '' ? '' : t('configuration.found', { count: found.length })}
            onChange={({ detail }) => setText(detail.filteringText)}
          />
        }
        columnDefinitions={[
          {
            id: 'key',
            header: t('configuration.key'),
            isRowHeader: true,
            width: 300,
            maxWidth: 340,
            cell: ({ key, readonly }) => (
              <>
                {key} {readonly && <Badge>{t('configuration.readonly')}</Badge>}
              </>
            ),
          },
          { id: 'value', header: t('configuration.value'), maxWidth: 380, cell: ({ value }) => value ?? '–' },
          {
            id: 'wanted',
            header: t('configuration.wanted'),
            minWidth: 170,
            cell: (row) => <Wanted row={row} />,
          },
          {
            id: 'actions',
            header: t('common.actions'),
            minWidth: 220,
            cell: (row) => (
              <SpaceBetween direction="horizontal" size="xs">
                <MayButton
                  needs="operator"
                  variant="inline-link"
                  disabled={row.readonly}
                  ariaLabel={t('configuration.changeOne', { key: row.key })}
                  onClick={() =>
                    propose({
                      action: 'ChangeConfiguration',
                      preset: { key: row.key, value: row.wanted ?? row.value ?? '' },
                    })
                  }
                >
                  {t('configuration.change')}
                </MayButton>
                <MayButton
                  needs="administrator"
                  variant="inline-link"
                  ariaLabel={t('configuration.wantOne', { key: row.key })}
                  onClick={() => setEditing(row)}
                >
                  {t('configuration.wantThis')}
                </MayButton>
              </SpaceBetween>
            ),
          },
        ]}
        empty={<Empty title={t('configuration.empty')} detail={t('configuration.emptyDetail')} />}
      />
      {editing && (
        <WantedModal
          chargePointId={chargePointId}
          {...(editing === 'new' ? {} : { row: editing })}
          close={() => setEditing(undefined)}
        />
      )}
    </>
  )
}

/** `null` where it has not been read yet. */
function useConfiguration(chargePointId: string) {
  const client = useClient()
  return useQuery({
    queryKey: keys.part(chargePointId, 'configuration'),
    queryFn: async ({ signal }) => {
      const params = { path: { chargePointId } }
      try {
        return await bodyOf(client.GET('/charge-points/{chargePointId}/configuration', { params, signal }))
      } catch (error) {
        if (error instanceof ApiProblem && error.kind === 'no-configuration') return null
        throw error
      }
    },
    refetchInterval: useRefresh(20),
  })
}

function Wanted({ row: { wanted, drift, rebootRequired } }: { row: ConfigurationRow }) {
  const { t } = useTranslation()
  return (
    <Box>
      {wanted ?? '–'}{' '}
      {drift && <StatusIndicator type="warning">{t(`configuration.drift.${drift}`)}</StatusIndicator>}
      {wanted !== undefined && !drift && (
        <StatusIndicator type="success">{t('configuration.same')}</StatusIndicator>
      )}
      {rebootRequired && <StatusIndicator type="pending">{t('configuration.reboot')}</StatusIndicator>}
    </Box>
  )
}

function Read({ chargePointId }: { chargePointId: string }) {
  const { t } = useTranslation()
  const { notify, notifyProblem } = useNotices()
  const { mutate, isPending } = useSend(chargePointId)
  const read = () =>
    mutate(
      { action: 'GetConfiguration', payload: {} },
      {
        onSuccess: ({ status }) => {
          if (status !== 'Answered') notify({ type: 'warning', header: t(`calls.meaning.${status}`) })
        },
        onError: notifyProblem,
      },
    )
  return (
    <MayButton needs="operator" iconName="refresh" loading={isPending} onClick={read}>
      {t('common.refresh')}
    </MayButton>
  )
}

function Apply({ chargePointId, drift }: { chargePointId: string; drift: number }) {
  const { t } = useTranslation()
  const client = useClient()
  const queries = useQueryClient()
  const { notify, notifyProblem } = useNotices()
  const apply = useMutation({
    mutationFn: () =>
      bodyOf(
        client.POST('/charge-points/{chargePointId}/configuration/apply', {
          params: { path: { chargePointId } },
        }),
      ),
    onSuccess: ({ items }) =>
      notify({ type: 'success', header: t('configuration.applied', { count: items.length }) }),
    onError: notifyProblem,
    onSettled: () => queries.invalidateQueries({ queryKey: keys.chargePoint(chargePointId) }),
  })
  return (
    <MayButton
      needs="operator"
      variant="primary"
      loading={apply.isPending}
      disabled={drift === 0}
      disabledReason={t('configuration.noDrift')}
      onClick={() => apply.mutate()}
    >
      {t('configuration.apply', { count: drift })}
    </MayButton>
  )
}
