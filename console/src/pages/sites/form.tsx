import Autosuggest from '@cloudscape-design/components/autosuggest'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Textarea from '@cloudscape-design/components/textarea'
import { useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { bodyOf, type Schemas } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { useNotices } from '../../app/notices.tsx'
import { useClient } from '../../app/services.tsx'
import { FormModal } from '../../components/form-modal.tsx'
import { changeOf, type Draft, draftOf, isLocation, registrationOf } from './draft.ts'
import { sitePath } from './paths.ts'

interface Props {
  /** Which is edited, as last read; else one is registered. */
  site?: Schemas['Site']
  etag?: string
  close: () => void
}

const TIME_ZONES = Intl.supportedValuesOf('timeZone').map((value) => ({ value }))

/** All that is kept of a site, as a form. */
export function SiteForm({ site, etag = '*', close }: Props) {
  const { t } = useTranslation()
  const client = useClient()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const { notify } = useNotices()
  // As it was when the form was opened: what changes meanwhile must not be undone unseen.
  const [opened] = useState({ before: draftOf(site), etag })
  const [draft, setDraft] = useState(opened.before)
  const [siteId, setSiteId] = useState('')
  const submit = async () => {
    const saved = await bodyOf(
      site === undefined
        ? client.POST('/sites', { body: registrationOf(siteId, draft) })
        : client.PATCH('/sites/{siteId}', {
            params: { path: { siteId: site.siteId }, header: { 'If-Match': opened.etag } },
            body: changeOf(opened.before, draft),
          }),
    )
    for (const queryKey of [keys.sites, keys.site(saved.siteId), keys.overview])
      void queries.invalidateQueries({ queryKey })
    notify({ type: 'success', header: t(site ? 'sites.edited' : 'sites.added', { name: saved.name }) })
    close()
    if (!site) navigate(sitePath(saved.siteId))
  }
  const text = (name: keyof Draft, autoFocus = false) => (
    <Input
      value={draft[name]}
      autoFocus={autoFocus}
      ariaLabel={t(`sites.${name}`)}
      placeholder={name === 'latitude' || name === 'longitude' ? t(`sites.${name}`) : ''}
      onChange={({ detail }) => setDraft({ ...draft, [name]: detail.value })}
    />
  )
  return (
    <FormModal
      title={site ? t('sites.editTitle', { name: site.name }) : t('sites.add')}
      submitText={t(site ? 'common.save' : 'sites.addSubmit')}
      disabled={draft.name.trim() === '' || !isLocation(draft)}
      submit={submit}
      cancel={close}
    >
      {(errorOf) => (
        <>
          <Field label={t('sites.name')} error={errorOf('name')}>
            {text('name', true)}
          </Field>
          {!site && (
            <Field label={t('sites.siteId')} hint={t('sites.siteIdHint')} error={errorOf('siteId')}>
              <Input value={siteId} onChange={({ detail }) => setSiteId(detail.value)} />
            </Field>
          )}
          <Field label={t('sites.address')} error={errorOf('address')}>
            {text('address')}
          </Field>
          <Field
            label={t('sites.location')}
            hint={t('sites.locationHint')}
            error={isLocation(draft) ? errorOf('location') : t('sites.locationHalf')}
          >
            <SpaceBetween direction="horizontal" size="xs">
              {text('latitude')}
              {text('longitude')}
            </SpaceBetween>
          </Field>
          <Field label={t('sites.timeZone')} error={errorOf('timeZone')}>
            <Autosuggest
              value={draft.timeZone}
              options={TIME_ZONES}
              ariaLabel={t('sites.timeZone')}
              onChange={({ detail }) => setDraft({ ...draft, timeZone: detail.value })}
            />
          </Field>
          <Field label={t('sites.note')} error={errorOf('note')}>
            <Textarea
              value={draft.note}
              onChange={({ detail }) => setDraft({ ...draft, note: detail.value })}
            />
          </Field>
        </>
      )}
    </FormModal>
  )
}

interface FieldProps {
  label: string
  hint?: string
  error: string | undefined
  children: ReactNode
}

function Field({ label, hint, error, children }: FieldProps) {
  return (
    <FormField label={label} {...(hint ? { description: hint } : {})} errorText={error} stretch>
      {children}
    </FormField>
  )
}
