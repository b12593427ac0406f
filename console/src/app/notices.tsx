import type { FlashbarProps } from '@cloudscape-design/components/flashbar'
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react'
import { ProblemDetails, titleOf } from '../components/problem.tsx'

export interface Notice {
  type: 'success' | 'info' | 'warning' | 'error'
  header: ReactNode
  content?: ReactNode
}

interface Notices {
  items: FlashbarProps.MessageDefinition[]
  /** Shows a message above the page; those of success go by themselves. */
  notify: (notice: Notice) => void
  /** Shows why something did not work. */
  notifyProblem: (error: unknown) => void
}

const NoticesContext = createContext<Notices | undefined>(undefined)

const SHOWN_MILLISECONDS = 6_000
const SHOWN_MAX = 5

export function NoticesProvider({ children }: { children: ReactNode }) {
  const [items, setItems] = useState<FlashbarProps.MessageDefinition[]>([])
  const notify = useCallback((notice: Notice) => {
    const id = crypto.randomUUID()
    const dismiss = () => setItems((shown) => shown.filter((item) => item.id !== id))
    const item = { ...notice, id, dismissible: true, onDismiss: dismiss }
    setItems((shown) => [item, ...shown].slice(0, SHOWN_MAX))
    if (notice.type === 'success') setTimeout(dismiss, SHOWN_MILLISECONDS)
  }, [])
  const notifyProblem = useCallback(
    (error: unknown) =>
      notify({ type: 'error', header: titleOf(error), content: <ProblemDetails error={error} /> }),
    [notify],
  )
  const value = useMemo(() => ({ items, notify, notifyProblem }), [items, notify, notifyProblem])
  return <NoticesContext.Provider value={value}>{children}</NoticesContext.Provider>
}

export function useNotices(): Notices {
  const notices = useContext(NoticesContext)
  if (!notices) throw new Error('there are no notices here')
  return notices
}
