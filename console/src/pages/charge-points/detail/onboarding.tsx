import Alert from '@cloudscape-design/components/alert'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { bodyOf } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { ApiProblem } from '../../../api/problem.ts'
import { useClient } from '../../../app/services.tsx'

const ASK_MILLISECONDS = 3_000

/** How a Pending charge point is being configured, and what it still waits for. */
export function Onboarding({ chargePointId }: { chargePointId: string }) {
  const { t } = useTranslation()
  const client = useClient()
  const { data } = useQuery({
    queryKey: keys.part(chargePointId, 'onboarding'),
    queryFn: async ({ signal }) => {
      const params = { path: { chargePointId } }
      const answer = bodyOf(client.GET('/charge-points/{chargePointId}/onboarding', { params, signal }))
      return answer.catch((error: unknown) => {
        if (error instanceof ApiProblem && error.status === 404) return null
        throw error
      })
    },
    refetchInterval: ASK_MILLISECONDS,
  })
  if (!data) {
    return (
      <Alert type="info" header={t('onboarding.pending')}>
        {t('onboarding.pendingDetail')}
      </Alert>
    )
  }
  const { status, steps, failure } = data
  const done = steps.filter(({ result }) => result !== undefined)
  return (
    <Alert type={status === 'Failed' ? 'error' : 'info'} header={t(`onboarding.status.${status}`)}>
      {failure ?? t('onboarding.steps', { done: done.length, all: steps.length })}
      <ul className="busbar-issues">
        {steps.map(({ key, value, result }) => (
          <li key={key}>
            <code>
              {key} = {value}
            </code>{' '}
            {result}
          </li>
        ))}
      </ul>
    </Alert>
  )
}
