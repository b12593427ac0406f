import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { issueAt } from '../form-modal.tsx'

/** What is wrong with a field of a payload: it is missing, or the API said so. The same function until either changes. */
export function useErrorOf(missing: readonly string[], error: unknown): (path: string) => string | undefined {
  const { t } = useTranslation()
  return useMemo(
    () => (path: string) =>
      missing.includes(path)
        ? t('form.required')
        : issueAt(error, path === '' ? 'payload' : `payload.${path}`),
    [error, missing, t],
  )
}
