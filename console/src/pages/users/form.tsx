import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
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
import { filled, patchOf } from '../../components/merge-patch.ts'
import { userPath } from './paths.ts'

const FIELDS = ['name', 'email', 'phone', 'note'] as const

type Draft = Record<(typeof FIELDS)[number], string>

interface Props {
  /** Who is edited, as last read; else one is registered. */
  user?: Schemas['UserDetails']
  etag?: string
  close: () => void
}

/** All that is kept of a user, as a form. */
export function UserForm({ user, etag = '*', close }: Props) {
  const { t } = useTranslation()
  const client = useClient()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const { notify } = useNotices()
  const { name = '', email = '', phone = '', note = '' } = user ?? {}
  // As it was when the form was opened: what changes meanwhile must not be undone unseen.
  const [opened] = useState({ before: { name, email, phone, note } satisfies Draft, etag })
  const [draft, setDraft] = useState<Draft>(opened.before)
  const submit = async () => {
    const { userId } = await bodyOf(
      user === undefined
        ? client.POST('/users', { body: { ...filled(draft), name: draft.name } })
        : client.PATCH('/users/{userId}', {
            params: { path: { userId: user.userId }, header: { 'If-Match': opened.etag } },
            body: patchOf(opened.before, draft),
          }),
    )
    for (const queryKey of [keys.users, keys.user(userId), keys.overview])
      void queries.invalidateQueries({ queryKey })
    notify({ type: 'success', header: t(user ? 'users.edited' : 'users.added', { name: draft.name }) })
    close()
    if (!user) navigate(userPath(userId))
  }
  const set = (field: keyof Draft, value: string) => setDraft({ ...draft, [field]: value })
  return (
    <FormModal
      title={user ? t('users.editTitle', { name }) : t('users.add')}
      submitText={t(user ? 'common.save' : 'users.addSubmit')}
      disabled={draft.name.trim() === ''}
      submit={submit}
      cancel={close}
    >
      {(errorOf) =>
        FIELDS.map((field) => (
          <FormField key={field} label={t(`users.${field}`)} errorText={errorOf(field)} stretch>
            {field === 'note' ? (
              <Textarea value={draft.note} onChange={({ detail }) => set('note', detail.value)} />
            ) : (
              <Input
                value={draft[field]}
                autoFocus={field === 'name'}
                inputMode={MODES[field]}
                onChange={({ detail }) => set(field, detail.value)}
              />
            )}
          </FormField>
        ))
      }
    </FormModal>
  )
}

const MODES = { name: 'text', email: 'email', phone: 'tel' } as const
