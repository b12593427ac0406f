import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { useTranslation } from 'react-i18next'
import type { Schemas } from '../../api/client.ts'

type Webhook = Schemas['Webhook']

/** Whether it is on, and how its deliveries go. */
export function WebhookState({ enabled, disabledBecause, failuresInARow }: Webhook) {
  const { t } = useTranslation()
  if (disabledBecause) return <StatusIndicator type="error">{t('webhooks.gone')}</StatusIndicator>
  if (!enabled) return <StatusIndicator type="stopped">{t('webhooks.off')}</StatusIndicator>
  if (failuresInARow > 0)
    return (
      <StatusIndicator type="warning">{t('webhooks.failing', { count: failuresInARow })}</StatusIndicator>
    )
  return <StatusIndicator type="success">{t('webhooks.on')}</StatusIndicator>
}
