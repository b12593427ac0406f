import Spinner from '@cloudscape-design/components/spinner'
import { useQuery } from '@tanstack/react-query'
import { bodyOf, type Schemas } from '../../../api/client.ts'
import { useClient } from '../../../app/services.tsx'
import { Dialog, unlessBeside } from '../../../components/dialog.tsx'
import { ProblemAlert } from '../../../components/problem.tsx'
import type { Draft } from '../../../components/schema-form/schema.ts'
import { ActionForm } from './action-form.tsx'

/** The actions that a central system may send, with their schemas. They do not change. */
export function useActions() {
  const client = useClient()
  return useQuery({
    queryKey: ['actions'],
    queryFn: async ({ signal }) => {
      const { items } = await bodyOf(client.GET('/actions', { signal }))
      return items.filter(({ initiatedBy }) => initiatedBy.includes('CentralSystem'))
    },
    staleTime: Number.POSITIVE_INFINITY,
  })
}

export interface Proposal {
  action: string
  preset?: Draft
}

interface Props extends Proposal {
  chargePoint: Schemas['ChargePoint']
  close: () => void
}

/** One action, in a dialog. */
export function ActionModal({ chargePoint, action, preset, close }: Props) {
  const { data, error } = useActions()
  const found = data?.find((each) => each.action === action)
  return (
    <Dialog header={`${chargePoint.chargePointId}: ${action}`} onDismiss={unlessBeside(close)}>
      {error && <ProblemAlert error={error} />}
      {!found && !error && <Spinner />}
      {found && (
        <ActionForm chargePoint={chargePoint} action={found} {...(preset === undefined ? {} : { preset })} />
      )}
    </Dialog>
  )
}
