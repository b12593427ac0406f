import Link from '@cloudscape-design/components/link'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { bodyOf, type Schemas } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { usePlace } from '../../app/page.tsx'
import { useClient } from '../../app/services.tsx'
import { Listing } from '../../components/listing.tsx'
import { MayButton } from '../../components/may-button.tsx'
import { PERIOD_CONTROL } from '../../components/period-control.tsx'
import { Ago } from '../../components/time.tsx'
import { taskPath } from './paths.ts'
import { Failures, Progress, TaskStatus } from './progress.tsx'

type Task = Schemas['Task']

export default function Tasks() {
  const { t } = useTranslation()
  const client = useClient()
  const navigate = useNavigate()
  usePlace(t('tasks.title'))
  const create = (
    <MayButton needs="operator" variant="primary" onClick={() => void navigate('/tasks/new')}>
      {t('tasks.new')}
    </MayButton>
  )
  return (
    <Listing<Task>
      id="tasks"
      title={t('tasks.title')}
      description={t('tasks.description')}
      queryKey={keys.tasks}
      fetchPage={(query, signal) => bodyOf(client.GET('/tasks', { params: { query }, signal }))}
      rowId={({ taskId }) => taskId}
      columns={useColumns()}
      filters={useFilters()}
      freeText="action"
      more={PERIOD_CONTROL}
      order={{ usual: 'desc', labels: { desc: t('listing.newest'), asc: t('listing.oldest') } }}
      refreshSeconds={3}
      actions={create}
      empty={{ title: t('tasks.empty'), detail: t('tasks.emptyDetail'), action: create }}
    />
  )
}

function useFilters() {
  const { t } = useTranslation()
  return useMemo(
    () => [
      { name: 'action', label: t('tasks.action'), suggest: ({ action }: Task) => [action] },
      {
        name: 'status',
        label: t('tasks.status'),
        values: [
          { value: 'running', label: t('tasks.statuses.Running') },
          { value: 'ended', label: t('tasks.statuses.Ended') },
        ],
      },
      { name: 'origin', label: t('tasks.origin'), suggest: ({ origin }: Task) => [origin] },
    ],
    [t],
  )
}

function useColumns() {
  const { t } = useTranslation()
  return useMemo(
    () => [
      {
        id: 'action',
        header: t('tasks.action'),
        isRowHeader: true,
        cell: ({ taskId, action }: Task) => <Link href={taskPath(taskId)}>{action}</Link>,
      },
      { id: 'status', header: t('tasks.status'), cell: (task: Task) => <TaskStatus task={task} /> },
      {
        id: 'progress',
        header: t('tasks.progress'),
        minWidth: 180,
        cell: (task: Task) => <Progress task={task} />,
      },
      { id: 'failed', header: t('tasks.failures'), cell: ({ counts }: Task) => <Failures counts={counts} /> },
      {
        id: 'startedAt',
        header: t('tasks.startedAt'),
        cell: ({ startedAt }: Task) => <Ago at={startedAt} />,
      },
      { id: 'origin', header: t('tasks.origin'), cell: ({ origin }: Task) => origin ?? '–' },
    ],
    [t],
  )
}
