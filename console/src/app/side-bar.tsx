import SideNavigation, { type SideNavigationProps } from '@cloudscape-design/components/side-navigation'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'react-router'
import { ROUTES } from './routes.tsx'

/** The pages that have a link, under their headings. */
export function SideBar() {
  const { t } = useTranslation()
  const { pathname } = useLocation()
  const linked = ROUTES.flatMap(({ path, link, section }) => (link ? [{ path, link, section }] : []))
  const sections = [...new Set(linked.map(({ section }) => section))]
  const items = sections.flatMap((section): SideNavigationProps.Item[] => {
    const links = linked
      .filter((each) => each.section === section)
      .map(({ path, link }) => ({ type: 'link' as const, text: t(`navigation.${link}`), href: path }))
    return section ? [{ type: 'section-group', title: t(`sections.${section}`), items: links }] : links
  })
  const here = linked
    .map(({ path }) => path)
    .filter((path) => pathname === path || (path !== '/' && pathname.startsWith(`${path}/`)))
    .at(-1)
  return <SideNavigation activeHref={here ?? ''} items={items} />
}
