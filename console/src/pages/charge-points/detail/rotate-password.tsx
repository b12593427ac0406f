import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { bodyOf, type Schemas } from '../../../api/client.ts'
import { useNotices } from '../../../app/notices.tsx'
import { useClient } from '../../../app/services.tsx'
import { ConfirmModal } from '../../../components/form-modal.tsx'
import { PasswordOnce } from '../password-once.tsx'

const WAIT_SECONDS = 25

/** Has the charge point take a new password. */
export function RotatePassword({ chargePointId, close }: { chargePointId: string; close: () => void }) {
  const { t } = useTranslation()
  const client = useClient()
  const { notify } = useNotices()
  const [rotation, setRotation] = useState<Schemas['PasswordRotation']>()
  const rotate = async () => {
    const answer = await bodyOf(
      client.POST('/charge-points/{chargePointId}/password-rotation', {
        params: { path: { chargePointId }, header: { Prefer: `wait=${WAIT_SECONDS}` } },
        body: {},
      }),
    )
    if (answer.password !== undefined) return setRotation(answer)
    const type = answer.status === 'Rotated' ? 'success' : 'warning'
    notify({ type, header: t(`chargePoint.rotation.${answer.status}`) })
    close()
  }
  if (rotation?.password !== undefined) {
    return (
      <PasswordOnce
        chargePointId={chargePointId}
        password={rotation.password}
        note={t(`chargePoint.rotation.${rotation.status}`)}
        close={close}
      />
    )
  }
  return (
    <ConfirmModal
      title={t('chargePoint.rotateTitle', { id: chargePointId })}
      confirmText={t('chargePoint.rotate')}
      confirm={rotate}
      keepOpen
      close={close}
    >
      {t('chargePoint.rotateDetail')}
    </ConfirmModal>
  )
}
