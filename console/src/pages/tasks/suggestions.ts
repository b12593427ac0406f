import { useQuery } from '@tanstack/react-query'
import { bodyOf } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { useClient } from '../../app/services.tsx'
import type { Suggestion } from '../../components/schema-form/leaf.tsx'

const OFFERED = 50
const NONE: Record<string, Suggestion[]> = {}
const NONE_YET: Record<string, Suggestion[]> = { location: [] }

/** The firmware there is, for the actions that have charge points fetch it. */
export function useFirmware(action: string): Record<string, Suggestion[]> {
  const client = useClient()
  const enabled = action.endsWith('UpdateFirmware')
  const { data } = useQuery({
    queryKey: [...keys.files, 'offered'],
    queryFn: ({ signal }) => bodyOf(client.GET('/files', { params: { query: { limit: OFFERED } }, signal })),
    enabled,
    select: ({ items }) => ({
      location: items
        .filter(({ status }) => status === 'Stored')
        .map(({ name, uri }) => ({ value: uri, description: name })),
    }),
  })
  return data ?? (enabled ? NONE_YET : NONE)
}
