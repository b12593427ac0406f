import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { bodyOf, type Schemas } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { useNotices } from '../../app/notices.tsx'
import { useClient } from '../../app/services.tsx'
import { EventType } from '../../components/event-summary.tsx'
import { Listing } from '../../components/listing.tsx'
import { MayButton } from '../../components/may-button.tsx'
import { When } from '../../components/time.tsx'

type Failure = Schemas['FailedDelivery']

/** Events that it could not be given: each can be posted again. */
export function Failures({ webhookId }: { webhookId: string }) {
  const { t } = useTranslation()
  const client = useClient()
  return (
    <Listing<Failure>
      id="webhook-failures"
      variant="container"
      title={t('webhooks.failures')}
      description={t('webhooks.failuresDescription')}
      queryKey={keys.webhook(webhookId)}
      fetchPage={(query, signal) =>
        bodyOf(
          client.GET('/webhooks/{webhookId}/failures', { params: { path: { webhookId }, query }, signal }),
        )
      }
      rowId={({ event: { eventId } }) => eventId}
      columns={useColumns(webhookId)}
      refreshSeconds={15}
      empty={{ title: t('webhooks.noFailures'), detail: t('webhooks.noFailuresDetail') }}
    />
  )
}

function useColumns(webhookId: string) {
  const { t } = useTranslation()
  return useMemo(
    () => [
      { id: 'at', header: t('webhooks.triedAt'), cell: ({ at }: Failure) => <When at={at} /> },
      {
        id: 'type',
        header: t('webhooks.event'),
        isRowHeader: true,
        cell: ({ event }: Failure) => <EventType event={event} />,
      },
      {
        id: 'chargePointId',
        header: t('webhooks.chargePoint'),
        cell: ({ event }: Failure) => event.chargePointId ?? '–',
      },
      { id: 'attempts', header: t('webhooks.attempts'), cell: ({ attempts }: Failure) => attempts },
      {
        id: 'why',
        header: t('webhooks.why'),
        cell: ({ status, error }: Failure) => `${status ?? ''} ${error ?? ''}`.trim() || '–',
      },
      {
        id: 'retry',
        header: t('common.actions'),
        cell: ({ event: { eventId } }: Failure) => <Retry webhookId={webhookId} eventId={eventId} />,
      },
    ],
    [t, webhookId],
  )
}

function Retry({ webhookId, eventId }: { webhookId: string; eventId: string }) {
  const { t } = useTranslation()
  const client = useClient()
  const queries = useQueryClient()
  const { notify, notifyProblem } = useNotices()
  const retry = useMutation({
    mutationFn: () =>
      bodyOf(
        client.POST('/webhooks/{webhookId}/failures/{eventId}/retry', {
          params: { path: { webhookId, eventId } },
        }),
      ),
    onSuccess: () => {
      notify({ type: 'success', header: t('webhooks.retried') })
      void queries.invalidateQueries({ queryKey: keys.webhook(webhookId) })
    },
    onError: notifyProblem,
  })
  return (
    <MayButton
      needs="administrator"
      variant="inline-link"
      loading={retry.isPending}
      onClick={() => retry.mutate()}
    >
      {t('webhooks.retry')}
    </MayButton>
  )
}
