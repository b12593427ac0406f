import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import { onTestFinished } from 'vitest'
import { buildConsole } from '../../console/build.ts'
import { silent } from '../../lib/local/log.ts'
import { Station, type StationOptions } from '../../lib/station/station.ts'
import { launchBrowser, type Watched, watch } from './browser.ts'
import { type Busbar, startBusbar } from './e2e.ts'
import { withSettings } from './fleet.ts'
import type { Person } from './sign-in.ts'
import { synthesized } from './synthesized.ts'

/** Whoever may sign in, by the role. */
export const PEOPLE = {
  administrator: { name: 'Ada', password: 'a password of hers' },
  operator: { name: 'Olga Ørsted', password: 'another of hers' },
  viewer: { name: 'victor', password: 'a password of his' },
} satisfies Record<string, Person>

/** For what a slow machine takes its time for: long enough that nobody waits for it but in vain. */
export const LIMIT_MILLISECONDS = 60_000

/** What a test has beside, for several such waits. */
export const TEST_MILLISECONDS = 240_000

/** The built console at the edge of the whole local runtime, stations of the simulator, and a browser. */
export interface ConsoleRun {
  busbar: Busbar
  /** A page where nobody is signed in; like all, until the end of the test. */
  open(path: string): Promise<Watched>
  /** A page of somebody who is signed in; a person's pages are tabs of one browser. */
  openAs(person: Person, path: string): Promise<Watched>
  /** A station, not connected yet. */
  station(id: string, options?: Partial<StationOptions>): Station
  stop(): Promise<void>
}

export async function startConsole(): Promise<ConsoleRun> {
  const { directory } = await buildConsole()
  const stack = synthesized({ consoleDirectory: directory })
  const dataDir = mkdtempSync(join(tmpdir(), 'busbar-console-'))
  writeFileSync(join(dataDir, 'credentials.json'), JSON.stringify(CREDENTIALS))
  const settings = withSettings({ READ_CONFIGURATION_AFTER: '0' })
  const busbar = await startBusbar(settings, silent, { cdkOut: stack.cdkOut, dataDir })
  const browser = await launchBrowser()
  const stations: Station[] = []
  const contexts = new Map<Person, BrowserContext>()
  const visit = (context: BrowserContext, path: string) => visitIn(context, `${busbar.local.url}${path}`)
  return {
    busbar,
    open: async (path) => visit(await aContext(browser), path),
    async openAs(person, path) {
      const known = contexts.get(person)
      if (known) return visit(known, path)
      const context = await aContext(browser)
      contexts.set(person, context)
      const watched = await visit(context, path)
      await signIn(watched.page, person)
      return watched
    },
    station(id, options = {}) {
      const station = new Station({ id, url: `${busbar.local.wsUrl}/ocpp`, workMs: 100, ...options })
      stations.push(station)
      return station
    },
    async stop() {
      for (const station of stations) station.close()
      await browser.close()
      await busbar.stop()
      stack.remove()
      rmSync(dataDir, { recursive: true })
    },
  }
}

const CREDENTIALS = {
  clientId: 'machine',
  clientSecret: 'secret of the machine',
  administrator: PEOPLE.administrator,
  people: [
    { ...PEOPLE.operator, role: 'operator' },
    { ...PEOPLE.viewer, role: 'viewer' },
  ],
}

/**
 * What the console reads again less often than every ten seconds is not read again at all here: what changes on the
 * screen does so because of an event.
 */
const HOLD_SLOW_POLLING = `{
  const every = globalThis.setInterval
  globalThis.setInterval = (run, ms, ...rest) => (ms > 10_000 ? 0 : every(run, ms, ...rest))
}`

async function aContext(browser: Browser): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
  context.setDefaultTimeout(LIMIT_MILLISECONDS)
  await context.addInitScript(HOLD_SLOW_POLLING)
  return context
}

async function visitIn(context: BrowserContext, url: string): Promise<Watched> {
  const watched = watch(await context.newPage())
  onTestFinished(async ({ task }) => {
    if (task.result?.state === 'fail') await tellOf(watched)
    await watched.page.close()
  })
  await watched.page.goto(url)
  return watched
}

/** A wait in vain says nothing of what is there instead. */
async function tellOf({ page, troubles }: Watched): Promise<void> {
  process.stderr.write(`${page.url()}\n${await page.locator('body').innerText()}\n${troubles.join('\n')}\n`)
}

/** From the console's own page through that of the issuer, and back to where it was asked for. */
export async function signIn(page: Page, { name, password }: Person): Promise<void> {
  const wanted = page.url()
  await button(page, 'Sign in').click()
  await page.waitForURL(/\/sign-in/)
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('Password').fill(password)
  await button(page, 'Sign in').click()
  await page.waitForURL(wanted)
  await page.getByRole('navigation').first().waitFor()
}

type Place = Page | Locator

export const button = (place: Place, name: string): Locator =>
  place.getByRole('button', { name, exact: true })

export const link = (place: Place, name: string): Locator => place.getByRole('link', { name, exact: true })

/** The row of a table that is about one thing, by the name that it is called by. */
export const row = (place: Place, name: string): Locator =>
  place.getByRole('row').filter({ has: place.getByRole('rowheader', { name, exact: true }) })

/** A figure that is shown large, by its name. */
export const figureOf = (place: Locator, name: string): Promise<string> =>
  place
    .locator('.busbar-figures > *')
    .filter({ has: place.page().getByText(name, { exact: true }) })
    .locator('dd')
    .innerText()
