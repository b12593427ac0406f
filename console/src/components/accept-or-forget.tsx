import SpaceBetween from '@cloudscape-design/components/space-between'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNotices } from '../app/notices.tsx'
import { MayButton } from './may-button.tsx'

interface Props {
  /** On the buttons, and for those who hear them without their row. */
  labels: Record<'accept' | 'acceptOne' | 'forget' | 'forgetOne', string>
  /** What the inbox is filed under. */
  listKey: readonly unknown[]
  accept: () => void
  forget: () => Promise<unknown>
}

/** What an operator does with what waits in an inbox. */
export function AcceptOrForget({ labels, listKey, accept, forget }: Props) {
  const queries = useQueryClient()
  const { notifyProblem } = useNotices()
  const forgetting = useMutation({
    mutationFn: forget,
    onSettled: () => queries.invalidateQueries({ queryKey: listKey }),
    onError: notifyProblem,
  })
  return (
    <SpaceBetween direction="horizontal" size="xs">
      <MayButton needs="operator" ariaLabel={labels.acceptOne} onClick={accept}>
        {labels.accept}
      </MayButton>
      <MayButton
        needs="operator"
        variant="link"
        loading={forgetting.isPending}
        ariaLabel={labels.forgetOne}
        onClick={() => forgetting.mutate()}
      >
        {labels.forget}
      </MayButton>
    </SpaceBetween>
  )
}
