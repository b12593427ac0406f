import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiProblem, isOffline, NotLoaded } from '../api/problem.ts'
import i18n from '../texts/index.ts'

/** What kind of thing went wrong, in a few words. */
export function titleOf(error: unknown): string {
  if (error instanceof ApiProblem) return error.problem.title
  if (error instanceof NotLoaded) return i18n.t('problem.notLoaded')
  if (isOffline(error)) return i18n.t('problem.offline')
  if (error instanceof DOMException && error.name === 'TimeoutError') return i18n.t('problem.timeout')
  return i18n.t('problem.unexpected')
}

/** What went wrong this time, place by place where the API tells the places. */
export function ProblemDetails({ error }: { error: unknown }): ReactNode {
  const { t } = useTranslation()
  if (error instanceof NotLoaded) return t('problem.notLoadedDetail')
  if (!(error instanceof ApiProblem)) {
    return isOffline(error) ? t('problem.offlineDetail') : String((error as Error)?.message ?? error)
  }
  const { detail, issues, errorId } = error.problem
  if (issues && issues.length > 0) {
    return (
      <ul className="busbar-issues">
        {issues.map(({ path, message }) => (
          <li key={`${path} ${message}`}>
            {path ? (
              <>
                <code>{path}</code> {message}
              </>
            ) : (
              message
            )}
          </li>
        ))}
      </ul>
    )
  }
  if (errorId) return t('problem.errorId', { errorId })
  return detail ?? ''
}

/** In the place of what could not be shown. */
export function ProblemAlert({ error, retry }: { error: unknown; retry?: (() => unknown) | undefined }) {
  const { t } = useTranslation()
  return (
    <Alert
      type="error"
      header={titleOf(error)}
      action={retry && <Button onClick={() => void retry()}>{t('common.retry')}</Button>}
    >
      <ProblemDetails error={error} />
    </Alert>
  )
}
