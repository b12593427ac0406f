import SpaceBetween from '@cloudscape-design/components/space-between'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { bodyOf, type Schemas } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { useNotices } from '../../app/notices.tsx'
import { useClient } from '../../app/services.tsx'
import { EditOrRemove } from '../../components/edit-or-remove.tsx'
import { FormModal } from '../../components/form-modal.tsx'
import { MayButton } from '../../components/may-button.tsx'
import { RemoveModal } from '../../components/remove-modal.tsx'
import { changeOf, draftOf } from './draft.ts'
import { IdTagFields } from './fields.tsx'

interface Props {
  idTag: Schemas['IdTagDetails']
  etag: string
}

/** What an administrator does with a tag. */
export function IdTagActions({ idTag, etag }: Props) {
  const { t } = useTranslation()
  const client = useClient()
  const [open, setOpen] = useState<'edit' | 'remove'>()
  const change = useChange(idTag.idTag)
  const { notify, notifyProblem } = useNotices()
  const { blocked, idTag: id } = idTag
  const toggle = useMutation({
    mutationFn: () => change({ blocked: !blocked }, etag),
    onSuccess: () =>
      notify({ type: 'success', header: t(blocked ? 'idTags.isUnblocked' : 'idTags.isBlocked', { id }) }),
    onError: notifyProblem,
  })
  const remove = () =>
    bodyOf(
      client.DELETE('/id-tags/{idTag}', { params: { path: { idTag: id }, header: { 'If-Match': etag } } }),
    )
  const close = () => setOpen(undefined)
  return (
    <SpaceBetween direction="horizontal" size="xs">
      <MayButton needs="administrator" loading={toggle.isPending} onClick={() => toggle.mutate()}>
        {t(blocked ? 'idTags.unblock' : 'idTags.block')}
      </MayButton>
      <EditOrRemove open={setOpen} />
      {open === 'edit' && <Edit idTag={idTag} etag={etag} close={close} />}
      {open === 'remove' && (
        <RemoveModal
          title={t('idTags.removeTitle', { id })}
          detail={t('idTags.removeDetail')}
          removed={t('idTags.removed', { id })}
          list="/id-tags"
          listKey={keys.idTags}
          ownKey={keys.idTag(id)}
          remove={remove}
          close={close}
        />
      )}
    </SpaceBetween>
  )
}

function Edit({ idTag, etag, close }: Props & { close: () => void }) {
  const { t } = useTranslation()
  const { notify } = useNotices()
  // As it was when the form was opened: what changes meanwhile must not be undone unseen.
  const [opened] = useState({ before: draftOf(idTag), etag })
  const [draft, setDraft] = useState(opened.before)
  const change = useChange(idTag.idTag)
  const id = idTag.idTag
  const submit = async () => {
    await change(changeOf(opened.before, draft), opened.etag)
    notify({ type: 'success', header: t('idTags.edited', { id }) })
    close()
  }
  return (
    <FormModal
      title={t('idTags.editTitle', { id })}
      submitText={t('common.save')}
      submit={submit}
      cancel={close}
    >
      {(errorOf) => <IdTagFields draft={draft} change={setDraft} errorOf={errorOf} />}
    </FormModal>
  )
}

function useChange(idTag: string) {
  const client = useClient()
  const queries = useQueryClient()
  return async (body: Schemas['IdTagChange'], etag: string) => {
    await bodyOf(
      client.PATCH('/id-tags/{idTag}', {
        params: { path: { idTag }, header: { 'If-Match': etag } },
        body,
      }),
    )
    for (const queryKey of [keys.idTags, keys.idTag(idTag), keys.overview])
      void queries.invalidateQueries({ queryKey })
  }
}
