import { existsSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import type { Browser, BrowserContext, BrowserContextOptions, Page, Request } from 'playwright-core'
import type { Person } from '../sign-in.ts'
import type { ShownPage } from './pages.ts'

/** The console in a window of its own, signed in. */
export interface Visit {
  page: Page
  /** What the console of the browser was told since it was last asked, warnings as well. */
  said: () => string[]
  /** Requests to the API since it was last asked, without the stream of events. */
  asked: () => URL[]
  /** Opens a page as a link does, and waits until all is there. */
  open: (shown: ShownPage) => Promise<void>
  /** Until nothing is under way any more. */
  settled: () => Promise<void>
  close: () => Promise<void>
}

const EVENTS = '/api/events'
/** So long must nothing have been asked for before a page is taken to be complete. */
const QUIET_MILLISECONDS = 250
const PATIENCE_MILLISECONDS = 60_000

const LOADING = ['awsui_spinner', 'awsui_status-loading']
  .flatMap((name) => [`#content [class*=${name}]`, `[role=dialog] [class*=${name}]`])
  .join(', ')

/** How the page that has nothing on it is called. */
const NOWHERE = 'There is nothing here'

export interface VisitOptions extends BrowserContextOptions {
  /** A folder with another build of the console than the one that is served. */
  build?: string
}

export async function visit(
  browser: Browser,
  url: string,
  { name, password }: Person,
  { build, ...options }: VisitOptions = {},
): Promise<Visit> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    reducedMotion: 'reduce',
    timezoneId: 'Europe/Amsterdam',
    locale: 'en-GB',
    ...options,
  })
  const page = await context.newPage()
  page.setDefaultTimeout(60_000)
  const traffic = watch(page)
  await page.goto(url)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.locator('input[name=name]').fill(name)
  await page.locator('input[type=password]').fill(password)
  await page.getByRole('button').first().click()
  const overview = page.getByRole('heading', { level: 1, name: 'Overview' })
  await overview.waitFor()
  if (build) {
    // What a redirect leads to is not to be had otherwise: signing in is done with the console that is served.
    await serveInstead(context, url, build)
    await page.goto(url)
    await overview.waitFor()
  }
  const loading = page.locator(LOADING)
  const settled = async () => {
    do await traffic.quiet()
    while ((await loading.count()) > 0)
  }
  const goTo = (path: string) =>
    page.evaluate(
      `history.pushState(null, '', ${JSON.stringify(path)}); dispatchEvent(new PopStateEvent('popstate'))`,
    )
  const headings = page.locator('#content h1')
  return {
    page,
    said: traffic.said,
    asked: traffic.asked,
    settled,
    async open({ path, heading, act }) {
      await goTo('/nowhere')
      await headings.filter({ hasText: NOWHERE }).waitFor()
      await goTo(path)
      await headings
        .filter({ hasText: heading, ...(path === '/nowhere' ? {} : { hasNotText: NOWHERE }) })
        .first()
        .waitFor()
      await settled()
      if (!act) return
      await act(page)
      await settled()
    },
    close: () => context.close(),
  }
}

const CONTENT_TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}
const PAGES = /^\/(?!api\/|oauth2|\.well-known|logout|sign-in|config\.json)/

/** Files of that folder in the place of those of the central system, under the same policy. */
async function serveInstead(context: BrowserContext, url: string, folder: string): Promise<void> {
  const policy = (await fetch(url)).headers.get('content-security-policy') ?? ''
  const ours = ({ origin, pathname }: URL) => origin === url && PAGES.test(pathname)
  await context.route(ours, (route) => {
    const path = join(folder, new URL(route.request().url()).pathname)
    const file = extname(path) !== '' && existsSync(path) ? path : join(folder, 'index.html')
    const contentType = CONTENT_TYPES[extname(file)] ?? 'application/octet-stream'
    return route.fulfill({
      body: readFileSync(file),
      contentType,
      headers: { 'content-security-policy': policy },
    })
  })
}

function watch(page: Page) {
  const said: string[] = []
  const asked: URL[] = []
  let lastAt = Date.now()
  const open = new Set<Request>()
  page.on('pageerror', (error) => said.push(String(error)))
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()))
      said.push(`${new URL(page.url()).pathname}: ${message.text()}`)
  })
  page.on('request', (request) => {
    const url = new URL(request.url())
    if (url.pathname === EVENTS && request.headers().accept?.startsWith('text/event-stream')) return
    if (url.pathname.startsWith('/api/')) asked.push(url)
    open.add(request)
    lastAt = Date.now()
  })
  const done = (request: Request) => {
    open.delete(request)
    lastAt = Date.now()
  }
  page.on('framenavigated', () => open.clear())
  page.on('requestfinished', done)
  page.on('requestfailed', done)
  const take = <T>(all: T[]) => all.splice(0)
  return {
    said: () => take(said),
    asked: () => take(asked),
    async quiet() {
      const until = Date.now() + PATIENCE_MILLISECONDS
      while (open.size > 0 || Date.now() - lastAt < QUIET_MILLISECONDS) {
        if (Date.now() > until) throw new Error(`still asked for: ${[...open].map((each) => each.url())}`)
        await page.waitForTimeout(50)
      }
    },
  }
}
