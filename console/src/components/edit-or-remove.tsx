import SpaceBetween from '@cloudscape-design/components/space-between'
import { useTranslation } from 'react-i18next'
import { MayButton } from './may-button.tsx'

/** What an administrator may do with everything that is on record. */
export function EditOrRemove({ open }: { open: (what: 'edit' | 'remove') => void }) {
  const { t } = useTranslation()
  return (
    <SpaceBetween direction="horizontal" size="xs">
      <MayButton needs="administrator" onClick={() => open('remove')}>
        {t('common.remove')}
      </MayButton>
      <MayButton needs="administrator" variant="primary" onClick={() => open('edit')}>
        {t('common.edit')}
      </MayButton>
    </SpaceBetween>
  )
}
