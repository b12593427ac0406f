import SpaceBetween from '@cloudscape-design/components/space-between'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { bodyOf, type Client, type Schemas } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { useNotices } from '../../app/notices.tsx'
import { useClient } from '../../app/services.tsx'
import { ConfirmModal } from '../../components/form-modal.tsx'
import { MayButton } from '../../components/may-button.tsx'
import type { Draft } from '../../components/schema-form/schema.ts'
import { dangerOf } from '../charge-points/actions/dangers.ts'
import { useCreate } from './new.tsx'
import { failedOf } from './outcome.ts'
import { taskPath } from './paths.ts'
import { SendModal } from './send-modal.tsx'

type Task = Schemas['Task']

/** What can be done with a task: taking it back while it runs, and once it has ended another try for those that failed. */
export function TaskActions({ task }: { task: Task }) {
  const { t } = useTranslation()
  const [cancelling, setCancelling] = useState(false)
  const running = task.status === 'Running'
  return (
    <SpaceBetween direction="horizontal" size="xs">
      {running && (
        <MayButton
          needs="operator"
          disabled={task.cancelledAt !== undefined}
          onClick={() => setCancelling(true)}
        >
          {t('tasks.cancel')}
        </MayButton>
      )}
      {!running && <Retry task={task} />}
      {cancelling && <Cancel task={task} close={() => setCancelling(false)} />}
    </SpaceBetween>
  )
}

function Cancel({ task: { taskId, action }, close }: { task: Task; close: () => void }) {
  const { t } = useTranslation()
  const client = useClient()
  const queries = useQueryClient()
  const { notify } = useNotices()
  const confirm = async () => {
    await bodyOf(client.DELETE('/tasks/{taskId}', { params: { path: { taskId } } }))
    for (const queryKey of [keys.task(taskId), keys.tasks]) void queries.invalidateQueries({ queryKey })
    notify({ type: 'success', header: t('tasks.cancelled', { action }) })
  }
  return (
    <ConfirmModal
      title={t('tasks.cancelTitle', { action })}
      confirmText={t('tasks.cancel')}
      confirm={confirm}
      close={close}
    >
      {t('tasks.cancelDetail')}
    </ConfirmModal>
  )
}

function Retry({ task }: { task: Task }) {
  const { t } = useTranslation()
  const client = useClient()
  const navigate = useNavigate()
  const { notify, notifyProblem } = useNotices()
  const create = useCreate()
  const [failed, setFailed] = useState<string[]>()
  const [looking, setLooking] = useState(false)
  const { action, payload, timeoutSeconds, whenOffline } = task
  const look = async () => {
    setLooking(true)
    try {
      const found = await allFailed(client, task.taskId)
      if (found.length > 0) setFailed(found)
      else notify({ type: 'info', header: t('tasks.noneFailed') })
    } catch (error) {
      notifyProblem(error)
    } finally {
      setLooking(false)
    }
  }
  const send = async () => {
    const body = { action, payload, timeoutSeconds, whenOffline, chargePointIds: failed ?? [] }
    const { taskId } = await create.mutateAsync(body)
    setFailed(undefined)
    void navigate(taskPath(taskId))
  }
  return (
    <>
      <MayButton needs="operator" variant="primary" loading={looking} onClick={() => void look()}>
        {t('tasks.retry')}
      </MayButton>
      {failed && (
        <SendModal
          action={action}
          count={{ count: failed.length, partial: false }}
          danger={dangerOf(action, payload as Draft)}
          send={send}
          close={() => setFailed(undefined)}
        />
      )}
    </>
  )
}

const PAGE = 200

async function allFailed(client: Client, taskId: string): Promise<string[]> {
  const failed: string[] = []
  for (let cursor: string | undefined; ; ) {
    const query = { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) }
    const page = await bodyOf(client.GET('/tasks/{taskId}', { params: { path: { taskId }, query } }))
    failed.push(...failedOf(page.items))
    cursor = page.cursor
    if (cursor === undefined) return failed
  }
}
