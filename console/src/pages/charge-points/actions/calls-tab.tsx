import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Link from '@cloudscape-design/components/link'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { bodyOf, type Schemas } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { useNotices } from '../../../app/notices.tsx'
import { useClient } from '../../../app/services.tsx'
import { Dialog } from '../../../components/dialog.tsx'
import { Listing } from '../../../components/listing.tsx'
import type { FilterDefinition } from '../../../components/listing-filter.tsx'
import { MayButton } from '../../../components/may-button.tsx'
import { PERIOD_CONTROL } from '../../../components/period-control.tsx'
import { ProblemAlert } from '../../../components/problem.tsx'
import { CALL_STATUSES, CallStatusIndicator } from '../../../components/statuses.tsx'
import { Ago } from '../../../components/time.tsx'
import { ActionForm } from './action-form.tsx'
import { useActions } from './action-modal.tsx'
import { CallView } from './call-view.tsx'
import { useCall } from './use-send.ts'

type Call = Schemas['Call']

/** Any action to send, and what has been sent. */
export function CallsTab({ chargePoint }: { chargePoint: Schemas['ChargePoint'] }) {
  return (
    <SpaceBetween size="l">
      <AnyAction chargePoint={chargePoint} />
      <Calls chargePointId={chargePoint.chargePointId} />
    </SpaceBetween>
  )
}

function AnyAction({ chargePoint }: { chargePoint: Schemas['ChargePoint'] }) {
  const { t } = useTranslation()
  const { data: actions = [], error, refetch } = useActions()
  const [name, setName] = useState<string>()
  const action = actions.find((each) => each.action === name)
  const options = actions.map((each) => ({ value: each.action }))
  return (
    <Container
      header={
        <Header variant="h2" description={t('calls.sendDescription')}>
          {t('calls.sendTitle')}
        </Header>
      }
    >
      <SpaceBetween size="l">
        {error && <ProblemAlert error={error} retry={refetch} />}
        <FormField label={t('calls.action')}>
          <Select
            options={options}
            filteringType="auto"
            placeholder={t('calls.choose')}
            selectedOption={options.find(({ value }) => value === name) ?? null}
            onChange={({ detail }) => setName(detail.selectedOption.value)}
          />
        </FormField>
        {action && <ActionForm key={action.action} chargePoint={chargePoint} action={action} />}
      </SpaceBetween>
    </Container>
  )
}

function Calls({ chargePointId }: { chargePointId: string }) {
  const { t } = useTranslation()
  const client = useClient()
  const [shown, setShown] = useState<string>()
  return (
    <>
      <Listing<Call>
        id="calls"
        variant="container"
        title={t('calls.title')}
        queryKey={keys.part(chargePointId, 'calls')}
        fetchPage={(query, signal) =>
          bodyOf(
            client.GET('/charge-points/{chargePointId}/calls', {
              params: { path: { chargePointId }, query },
              signal,
            }),
          )
        }
        rowId={({ messageId }) => messageId}
        filters={useFilters()}
        freeText="action"
        more={PERIOD_CONTROL}
        order={{ usual: 'desc', labels: { desc: t('listing.newest'), asc: t('listing.oldest') } }}
        refreshSeconds={10}
        columns={[
          {
            id: 'action',
            header: t('calls.action'),
            isRowHeader: true,
            cell: ({ action, messageId }) => (
              <Link variant="primary" onFollow={() => setShown(messageId)}>
                {action}
              </Link>
            ),
          },
          { id: 'status', header: t('calls.outcome'), cell: (call) => <CallStatusIndicator call={call} /> },
          { id: 'createdAt', header: t('calls.createdAt'), cell: ({ createdAt }) => <Ago at={createdAt} /> },
          { id: 'origin', header: t('calls.origin'), cell: ({ origin }) => origin ?? '–' },
          {
            id: 'cancel',
            header: t('common.actions'),
            cell: (call) => (call.status === 'Queued' ? <Cancel call={call} /> : '–'),
          },
        ]}
        empty={{ title: t('calls.empty'), detail: t('calls.emptyDetail') }}
      />
      {shown !== undefined && (
        <CallModal chargePointId={chargePointId} messageId={shown} close={() => setShown(undefined)} />
      )}
    </>
  )
}

function useFilters(): FilterDefinition<Call>[] {
  const { t } = useTranslation()
  const { data: actions } = useActions()
  return useMemo(
    () => [
      {
        name: 'action',
        label: t('calls.action'),
        values: (actions ?? []).map(({ action }) => ({ value: action, label: action })),
      },
      {
        name: 'status',
        label: t('calls.outcome'),
        values: CALL_STATUSES.map((value) => ({ value, label: t(`callStatus.${value}`) })),
      },
    ],
    [t, actions],
  )
}

function Cancel({ call: { chargePointId, messageId, action } }: { call: Call }) {
  const { t } = useTranslation()
  const client = useClient()
  const queries = useQueryClient()
  const { notifyProblem } = useNotices()
  const cancel = useMutation({
    mutationFn: () =>
      bodyOf(
        client.DELETE('/charge-points/{chargePointId}/calls/{messageId}', {
          params: { path: { chargePointId, messageId } },
        }),
      ),
    onError: notifyProblem,
    onSettled: () => queries.invalidateQueries({ queryKey: keys.part(chargePointId, 'calls') }),
  })
  return (
    <MayButton
      needs="operator"
      variant="inline-link"
      loading={cancel.isPending}
      ariaLabel={t('calls.cancelOne', { action })}
      onClick={() => cancel.mutate()}
    >
      {t('calls.cancel')}
    </MayButton>
  )
}

interface CallModalProps {
  chargePointId: string
  messageId: string
  close: () => void
}

export function CallModal({ chargePointId, messageId, close }: CallModalProps) {
  const { t } = useTranslation()
  const { data: call, error } = useCall(chargePointId, messageId)
  return (
    <Dialog
      size="large"
      header={call?.action ?? t('calls.one')}
      onDismiss={close}
      footer={<Button onClick={close}>{t('common.close')}</Button>}
    >
      {error && <ProblemAlert error={error} />}
      {call && <CallView call={call} whole />}
    </Dialog>
  )
}
