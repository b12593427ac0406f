import Alert from '@cloudscape-design/components/alert'
import Spinner from '@cloudscape-design/components/spinner'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Page } from '../app/page.tsx'
import { useMay, useMe } from '../app/services.tsx'

interface Props {
  title: string
  /** What others are told. */
  reason: string
  children: ReactNode
}

/** A page that the API shows to administrators alone: others see why there is nothing. */
export function AdministratorsOnly({ title, reason, children }: Props) {
  const { t } = useTranslation()
  const may = useMay('administrator')
  const { data: me } = useMe()
  if (may) return children
  return (
    <Page title={title}>
      {me ? (
        <Alert type="info" header={reason}>
          {t('roles.needs.administrator')}
        </Alert>
      ) : (
        <Spinner size="large" />
      )}
    </Page>
  )
}
