import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { bodyOf } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { useNotices } from '../../app/notices.tsx'
import { useClient } from '../../app/services.tsx'
import { FormModal } from '../../components/form-modal.tsx'
import { NEW_DRAFT, registrationOf } from './draft.ts'
import { IdTagFields } from './fields.tsx'

interface Props {
  /** One that waits in the inbox is accepted as it is written; else the form asks for one. */
  waiting?: string
  /** Whose it is to be. */
  userId?: string
  close: () => void
}

/** Registers an id tag. */
export function AddIdTag({ waiting, userId = '', close }: Props) {
  const { t } = useTranslation()
  const client = useClient()
  const queries = useQueryClient()
  const { notify } = useNotices()
  const [idTag, setIdTag] = useState(waiting ?? '')
  const [draft, setDraft] = useState({ ...NEW_DRAFT, userId })
  const submit = async () => {
    const body = registrationOf(draft)
    const created = await bodyOf(
      waiting === undefined
        ? client.POST('/id-tags', { body: { ...body, idTag } })
        : client.POST('/unknown-id-tags/{idTag}/accept', { params: { path: { idTag: waiting } }, body }),
    )
    const touched = [keys.idTags, keys.unknownIdTags, keys.overview, keys.user(draft.userId)]
    for (const queryKey of touched) void queries.invalidateQueries({ queryKey })
    notify({ type: 'success', header: t('idTags.added', { id: created.idTag }) })
    close()
  }
  return (
    <FormModal
      title={waiting === undefined ? t('idTags.add') : t('idTags.acceptOne', { id: waiting })}
      submitText={t(waiting === undefined ? 'idTags.addSubmit' : 'idTags.accept')}
      disabled={idTag.trim() === ''}
      submit={submit}
      cancel={close}
    >
      {(errorOf) => (
        <>
          {waiting === undefined && (
            <FormField
              label={t('idTags.idTag')}
              description={t('idTags.idTagHint')}
              errorText={errorOf('idTag')}
              stretch
            >
              <Input value={idTag} autoFocus onChange={({ detail }) => setIdTag(detail.value)} />
            </FormField>
          )}
          <IdTagFields draft={draft} change={setDraft} errorOf={errorOf} />
        </>
      )}
    </FormModal>
  )
}
