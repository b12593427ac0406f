import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useTranslation } from 'react-i18next'
import { Dialog, unlessBeside } from '../../components/dialog.tsx'
import { Copy } from '../../components/json.tsx'

/** The secret by which a receiver knows who posts; shown when it is made, and never again. */
export function SecretOnce({ secret, close }: { secret: string; close: () => void }) {
  const { t } = useTranslation()
  return (
    <Dialog
      header={t('webhooks.secretTitle')}
      onDismiss={unlessBeside(close)}
      footer={
        <Box float="right">
          <Button variant="primary" onClick={close}>
            {t('webhooks.kept')}
          </Button>
        </Box>
      }
    >
      <SpaceBetween size="m">
        <Alert type="warning">{t('webhooks.secretOnce')}</Alert>
        <Box>{t('webhooks.secretWhat')}</Box>
        <Box variant="code" fontSize="heading-m">
          <span className="busbar-address">{secret}</span>
        </Box>
        <Copy text={secret} button={t('common.copy')} />
      </SpaceBetween>
    </Dialog>
  )
}
