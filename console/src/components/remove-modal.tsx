import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { keys } from '../api/keys.ts'
import { useNotices } from '../app/notices.tsx'
import { ConfirmModal } from './form-modal.tsx'

interface Props {
  title: string
  detail: string
  /** What to say once it is gone. */
  removed: string
  /** Where to go then. */
  list: string
  /** What the list and the removed thing are filed under. */
  listKey: readonly unknown[]
  ownKey: readonly unknown[]
  remove: () => Promise<unknown>
  close: () => void
}

/** Asks, removes, and goes back to the list. */
export function RemoveModal({ title, detail, removed, list, listKey, ownKey, remove, close }: Props) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const { notify } = useNotices()
  const confirm = async () => {
    await remove()
    navigate(list)
    queries.removeQueries({ queryKey: ownKey })
    void queries.invalidateQueries({ queryKey: listKey })
    void queries.invalidateQueries({ queryKey: keys.overview })
    notify({ type: 'success', header: removed })
  }
  return (
    <ConfirmModal title={title} confirmText={t('common.remove')} confirm={confirm} close={close}>
      {detail}
    </ConfirmModal>
  )
}
