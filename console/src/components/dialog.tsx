import Modal, { type ModalProps } from '@cloudscape-design/components/modal'
import { useEffect, useState } from 'react'

/** A dialog that is there for as long as it is rendered; then what had the focus before has it again. */
export function Dialog(props: Omit<ModalProps, 'visible'>) {
  const [before] = useState(() => document.activeElement)
  useEffect(
    () => () => {
      if (document.activeElement === document.body && before instanceof HTMLElement) before.focus()
    },
    [before],
  )
  return <Modal visible {...props} />
}

/** How a dialog closes that has something to lose: not by a click beside it. */
export const unlessBeside =
  (close: () => void): NonNullable<ModalProps['onDismiss']> =>
  ({ detail }) => {
    if (detail.reason !== 'overlay') close()
  }
