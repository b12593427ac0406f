import ProgressBar from '@cloudscape-design/components/progress-bar'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { useTranslation } from 'react-i18next'
import type { Schemas } from '../../api/client.ts'
import { formatCount } from '../../components/format.ts'
import { doneOf } from './outcome.ts'

type Task = Schemas['Task']

export function TaskStatus({
  task: { status, cancelledAt },
}: {
  task: Pick<Task, 'status' | 'cancelledAt'>
}) {
  const { t } = useTranslation()
  if (status === 'Running') {
    const text = t(cancelledAt === undefined ? 'tasks.statuses.Running' : 'tasks.stopping')
    return <StatusIndicator type="in-progress">{text}</StatusIndicator>
  }
  return (
    <StatusIndicator type={status === 'Ended' ? 'success' : 'stopped'}>
      {t(`tasks.statuses.${status}`)}
    </StatusIndicator>
  )
}

/** How many have ended, of how many. */
export function Progress({ task: { counts, action } }: { task: Pick<Task, 'counts' | 'action'> }) {
  const { t } = useTranslation()
  const done = counts.targets - counts.waiting
  return (
    <ProgressBar
      value={doneOf(counts)}
      ariaLabel={t('tasks.progressOf', { action })}
      additionalInfo={t('tasks.done', { done: formatCount(done), all: formatCount(counts.targets) })}
    />
  )
}

/** What there is of what did not go well, in a line. */
export function Failures({ counts }: { counts: Task['counts'] }) {
  const { t } = useTranslation()
  const failed = counts.refused + counts.timedOut + counts.undelivered + counts.expired
  return failed === 0 ? (
    '–'
  ) : (
    <StatusIndicator type="warning">{t('tasks.failed', { count: failed })}</StatusIndicator>
  )
}
