import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { useTranslation } from 'react-i18next'
import type { Schemas } from '../../api/client.ts'

export function ImportStatus({ item: { status, counts } }: { item: Schemas['Import'] }) {
  const { t } = useTranslation()
  const look = () => {
    if (status === 'Running') return 'in-progress'
    if (status === 'Cancelled') return 'stopped'
    return counts.failed > 0 ? 'warning' : 'success'
  }
  return <StatusIndicator type={look()}>{t(`imports.statuses.${status}`)}</StatusIndicator>
}
