import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { bodyOf, type Schemas } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { useClient } from '../../../app/services.tsx'
import type { Draft } from '../../../components/schema-form/schema.ts'

type Call = Schemas['Call']

/** The API holds the answer back for so long; what is still open then is asked after. */
const WAIT_SECONDS = 20
/** Of one that may have to wait for its charge point: it is soon seen that it does. */
const QUEUE_WAIT_SECONDS = 2
const ASK_MILLISECONDS = 1_500

export interface Wish {
  action: string
  payload: Draft
  whenOffline?: 'refuse' | 'queue'
  timeoutSeconds?: number
}

const waitOf = (whenOffline: Wish['whenOffline']): number =>
  whenOffline === 'queue' ? QUEUE_WAIT_SECONDS : WAIT_SECONDS

const isOpen = ({ status }: Call): boolean => status === 'Queued' || status === 'Sent'

/** Sends a call, and follows it to its end. `call` is how it stands. */
export function useSend(chargePointId: string) {
  const client = useClient()
  const queries = useQueryClient()
  const sending = useMutation({
    mutationFn: ({ payload, ...wish }: Wish) =>
      bodyOf(
        client.POST('/charge-points/{chargePointId}/calls', {
          params: { path: { chargePointId }, header: { Prefer: `wait=${waitOf(wish.whenOffline)}` } },
          headers: { 'Idempotency-Key': crypto.randomUUID() },
          body: { ...wish, payload: (payload ?? {}) as Record<string, unknown> },
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.chargePoint(chargePointId) }),
  })
  const sent = sending.data
  const { data: followed } = useCall(chargePointId, sent?.messageId)
  return { ...sending, call: followed ?? sent }
}

/** One call, asked after until it has ended. */
export function useCall(chargePointId: string, messageId: string | undefined) {
  const client = useClient()
  return useQuery({
    queryKey: [...keys.part(chargePointId, 'calls'), messageId],
    queryFn: ({ signal }) =>
      bodyOf(
        client.GET('/charge-points/{chargePointId}/calls/{messageId}', {
          params: { path: { chargePointId, messageId: messageId ?? '' } },
          signal,
        }),
      ),
    enabled: messageId !== undefined,
    refetchInterval: ({ state }) => (state.data && isOpen(state.data) ? ASK_MILLISECONDS : false),
  })
}
