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
import { ChargePointFields } from './fields.tsx'
import { type MadePassword, PasswordOnce } from './password-once.tsx'

interface Props {
  /** One that waits in the inbox is accepted under its identity; else the form asks for one. */
  waiting?: string
  close: () => void
}

/** Registers a charge point; a password that was made for it is shown, this once. */
export function AddChargePoint({ waiting, close }: Props) {
  const { t } = useTranslation()
  const client = useClient()
  const queries = useQueryClient()
  const { notify } = useNotices()
  const [identity, setIdentity] = useState(waiting ?? '')
  const [draft, setDraft] = useState(NEW_DRAFT)
  const [made, setMade] = useState<MadePassword>()
  const submit = async () => {
    const body = registrationOf(draft)
    const created = await bodyOf(
      waiting === undefined
        ? client.POST('/charge-points', { body: { ...body, chargePointId: identity } })
        : client.POST('/unknown-charge-points/{chargePointId}/accept', {
            params: { path: { chargePointId: waiting } },
            body,
          }),
    )
    for (const queryKey of [keys.chargePoints, keys.inbox, keys.overview])
      void queries.invalidateQueries({ queryKey })
    if (created.password !== undefined)
      return setMade({ chargePointId: created.chargePointId, password: created.password })
    notify({ type: 'success', header: t('chargePoints.added', { id: created.chargePointId }) })
    close()
  }
  if (made) return <PasswordOnce {...made} close={close} />
  return (
    <FormModal
      title={waiting === undefined ? t('chargePoints.add') : t('chargePoints.acceptTitle', { id: waiting })}
      submitText={t(waiting === undefined ? 'chargePoints.addSubmit' : 'inbox.accept')}
      disabled={identity.trim() === ''}
      submit={submit}
      cancel={close}
    >
      {(errorOf) => (
        <>
          {waiting === undefined && (
            <FormField
              label={t('chargePoints.id')}
              description={t('chargePoints.idHint')}
              errorText={errorOf('chargePointId')}
              stretch
            >
              <Input value={identity} autoFocus onChange={({ detail }) => setIdentity(detail.value)} />
            </FormField>
          )}
          <ChargePointFields draft={draft} change={setDraft} errorOf={errorOf} />
        </>
      )}
    </FormModal>
  )
}
