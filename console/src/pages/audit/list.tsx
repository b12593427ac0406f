import Button from '@cloudscape-design/components/button'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { paths } from '../../../generated/api.ts'
import { bodyOf, type Schemas } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { usePlace } from '../../app/page.tsx'
import { useClient } from '../../app/services.tsx'
import { AdministratorsOnly } from '../../components/administrators-only.tsx'
import { Listing } from '../../components/listing.tsx'
import { PERIOD_CONTROL } from '../../components/period-control.tsx'
import { When } from '../../components/time.tsx'
import { EntryModal } from './entry-modal.tsx'

type Entry = Schemas['AuditEntry']
type Query = NonNullable<paths['/audit']['get']['parameters']['query']>

/** Who did what. */
export default function Audit() {
  const { t } = useTranslation()
  return (
    <AdministratorsOnly title={t('audit.title')} reason={t('audit.notYours')}>
      <Log />
    </AdministratorsOnly>
  )
}

function Log() {
  const { t } = useTranslation()
  const client = useClient()
  const [opened, setOpened] = useState<Entry>()
  usePlace(t('audit.title'))
  return (
    <>
      <Listing<Entry>
        id="audit"
        title={t('audit.title')}
        description={t('audit.description')}
        queryKey={keys.audit}
        fetchPage={(query, signal) =>
          bodyOf(client.GET('/audit', { params: { query: query as Query }, signal }))
        }
        rowId={({ auditId }) => auditId}
        columns={useColumns(setOpened)}
        filters={useFilters()}
        freeText="target"
        more={PERIOD_CONTROL}
        order={{ usual: 'desc', labels: { desc: t('listing.newest'), asc: t('listing.oldest') } }}
        empty={{ title: t('audit.empty'), detail: t('audit.emptyDetail') }}
      />
      {opened && <EntryModal entry={opened} close={() => setOpened(undefined)} />}
    </>
  )
}

function useFilters() {
  const { t } = useTranslation()
  return useMemo(
    () => [
      { name: 'target', label: t('audit.target'), suggest: ({ target }: Entry) => [target] },
      { name: 'operation', label: t('audit.operation'), suggest: ({ operation }: Entry) => [operation] },
      { name: 'by', label: t('audit.by'), suggest: ({ by }: Entry) => [by] },
    ],
    [t],
  )
}

function useColumns(open: (entry: Entry) => void) {
  const { t } = useTranslation()
  return useMemo(
    () => [
      { id: 'at', header: t('audit.at'), cell: ({ at }: Entry) => <When at={at} /> },
      { id: 'by', header: t('audit.by'), cell: ({ by }: Entry) => by ?? '–' },
      { id: 'role', header: t('audit.role'), cell: ({ role }: Entry) => role ?? '–' },
      {
        id: 'operation',
        header: t('audit.operation'),
        isRowHeader: true,
        minWidth: 200,
        cell: (entry: Entry) => (
          <Button variant="inline-link" onClick={() => open(entry)}>
            {entry.operation}
          </Button>
        ),
      },
      {
        id: 'target',
        header: t('audit.target'),
        minWidth: 200,
        cell: ({ target }: Entry) => <code>{target}</code>,
      },
      {
        id: 'status',
        header: t('audit.status'),
        cell: ({ status }: Entry) => (
          <StatusIndicator type={status >= 500 ? 'error' : 'success'}>{status}</StatusIndicator>
        ),
      },
      {
        id: 'given',
        header: t('audit.given'),
        cell: ({ given }: Entry) => given?.join(', ') || '–',
      },
    ],
    [t, open],
  )
}
