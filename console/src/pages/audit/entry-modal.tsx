import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import ExpandableSection from '@cloudscape-design/components/expandable-section'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import Link from '@cloudscape-design/components/link'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useTranslation } from 'react-i18next'
import type { Schemas } from '../../api/client.ts'
import { Dialog } from '../../components/dialog.tsx'
import { Json } from '../../components/json.tsx'
import { When } from '../../components/time.tsx'
import { changesIn } from './diff.ts'
import { DiffView } from './diff-view.tsx'

/** One thing that was done: who, what, when, and what it changed. */
export function EntryModal({ entry, close }: { entry: Schemas['AuditEntry']; close: () => void }) {
  const { t } = useTranslation()
  const { at, by, role, operation, target, status, given, cut, importId } = entry
  return (
    <Dialog size="large" header={operation} onDismiss={close}>
      <SpaceBetween size="l">
        <KeyValuePairs
          columns={3}
          items={[
            { label: t('audit.at'), value: <When at={at} /> },
            { label: t('audit.by'), value: by ?? '–' },
            { label: t('audit.role'), value: role ?? '–' },
            { label: t('audit.target'), value: <Box variant="code">{target}</Box> },
            { label: t('audit.status'), value: status },
            { label: t('audit.given'), value: given?.join(', ') || '–' },
            ...(importId === undefined
              ? []
              : [{ label: t('audit.import'), value: <Link href={`/imports/${importId}`}>{importId}</Link> }]),
          ]}
        />
        {status >= 500 && <Alert type="warning">{t('audit.inPart')}</Alert>}
        {cut && <Alert type="info">{t('audit.cut', { names: cut.join(', ') })}</Alert>}
        <DiffView changes={changesIn(entry)} />
        <ExpandableSection headerText={t('common.code')}>
          <Json value={entry} label={operation} />
        </ExpandableSection>
      </SpaceBetween>
    </Dialog>
  )
}
