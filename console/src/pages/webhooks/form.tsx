import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import Multiselect from '@cloudscape-design/components/multiselect'
import Textarea from '@cloudscape-design/components/textarea'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { bodyOf, type Schemas } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { useNotices } from '../../app/notices.tsx'
import { useClient } from '../../app/services.tsx'
import { FormModal } from '../../components/form-modal.tsx'
import { EVENT_TYPES } from '../events/types.ts'
import { namesIn } from '../tasks/targets.ts'
import { webhookPath } from './paths.ts'
import { SecretOnce } from './secret-once.tsx'

type EventType = Schemas['Event']['type']

interface Props {
  /** Which is edited, as last read; else one is made. */
  webhook?: Schemas['Webhook']
  etag?: string
  close: () => void
}

const TYPE_OPTIONS = EVENT_TYPES.map((value) => ({ value, label: value }))

/** Where events are posted, and which; the secret is shown when it is made. */
export function WebhookForm({ webhook, etag = '*', close }: Props) {
  const { t } = useTranslation()
  const client = useClient()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const { notify } = useNotices()
  const [opened] = useState({ webhook, etag })
  const [url, setUrl] = useState(webhook?.url ?? '')
  const [note, setNote] = useState(webhook?.description ?? '')
  const [types, setTypes] = useState<readonly string[]>(webhook?.types ?? [])
  const [names, setNames] = useState((webhook?.chargePointIds ?? []).join('\n'))
  const [made, setMade] = useState<Schemas['CreatedWebhook']>()
  const submit = async () => {
    const description = note.trim() || null
    const chosen = types.length === 0 ? null : (types as EventType[])
    const chargePointIds = namesIn(names).length === 0 ? null : namesIn(names)
    const all = { url: url.trim(), description, types: chosen, chargePointIds }
    if (opened.webhook) {
      const { webhookId } = opened.webhook
      const params = { path: { webhookId }, header: { 'If-Match': opened.etag } }
      await bodyOf(client.PATCH('/webhooks/{webhookId}', { params, body: all }))
      void queries.invalidateQueries({ queryKey: keys.webhook(webhookId) })
      notify({ type: 'success', header: t('webhooks.edited') })
      close()
    } else {
      setMade(await bodyOf(client.POST('/webhooks', { body: given(all) })))
    }
    void queries.invalidateQueries({ queryKey: keys.webhooks })
  }
  const done = ({ webhookId }: { webhookId: string }) => {
    close()
    void navigate(webhookPath(webhookId))
  }
  if (made) return <SecretOnce secret={made.secret ?? ''} close={() => done(made)} />
  return (
    <FormModal
      title={t(webhook ? 'webhooks.edit' : 'webhooks.add')}
      submitText={t(webhook ? 'common.save' : 'webhooks.addSubmit')}
      disabled={url.trim() === ''}
      submit={submit}
      cancel={close}
    >
      {(errorOf) => (
        <>
          <FormField
            label={t('webhooks.url')}
            constraintText={t('webhooks.urlHint')}
            errorText={errorOf('url')}
            stretch
          >
            <Input
              value={url}
              autoFocus
              inputMode="url"
              placeholder="https://"
              onChange={({ detail }) => setUrl(detail.value)}
            />
          </FormField>
          <FormField label={t('webhooks.note')} errorText={errorOf('description')} stretch>
            <Input value={note} onChange={({ detail }) => setNote(detail.value)} />
          </FormField>
          <FormField
            label={t('webhooks.types')}
            constraintText={t('webhooks.typesHint')}
            errorText={errorOf('types')}
            stretch
          >
            <Multiselect
              options={TYPE_OPTIONS}
              selectedOptions={TYPE_OPTIONS.filter(({ value }) => types.includes(value))}
              placeholder={t('webhooks.allTypes')}
              onChange={({ detail }) => setTypes(detail.selectedOptions.map(({ value = '' }) => value))}
            />
          </FormField>
          <FormField
            label={t('webhooks.chargePoints')}
            constraintText={t('webhooks.chargePointsHint')}
            errorText={errorOf('chargePointIds')}
            stretch
          >
            <Textarea value={names} rows={3} onChange={({ detail }) => setNames(detail.value)} />
          </FormField>
        </>
      )}
    </FormModal>
  )
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], null> }

/** Without what there is none of. */
function given<T extends { url: string }>(body: T): Given<T> & { url: string } {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null)) as Given<T> & {
    url: string
  }
}
