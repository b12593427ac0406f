import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useParams } from 'react-router'
import { bodyOf, type Schemas } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { Page } from '../../app/page.tsx'
import { useClient } from '../../app/services.tsx'
import { Facts } from '../../components/facts.tsx'
import { formatCount } from '../../components/format.ts'
import { Json } from '../../components/json.tsx'
import { ProblemAlert } from '../../components/problem.tsx'
import { When } from '../../components/time.tsx'
import { TaskActions } from './actions.tsx'
import { Progress, TaskStatus } from './progress.tsx'
import { Results } from './results.tsx'

type Task = Schemas['Task']

const ASK_MILLISECONDS = 1_500

/** A task: how far it is, what it says, and what came of it at each charge point. */
export default function TaskDetail() {
  const { t } = useTranslation()
  const client = useClient()
  const { taskId = '' } = useParams()
  const { data, error, refetch } = useQuery({
    queryKey: [...keys.task(taskId), 'counts'],
    queryFn: ({ signal }) =>
      bodyOf(client.GET('/tasks/{taskId}', { params: { path: { taskId }, query: { limit: 1 } }, signal })),
    refetchInterval: ({ state }) => (state.data?.status === 'Running' ? ASK_MILLISECONDS : false),
  })
  return (
    <Page
      title={data ? t('tasks.one', { action: data.action }) : t('tasks.title')}
      above={[{ text: t('tasks.title'), href: '/tasks' }]}
      actions={data && <TaskActions task={data} />}
    >
      {error && <ProblemAlert error={error} retry={refetch} />}
      {!data && !error && <Spinner size="large" />}
      {data && (
        <SpaceBetween size="l">
          <Counts task={data} />
          <TaskFacts task={data} />
          <Results taskId={taskId} running={data.status === 'Running'} />
        </SpaceBetween>
      )}
    </Page>
  )
}

const COUNTS = ['answered', 'refused', 'timedOut', 'undelivered', 'expired', 'cancelled', 'waiting'] as const

function Counts({ task }: { task: Task }) {
  const { t } = useTranslation()
  return (
    <Container header={<Header variant="h2">{t('tasks.progress')}</Header>}>
      <SpaceBetween size="m">
        <TaskStatus task={task} />
        <Progress task={task} />
        <dl className="busbar-figures busbar-counts">
          {COUNTS.map((name) => (
            <div key={name}>
              <dt>{t(`tasks.counts.${name}`)}</dt>
              <dd className="busbar-value">{formatCount(task.counts[name])}</dd>
            </div>
          ))}
        </dl>
      </SpaceBetween>
    </Container>
  )
}

function TaskFacts({ task }: { task: Task }) {
  const { t } = useTranslation()
  const { filter, origin, whenOffline, timeoutSeconds, startedAt, endedAt, cancelledAt, deadline } = task
  return (
    <Facts
      title={t('tasks.facts')}
      columns={3}
      facts={[
        { label: t('tasks.targets'), value: targetsOf(filter) ?? t('tasks.named') },
        { label: t('tasks.origin'), value: origin },
        { label: t('tasks.startedAt'), value: <When at={startedAt} /> },
        { label: t('tasks.cancelledAt'), value: cancelledAt && <When at={cancelledAt} /> },
        {
          label: t(endedAt === undefined ? 'tasks.deadline' : 'tasks.endedAt'),
          value: <When at={endedAt ?? deadline} />,
        },
        { label: t('tasks.offline'), value: t(`tasks.offlines.${whenOffline}`) },
        { label: t('calls.timeout'), value: timeoutSeconds },
        { label: t('calls.request'), value: <Json value={task.payload} label={t('calls.request')} /> },
      ]}
    />
  )
}

/** `vendor: Acme, tag: fast`; none where they were named. */
function targetsOf(filter: Task['filter']): string | undefined {
  return (
    filter &&
    Object.entries(filter)
      .map(([name, value]) => (name === 'all' ? '*' : `${name}: ${value}`))
      .join(', ')
  )
}
