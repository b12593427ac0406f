import { useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { formatInstant, formatSpan } from './format.ts'

const TICK_MILLISECONDS = 10_000
const JUST_NOW_MILLISECONDS = 5_000

let now = Date.now()
const listeners = new Set<() => void>()

setInterval(() => {
  now = Date.now()
  for (const listener of listeners) listener()
}, TICK_MILLISECONDS)

/** The time, in steps that are fine enough to be read. */
export function useNow(): number {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => now,
  )
}

/** How long ago, or ahead; when exactly on pointing at it. */
export function Ago({ at }: { at: string | undefined }) {
  const { t } = useTranslation()
  const tick = useNow()
  if (at === undefined) return t('common.never')
  const span = Math.max(tick, Date.now()) - Date.parse(at)
  const text =
    Math.abs(span) < JUST_NOW_MILLISECONDS
      ? t('common.justNow')
      : t(span > 0 ? 'common.ago' : 'common.inSpan', { span: formatSpan(span) })
  return (
    <time dateTime={at} title={formatInstant(at)}>
      {text}
    </time>
  )
}

/** When exactly, in the time of this device. */
export function When({ at }: { at: string | undefined }) {
  const { t } = useTranslation()
  if (at === undefined) return t('common.never')
  return (
    <time dateTime={at} title={at}>
      {formatInstant(at)}
    </time>
  )
}
