import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import ProgressBar from '@cloudscape-design/components/progress-bar'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useParams } from 'react-router'
import { bodyOf, type Schemas } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { useNotices } from '../../app/notices.tsx'
import { Page } from '../../app/page.tsx'
import { useClient } from '../../app/services.tsx'
import { formatCount, formatInstant } from '../../components/format.ts'
import { Listing } from '../../components/listing.tsx'
import { MayButton } from '../../components/may-button.tsx'
import { ProblemAlert } from '../../components/problem.tsx'
import { ImportStatus } from './import-status.tsx'

type Import = Schemas['Import']

const ASK_MILLISECONDS = 1_500

/** How an import goes, and which of its rows have failed. */
export default function ImportDetail() {
  const { t } = useTranslation()
  const client = useClient()
  const { importId = '' } = useParams()
  const { data, error, refetch } = useQuery({
    queryKey: [...keys.import(importId), 'counts'],
    queryFn: ({ signal }) =>
      bodyOf(
        client.GET('/imports/{importId}', { params: { path: { importId }, query: { limit: 1 } }, signal }),
      ),
    refetchInterval: ({ state }) => (state.data?.status === 'Running' ? ASK_MILLISECONDS : false),
  })
  const title = data ? t('imports.one', { at: formatInstant(data.startedAt) }) : t('imports.title')
  return (
    <Page
      title={title}
      above={[
        { text: t('chargePoints.title'), href: '/charge-points' },
        { text: t('imports.title'), href: '/imports' },
      ]}
      actions={data?.status === 'Running' && <Cancel importId={importId} />}
    >
      <SpaceBetween size="l">
        {error && <ProblemAlert error={error} retry={refetch} />}
        {data && <Progress item={data} />}
        {data && <Errors importId={importId} failed={data.counts.failed} />}
      </SpaceBetween>
    </Page>
  )
}

const COUNTS = ['created', 'updated', 'unchanged', 'failed', 'cancelled', 'waiting'] as const

function Progress({ item }: { item: Import }) {
  const { t } = useTranslation()
  const { counts, kind, status } = item
  const done = counts.rows - counts.waiting
  const progress = t('imports.progress', { done: formatCount(done), all: formatCount(counts.rows) })
  return (
    <Container header={<Header variant="h2">{t(`imports.kinds.${kind}`)}</Header>}>
      <SpaceBetween size="m">
        <ImportStatus item={item} />
        <ProgressBar
          value={counts.rows === 0 ? 100 : (done / counts.rows) * 100}
          status={status === 'Running' ? 'in-progress' : 'success'}
          label={t('imports.rows')}
          {...(status === 'Running' ? { additionalInfo: progress } : { resultText: progress })}
        />
        <dl className="busbar-figures">
          {COUNTS.map((name) => (
            <div key={name}>
              <dt>{t(`imports.${name}`)}</dt>
              <dd className="busbar-value">{formatCount(counts[name])}</dd>
            </div>
          ))}
        </dl>
      </SpaceBetween>
    </Container>
  )
}

function Errors({ importId, failed }: { importId: string; failed: number }) {
  const { t } = useTranslation()
  const client = useClient()
  return (
    <Listing<Schemas['RowError']>
      id="import-errors"
      variant="container"
      title={t('imports.errors')}
      queryKey={[...keys.import(importId), 'errors', failed]}
      fetchPage={(query, signal) =>
        bodyOf(client.GET('/imports/{importId}', { params: { path: { importId }, query }, signal }))
      }
      rowId={({ row }) => `${row}`}
      columns={[
        { id: 'row', header: t('imports.row'), isRowHeader: true, cell: ({ row }) => row },
        { id: 'id', header: t('imports.id'), cell: ({ id }) => id ?? '–' },
        {
          id: 'message',
          header: t('imports.message'),
          cell: ({ message, issues }) =>
            issues?.map(({ path, message: issue }) => `${path}: ${issue}`).join('; ') ?? message,
        },
      ]}
      empty={{ title: t('imports.noErrors') }}
    />
  )
}

function Cancel({ importId }: { importId: string }) {
  const { t } = useTranslation()
  const client = useClient()
  const queries = useQueryClient()
  const { notifyProblem } = useNotices()
  const cancel = useMutation({
    mutationFn: () => bodyOf(client.POST('/imports/{importId}/cancel', { params: { path: { importId } } })),
    onError: notifyProblem,
    onSettled: () => queries.invalidateQueries({ queryKey: keys.import(importId) }),
  })
  return (
    <MayButton needs="administrator" loading={cancel.isPending} onClick={() => cancel.mutate()}>
      {t('imports.cancel')}
    </MayButton>
  )
}
