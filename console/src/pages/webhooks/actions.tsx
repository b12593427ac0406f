import SpaceBetween from '@cloudscape-design/components/space-between'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { bodyOf, type Schemas } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { useNotices } from '../../app/notices.tsx'
import { useClient } from '../../app/services.tsx'
import { EditOrRemove } from '../../components/edit-or-remove.tsx'
import { ConfirmModal } from '../../components/form-modal.tsx'
import { MayButton } from '../../components/may-button.tsx'
import { RemoveModal } from '../../components/remove-modal.tsx'
import { WebhookForm } from './form.tsx'
import { SecretOnce } from './secret-once.tsx'

interface Props {
  webhook: Schemas['Webhook']
  etag: string
}

/** What can be done with a webhook. */
export function WebhookActions({ webhook, etag }: Props) {
  const { t } = useTranslation()
  const client = useClient()
  const [open, setOpen] = useState<'edit' | 'remove' | 'rotate'>()
  const close = () => setOpen(undefined)
  const { webhookId, enabled } = webhook
  const test = useTest(webhookId)
  const toggle = useToggle(webhook, etag)
  const params = { path: { webhookId }, header: { 'If-Match': etag } }
  return (
    <SpaceBetween direction="horizontal" size="xs">
      <MayButton needs="administrator" loading={test.isPending} onClick={() => test.mutate()}>
        {t('webhooks.test')}
      </MayButton>
      <MayButton needs="administrator" loading={toggle.isPending} onClick={() => toggle.mutate()}>
        {t(enabled ? 'webhooks.switchOff' : 'webhooks.switchOn')}
      </MayButton>
      <MayButton needs="administrator" onClick={() => setOpen('rotate')}>
        {t('webhooks.rotate')}
      </MayButton>
      <EditOrRemove open={setOpen} />
      {open === 'edit' && <WebhookForm webhook={webhook} etag={etag} close={close} />}
      {open === 'rotate' && <Rotate webhookId={webhookId} close={close} />}
      {open === 'remove' && (
        <RemoveModal
          title={t('webhooks.removeTitle')}
          detail={t('webhooks.removeDetail')}
          removed={t('webhooks.removed')}
          list="/webhooks"
          listKey={keys.webhooks}
          ownKey={keys.webhook(webhookId)}
          remove={() => bodyOf(client.DELETE('/webhooks/{webhookId}', { params }))}
          close={close}
        />
      )}
    </SpaceBetween>
  )
}

/** Posts a Ping, and says how that went. */
function useTest(webhookId: string) {
  const { t } = useTranslation()
  const client = useClient()
  const { notify, notifyProblem } = useNotices()
  return useMutation({
    mutationFn: () => bodyOf(client.POST('/webhooks/{webhookId}/test', { params: { path: { webhookId } } })),
    onSuccess: ({ delivered, status, error }) =>
      notify({
        type: delivered ? 'success' : 'warning',
        header: t(delivered ? 'webhooks.delivered' : 'webhooks.notDelivered'),
        content: `${status ?? ''} ${error ?? ''}`.trim(),
      }),
    onError: notifyProblem,
  })
}

function useToggle({ webhookId, enabled }: Schemas['Webhook'], etag: string) {
  const client = useClient()
  const queries = useQueryClient()
  const { notifyProblem } = useNotices()
  const params = { path: { webhookId }, header: { 'If-Match': etag } }
  return useMutation({
    mutationFn: () => bodyOf(client.PATCH('/webhooks/{webhookId}', { params, body: { enabled: !enabled } })),
    onSettled: () => {
      for (const queryKey of [keys.webhook(webhookId), keys.webhooks])
        void queries.invalidateQueries({ queryKey })
    },
    onError: notifyProblem,
  })
}

function Rotate({ webhookId, close }: { webhookId: string; close: () => void }) {
  const { t } = useTranslation()
  const client = useClient()
  const queries = useQueryClient()
  const [secret, setSecret] = useState<string>()
  const rotate = async () => {
    const params = { path: { webhookId } }
    const { secret: made = '' } = await bodyOf(client.POST('/webhooks/{webhookId}/secret', { params }))
    void queries.invalidateQueries({ queryKey: keys.webhook(webhookId) })
    setSecret(made)
  }
  if (secret !== undefined) return <SecretOnce secret={secret} close={close} />
  return (
    <ConfirmModal
      title={t('webhooks.rotateTitle')}
      confirmText={t('webhooks.rotate')}
      confirm={rotate}
      keepOpen
      close={close}
    >
      {t('webhooks.rotateDetail')}
    </ConfirmModal>
  )
}
