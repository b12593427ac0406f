import AppLayout from '@cloudscape-design/components/app-layout'
import Box from '@cloudscape-design/components/box'
import BreadcrumbGroup from '@cloudscape-design/components/breadcrumb-group'
import Spinner from '@cloudscape-design/components/spinner'
import { type MouseEvent, Suspense, useContext, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Route, Routes, useLocation, useNavigate } from 'react-router'
import { ErrorBoundary } from './error-boundary.tsx'
import { lazily } from './lazily.ts'
import { NotFound } from './not-found.tsx'
import { useNotices } from './notices.tsx'
import { type Crumb, CrumbsContext } from './page.tsx'
import { ROUTES } from './routes.tsx'
import { LiveContext } from './services.tsx'
import { SideBar } from './side-bar.tsx'
import { TopBar } from './top-bar.tsx'

const STACKED_FROM = 3

/** Loaded after the page, for it has to be there when nothing can be loaded any more. */
const loadFlashbar = () => import('@cloudscape-design/components/flashbar')
const Flashbar = lazily(loadFlashbar)

/** What is around every page. */
export function Shell() {
  const { t } = useTranslation()
  const follow = useInnerLinks()
  const [crumbs, setCrumbs] = useState<Crumb[]>([])
  const [navigationOpen, setNavigationOpen] = useState(() => innerWidth > 900)
  const banners = useBanners()
  const { pathname } = useLocation()
  useEffect(() => {
    loadFlashbar().catch(() => undefined)
  }, [])
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions lint/a11y/useKeyWithClickEvents: links fire clicks by key as well
    <div onClick={follow}>
      <a className="busbar-skip" href="#content">
        {t('shell.skip')}
      </a>
      <TopBar />
      <CrumbsContext.Provider value={setCrumbs}>
        <AppLayout
          headerSelector="#busbar-top"
          navigation={<SideBar />}
          navigationOpen={navigationOpen}
          onNavigationChange={({ detail }) => setNavigationOpen(detail.open)}
          toolsHide
          maxContentWidth={Number.MAX_VALUE}
          breadcrumbs={crumbs.length > 1 && <BreadcrumbGroup items={crumbs} />}
          notifications={
            banners.length > 0 && (
              <ErrorBoundary place={pathname}>
                <Suspense>
                  <Flashbar items={banners} stackItems={banners.length > STACKED_FROM} />
                </Suspense>
              </ErrorBoundary>
            )
          }
          content={
            <FocusedContent>
              <ErrorBoundary place={pathname}>
                <Suspense fallback={<Loading />}>
                  <Pages />
                </Suspense>
              </ErrorBoundary>
            </FocusedContent>
          }
        />
      </CrumbsContext.Provider>
    </div>
  )
}

function Pages() {
  return (
    <Routes>
      {ROUTES.map(({ path, page: Page }) => (
        <Route key={path} path={path} element={<Page />} />
      ))}
      <Route path="*" element={<NotFound />} />
    </Routes>
  )
}

function Loading() {
  const { t } = useTranslation()
  return (
    <Box textAlign="center" padding="xxl">
      <Spinner size="large" /> <span className="busbar-hidden">{t('common.loading')}</span>
    </Box>
  )
}

/** Takes the focus when another page has been opened, as a browser does with another document. */
function FocusedContent({ children }: { children: React.ReactNode }) {
  const { pathname } = useLocation()
  const content = useRef<HTMLDivElement>(null)
  const before = useRef(pathname)
  useEffect(() => {
    if (before.current === pathname) return
    before.current = pathname
    content.current?.focus({ preventScroll: true })
    scrollTo(0, 0)
  }, [pathname])
  return (
    <div id="content" ref={content} tabIndex={-1}>
      {children}
    </div>
  )
}

/** What stands above the page: that the central system is out of reach, and what else there is to say. */
function useBanners() {
  const { t } = useTranslation()
  const { items } = useNotices()
  const state = useContext(LiveContext)
  if (state !== 'away') return items
  const away = {
    id: 'away',
    type: 'warning' as const,
    header: t('shell.away'),
    content: t('shell.awayDetail'),
  }
  return [away, ...items]
}

/** Any plain link to a page of the console opens it without leaving this one; whoever asks for a new tab gets it. */
function useInnerLinks() {
  const navigate = useNavigate()
  return (event: MouseEvent) => {
    if (
      event.defaultPrevented ||
      event.button !== 0 ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    )
      return
    const anchor = (event.target as Element).closest('a')
    const href = anchor?.getAttribute('href')
    if (!anchor || !href?.startsWith('/') || href.startsWith('/api/') || anchor.target === '_blank') return
    if (anchor.hasAttribute('download')) return
    event.preventDefault()
    navigate(href)
  }
}
