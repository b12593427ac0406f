import ButtonDropdown from '@cloudscape-design/components/button-dropdown'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { bodyOf, type Schemas } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { useNotices } from '../../../app/notices.tsx'
import { useClient, useMay } from '../../../app/services.tsx'
import { ConfirmModal, FormModal } from '../../../components/form-modal.tsx'
import type { Proposal } from '../actions/action-modal.tsx'
import { changeOf, draftOf } from '../draft.ts'
import { ChargePointFields } from '../fields.tsx'
import { RotatePassword } from './rotate-password.tsx'

interface Props {
  chargePoint: Schemas['ChargePoint']
  etag: string
  propose: (proposal: Proposal) => void
}

type Open = 'edit' | 'password' | 'delete'

const COMMANDS: Record<string, Proposal> = {
  start: { action: 'RemoteStartTransaction' },
  reset: { action: 'Reset' },
  trigger: { action: 'TriggerMessage' },
  availability: { action: 'ChangeAvailability' },
  firmware: { action: 'UpdateFirmware' },
  diagnostics: { action: 'GetDiagnostics' },
}

/** What is done with a charge point as a whole. */
export function HeaderActions({ chargePoint, etag, propose }: Props) {
  const { t } = useTranslation()
  const [open, setOpen] = useState<Open>()
  const administrator = useMay('administrator')
  const operator = useMay('operator')
  const close = () => setOpen(undefined)
  const item = (id: string, text: string, may: boolean, why: string) => ({
    id,
    text,
    disabled: !may,
    ...(may ? {} : { disabledReason: why }),
  })
  const command = (id: string) => item(id, COMMANDS[id]?.action ?? '', operator, t('roles.needs.operator'))
  const manage = (id: Open, text: string) => item(id, text, administrator, t('roles.needs.administrator'))
  return (
    <>
      <ButtonDropdown
        variant="primary"
        expandToViewport
        items={[
          { text: t('chargePoint.commands'), items: Object.keys(COMMANDS).map(command) },
          {
            text: t('chargePoint.manage'),
            items: [
              manage('edit', t('common.edit')),
              manage('password', t('chargePoint.rotate')),
              manage('delete', t('common.remove')),
            ],
          },
        ]}
        onItemClick={({ detail: { id } }) => {
          const proposal = COMMANDS[id]
          if (proposal) propose(proposal)
          else setOpen(id as Open)
        }}
      >
        {t('common.actions')}
      </ButtonDropdown>
      {open === 'edit' && <Edit chargePoint={chargePoint} etag={etag} close={close} />}
      {open === 'password' && <RotatePassword chargePointId={chargePoint.chargePointId} close={close} />}
      {open === 'delete' && <Remove chargePointId={chargePoint.chargePointId} etag={etag} close={close} />}
    </>
  )
}

function Edit({ chargePoint, etag, close }: Omit<Props, 'propose'> & { close: () => void }) {
  const { t } = useTranslation()
  const client = useClient()
  const queries = useQueryClient()
  const { notify } = useNotices()
  // As it was when the form was opened: what changes meanwhile must not be undone unseen.
  const [opened] = useState({ before: draftOf(chargePoint), etag })
  const [draft, setDraft] = useState(opened.before)
  const { chargePointId } = chargePoint
  const submit = async () => {
    await bodyOf(
      client.PATCH('/charge-points/{chargePointId}', {
        params: { path: { chargePointId }, header: { 'If-Match': opened.etag } },
        body: changeOf(opened.before, draft),
      }),
    )
    void queries.invalidateQueries({ queryKey: keys.chargePoint(chargePointId) })
    void queries.invalidateQueries({ queryKey: keys.chargePoints })
    notify({ type: 'success', header: t('chargePoint.edited', { id: chargePointId }) })
    close()
  }
  return (
    <FormModal
      title={t('chargePoint.editTitle', { id: chargePointId })}
      submitText={t('common.save')}
      submit={submit}
      cancel={close}
    >
      {(errorOf) => <ChargePointFields draft={draft} change={setDraft} errorOf={errorOf} editing />}
    </FormModal>
  )
}

function Remove({ chargePointId, etag, close }: { chargePointId: string; etag: string; close: () => void }) {
  const { t } = useTranslation()
  const client = useClient()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const { notify } = useNotices()
  const remove = async () => {
    await bodyOf(
      client.DELETE('/charge-points/{chargePointId}', {
        params: { path: { chargePointId }, header: { 'If-Match': etag } },
      }),
    )
    navigate('/charge-points')
    queries.removeQueries({ queryKey: keys.chargePoint(chargePointId) })
    void queries.invalidateQueries({ queryKey: keys.chargePoints })
    notify({ type: 'success', header: t('chargePoint.removed', { id: chargePointId }) })
  }
  return (
    <ConfirmModal
      title={t('chargePoint.removeTitle', { id: chargePointId })}
      confirmText={t('common.remove')}
      confirm={remove}
      close={close}
    >
      {t('chargePoint.removeDetail')}
    </ConfirmModal>
  )
}
