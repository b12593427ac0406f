import Box from '@cloudscape-design/components/box'
import Link from '@cloudscape-design/components/link'
import { useTranslation } from 'react-i18next'
import { Page } from './page.tsx'

export function NotFound() {
  const { t } = useTranslation()
  return (
    <Page title={t('notFound.title')}>
      <Box>
        {t('notFound.detail')} <Link href="/">{t('notFound.home')}</Link>
      </Box>
    </Page>
  )
}
