import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator'
import { useTranslation } from 'react-i18next'
import type { Schemas } from '../../api/client.ts'
import { useNow } from '../../components/time.tsx'

type State = 'valid' | 'blocked' | 'expired' | 'barred'

const TYPES: Record<State, StatusIndicatorProps.Type> = {
  valid: 'success',
  blocked: 'error',
  expired: 'warning',
  barred: 'stopped',
}

/** What comes first of what an Authorize would be refused for. */
export function stateOf(
  { blocked, expiryDate, maxActiveTransactions }: Omit<Schemas['IdTag'], 'activeTransactions'>,
  now: number,
): State {
  if (blocked) return 'blocked'
  if (expiryDate !== undefined && Date.parse(expiryDate) <= now) return 'expired'
  return maxActiveTransactions === 0 ? 'barred' : 'valid'
}

export function IdTagState({ idTag }: { idTag: Schemas['IdTag'] }) {
  const { t } = useTranslation()
  const now = useNow()
  const state = stateOf(idTag, Math.max(now, Date.now()))
  return <StatusIndicator type={TYPES[state]}>{t(`idTags.states.${state}`)}</StatusIndicator>
}
