import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import { useTranslation } from 'react-i18next'

/** Where there is no charge point yet. */
export function Welcome() {
  const { t } = useTranslation()
  return (
    <Alert
      type="info"
      header={t('overview.welcome')}
      action={<Button href="/charge-points">{t('overview.welcomeAction')}</Button>}
    >
      {t('overview.welcomeDetail')}
    </Alert>
  )
}
