import ExpandableSection from '@cloudscape-design/components/expandable-section'
import Link from '@cloudscape-design/components/link'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { bodyOf, type Schemas } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { useClient } from '../../app/services.tsx'
import { Json } from '../../components/json.tsx'
import { Listing } from '../../components/listing.tsx'
import { CallStatusIndicator } from '../../components/statuses.tsx'
import { Ago } from '../../components/time.tsx'
import { chargePointPath } from '../charge-points/paths.ts'

type TaskResult = Schemas['TaskResult']

const STATUSES: readonly TaskResult['status'][] = [
  'Waiting',
  'Queued',
  'Sent',
  'Answered',
  'Refused',
  'TimedOut',
  'Undelivered',
  'Expired',
  'Cancelled',
]

/** What came of a task at each charge point. */
export function Results({ taskId, running }: { taskId: string; running: boolean }) {
  const { t } = useTranslation()
  const client = useClient()
  const textOf = (status: TaskResult['status']) =>
    status === 'Waiting' ? t('tasks.notYet') : t(`callStatus.${status}`)
  return (
    <Listing<TaskResult>
      id="task-results"
      variant="container"
      title={t('tasks.results')}
      queryKey={keys.task(taskId)}
      fetchPage={(query, signal) =>
        bodyOf(client.GET('/tasks/{taskId}', { params: { path: { taskId }, query }, signal }))
      }
      rowId={({ chargePointId }) => chargePointId}
      columns={useColumns()}
      filters={[
        {
          name: 'status',
          label: t('tasks.status'),
          values: STATUSES.map((value) => ({ value, label: textOf(value) })),
        },
      ]}
      refreshSeconds={running ? 2 : 60}
      empty={{
        title: t(running ? 'tasks.noResultsYet' : 'tasks.noResults'),
        detail: t(running ? 'tasks.noResultsYetDetail' : 'tasks.noResultsDetail'),
      }}
    />
  )
}

function useColumns() {
  const { t } = useTranslation()
  return useMemo(
    () => [
      {
        id: 'chargePointId',
        header: t('tasks.chargePoint'),
        isRowHeader: true,
        cell: ({ chargePointId }: TaskResult) => (
          <Link href={chargePointPath(chargePointId)}>{chargePointId}</Link>
        ),
      },
      { id: 'status', header: t('tasks.status'), cell: (result: TaskResult) => <Status result={result} /> },
      { id: 'answer', header: t('calls.response'), cell: (result: TaskResult) => <Answer {...result} /> },
      { id: 'sentAt', header: t('calls.sentAt'), cell: ({ sentAt }: TaskResult) => <At at={sentAt} /> },
      {
        id: 'closedAt',
        header: t('calls.closedAt'),
        cell: ({ closedAt }: TaskResult) => <At at={closedAt} />,
      },
    ],
    [t],
  )
}

const At = ({ at }: { at: string | undefined }) => (at === undefined ? '–' : <Ago at={at} />)

function Status({ result: { status, response } }: { result: TaskResult }) {
  const { t } = useTranslation()
  if (status === 'Waiting') return <StatusIndicator type="pending">{t('tasks.notYet')}</StatusIndicator>
  return <CallStatusIndicator call={{ status, response }} />
}

function Answer({ response, error }: TaskResult) {
  if (error) return `${error.sentCode ?? error.code} ${error.description}`
  if (response === undefined) return '–'
  const text = JSON.stringify(response)
  if (text.length <= SHORT) return <code>{text}</code>
  return (
    <ExpandableSection headerText={<code>{`${text.slice(0, SHORT)}…`}</code>}>
      <Json value={response} />
    </ExpandableSection>
  )
}

const SHORT = 48
