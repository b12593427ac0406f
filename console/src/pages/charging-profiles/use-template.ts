import { useQuery } from '@tanstack/react-query'
import { answerOf } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { useClient, useRefresh } from '../../app/services.tsx'

/** A charging profile that is kept, with its ETag; of no id, none. */
export function useTemplate(chargingProfileId: number | undefined) {
  const client = useClient()
  return useQuery({
    queryKey: keys.chargingProfile(chargingProfileId ?? 0),
    queryFn: async ({ signal }) => {
      const params = { path: { chargingProfileId: chargingProfileId ?? 0 } }
      const answer = client.GET('/charging-profiles/{chargingProfileId}', { params, signal })
      const { body, headers } = await answerOf(answer)
      return { template: body, etag: headers.get('etag') ?? '*' }
    },
    enabled: chargingProfileId !== undefined,
    refetchInterval: useRefresh(60),
  })
}
