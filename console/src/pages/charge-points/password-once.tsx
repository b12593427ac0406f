import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useTranslation } from 'react-i18next'
import { Dialog, unlessBeside } from '../../components/dialog.tsx'
import { Copy } from '../../components/json.tsx'

export interface MadePassword {
  chargePointId: string
  password: string
  /** What else there is to say of it. */
  note?: string
}

/** A password is shown when it is made, and never again. */
export function PasswordOnce({ chargePointId, password, note, close }: MadePassword & { close: () => void }) {
  const { t } = useTranslation()
  return (
    <Dialog
      header={t('chargePoints.passwordMade', { id: chargePointId })}
      onDismiss={unlessBeside(close)}
      footer={
        <Box float="right">
          <Button variant="primary" onClick={close}>
            {t('chargePoints.passwordKept')}
          </Button>
        </Box>
      }
    >
      <SpaceBetween size="m">
        {note && <Box>{note}</Box>}
        <Alert type="warning">{t('chargePoints.passwordOnce')}</Alert>
        <Box variant="code" fontSize="heading-m">
          {password}
        </Box>
        <Copy text={password} button={t('common.copy')} />
      </SpaceBetween>
    </Dialog>
  )
}
