import type { BreadcrumbGroupProps } from '@cloudscape-design/components/breadcrumb-group'
import ContentLayout from '@cloudscape-design/components/content-layout'
import Header from '@cloudscape-design/components/header'
import { createContext, type ReactNode, useContext, useEffect } from 'react'

export type Crumb = BreadcrumbGroupProps.Item

/** Tells the shell where one is. */
export const CrumbsContext = createContext<(crumbs: Crumb[]) => void>(() => {})

export interface PageProps {
  title: string
  /** The pages above this one; its own title follows. */
  above?: Crumb[]
  description?: ReactNode
  actions?: ReactNode
  info?: ReactNode
  counter?: string
  children: ReactNode
}

/** Every page is one of these: heading, document title, breadcrumbs. */
export function Page({ title, above = [], description, actions, info, counter, children }: PageProps) {
  usePlace(title, above)
  const header = (
    <Header variant="h1" description={description} actions={actions} info={info} counter={counter ?? ''}>
      {title}
    </Header>
  )
  return <ContentLayout header={header}>{children}</ContentLayout>
}

/** For pages whose heading is that of a full-page table. */
export function usePlace(title: string, above: Crumb[] = []): void {
  const tell = useContext(CrumbsContext)
  const place = JSON.stringify([...above, { text: title, href: '' }])
  useEffect(() => {
    document.title = `${title} · Busbar`
    tell(JSON.parse(place) as Crumb[])
  }, [title, place, tell])
}
