import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Form from '@cloudscape-design/components/form'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiProblem } from '../api/problem.ts'
import { Dialog, unlessBeside } from './dialog.tsx'
import { ProblemAlert } from './problem.tsx'

/** What the API says is wrong with what is at this path. */
export type ErrorOf = (path: string) => string | undefined

interface Props {
  title: string
  submitText: string
  disabled?: boolean
  size?: 'small' | 'medium' | 'large'
  /** Does it, and then takes the form away. */
  submit: () => Promise<unknown>
  cancel: () => void
  children: ReactNode | ((errorOf: ErrorOf) => ReactNode)
}

/** A form in a dialog, until `submit` takes it away; what the API refuses is shown at the fields. */
export function FormModal({
  title,
  submitText,
  disabled = false,
  size = 'medium',
  submit,
  cancel,
  children,
}: Props) {
  const { t } = useTranslation()
  const { mutate, isPending, error } = useMutation({ mutationFn: submit })
  const shown = typeof children === 'function' ? children((path) => issueAt(error, path)) : children
  return (
    <Dialog header={title} size={size} onDismiss={unlessBeside(() => !isPending && cancel())}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (!disabled && !isPending) mutate()
        }}
      >
        <Form
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button formAction="none" variant="link" disabled={isPending} onClick={cancel}>
                {t('common.cancel')}
              </Button>
              <Button variant="primary" formAction="submit" loading={isPending} disabled={disabled}>
                {submitText}
              </Button>
            </SpaceBetween>
          }
        >
          <SpaceBetween size="l">
            <div className="busbar-fields">{shown}</div>
            {error && (
              <div role="alert">
                <ProblemAlert error={error} />
              </div>
            )}
          </SpaceBetween>
        </Form>
      </form>
    </Dialog>
  )
}

/** Of this place, or of one inside it. */
export function issueAt(error: unknown, path: string): string | undefined {
  if (!(error instanceof ApiProblem)) return undefined
  const issue = error.problem.issues?.find(
    (each) => each.path === path || each.path.startsWith(`${path}.`) || each.path.startsWith(`${path}[`),
  )
  return issue?.message
}

interface ConfirmProps {
  title: string
  confirmText: string
  confirm: () => Promise<unknown>
  /** `confirm` closes it itself, or shows something in its place. */
  keepOpen?: boolean
  close: () => void
  children: ReactNode
}

/** Asks before something is done that cannot be taken back. */
export function ConfirmModal({
  title,
  confirmText,
  confirm,
  keepOpen = false,
  close,
  children,
}: ConfirmProps) {
  return (
    <FormModal
      title={title}
      submitText={confirmText}
      size="small"
      submit={async () => {
        await confirm()
        if (!keepOpen) close()
      }}
      cancel={close}
    >
      <Box>{children}</Box>
    </FormModal>
  )
}
