import Link from '@cloudscape-design/components/link'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { bodyOf, type Schemas } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { usePlace } from '../../app/page.tsx'
import { useClient } from '../../app/services.tsx'
import { formatCount, formatInstant } from '../../components/format.ts'
import { Listing } from '../../components/listing.tsx'
import { MayButton } from '../../components/may-button.tsx'
import { ImportStatus } from './import-status.tsx'
import { NewImport } from './new-import.tsx'

type Import = Schemas['Import']

export default function Imports() {
  const { t } = useTranslation()
  const client = useClient()
  const [importing, setImporting] = useState(false)
  usePlace(t('imports.title'), [{ text: t('chargePoints.title'), href: '/charge-points' }])
  const start = (
    <MayButton needs="administrator" variant="primary" onClick={() => setImporting(true)}>
      {t('imports.new')}
    </MayButton>
  )
  return (
    <>
      <Listing<Import>
        id="imports"
        title={t('imports.title')}
        queryKey={keys.imports}
        fetchPage={(query, signal) => bodyOf(client.GET('/imports', { params: { query }, signal }))}
        rowId={({ importId }) => importId}
        refreshSeconds={5}
        actions={start}
        columns={[
          {
            id: 'startedAt',
            header: t('imports.startedAt'),
            isRowHeader: true,
            cell: ({ importId, startedAt }) => (
              <Link href={`/imports/${importId}`}>{formatInstant(startedAt)}</Link>
            ),
          },
          { id: 'kind', header: t('imports.kind'), cell: ({ kind }) => t(`imports.kinds.${kind}`) },
          { id: 'status', header: t('imports.status'), cell: (item) => <ImportStatus item={item} /> },
          { id: 'rows', header: t('imports.rows'), cell: ({ counts }) => formatCount(counts.rows) },
          { id: 'created', header: t('imports.created'), cell: ({ counts }) => formatCount(counts.created) },
          { id: 'failed', header: t('imports.failed'), cell: ({ counts }) => formatCount(counts.failed) },
          { id: 'origin', header: t('imports.origin'), cell: ({ origin }) => origin ?? '–' },
        ]}
        empty={{ title: t('imports.empty'), detail: t('imports.emptyDetail'), action: start }}
      />
      {importing && <NewImport close={() => setImporting(false)} />}
    </>
  )
}
