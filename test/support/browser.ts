import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import Npm from '@sparticuz/chromium'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

const INSTALLED = [
  '/usr/bin/google-chrome',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]
/** Run from outside of the page, whose policy may let in no script but its own. */
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** A browser without a window: CHROME_PATH, an installed Chrome or Chromium, or else the one of npm. */
export async function launchBrowser(): Promise<Browser> {
  const installed = [process.env.CHROME_PATH ?? '', ...INSTALLED].find((path) => path && existsSync(path))
  if (installed) return chromium.launch({ executablePath: installed, args: ['--no-sandbox'] })
  // Its own arguments are for Lambda: with one process and no zygote, a second page brings it down.
  return chromium.launch({
    executablePath: await Npm.executablePath(),
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
  })
}

/** A page that notes what goes wrong in it. */
export interface Watched {
  page: Page
  /** Errors of scripts and of the console, requests that failed. */
  troubles: string[]
}

export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Watched> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
  const watched = watch(await context.newPage())
  await watched.page.goto(url)
  return watched
}

export function watch(page: Page): Watched {
  const troubles: string[] = []
  page.on('pageerror', (error) => troubles.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(`${message.text()} ${message.location().url}`)
  })
  return { page, troubles }
}

/** What axe finds serious or critical, by all of its rules or by some: rule, and where. Empty if nothing is. */
export async function seriousFindings(page: Page, rules?: readonly string[]): Promise<string[]> {
  if (await page.evaluate('typeof axe === "undefined"')) await page.evaluate(AXE)
  const options = { resultTypes: ['violations'], ...(rules ? { runOnly: rules } : {}) }
  const findings: any = await page.evaluate(`axe.run(${JSON.stringify(options)})`)
  return findings.violations
    .filter(({ impact }: any) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }: any) => `${id}: ${nodes.map(({ target }: any) => target.join(' ')).join(', ')}`)
}
