import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildForDevelopment } from '../../console/build.ts'
import { launchBrowser, seriousFindings } from '../support/browser.ts'
import { pagesOf, type ShownPage } from '../support/showcase/pages.ts'
import { type Showcase, startShowcase } from '../support/showcase/showcase.ts'
import { type Visit, type VisitOptions, visit } from '../support/showcase/visit.ts'

const START_MILLISECONDS = 300_000
const WALK_MILLISECONDS = 600_000

/** What may be well on a wide screen, and wrong on a narrow one. */
const BY_WIDTH = [
  'aria-allowed-attr',
  'aria-hidden-focus',
  'color-contrast',
  'scrollable-region-focusable',
  'target-size',
]

/** The one finding that cannot be mended from outside: the design system's own bar of small windows has an `aria-orientation`. */
const NOT_OURS = /^aria-allowed-attr: \.awsui_mobile-toolbar-nav\w*$/

/** What the browser, or the design system of its own component, says whatever the page does. */
const saidAnyway = ({ lacks }: ShownPage, text: string): boolean =>
  (lacks === true && text.includes('the server responded with a status of 404')) ||
  text.endsWith('[Button] Overriding native attribute [aria-haspopup] which has a Cloudscape-provided value')

let showcase: Showcase
let browser: Browser
let build: string

beforeAll(async () => {
  build = mkdtempSync(join(tmpdir(), 'busbar-console-'))
  await buildForDevelopment(build)
  showcase = await startShowcase({ few: true })
  browser = await launchBrowser()
}, START_MILLISECONDS)

afterAll(async () => {
  await browser?.close()
  await showcase?.stop()
  rmSync(build, { recursive: true, force: true })
})

/** Opens one page after the other, and gives what is wrong with each. */
async function walk(options: VisitOptions, look: (visit: Visit) => Promise<string[]>): Promise<object> {
  const { busbar, people } = showcase
  const there = await visit(browser, busbar.local.url, people.administrator, { build, ...options })
  const wrong: Record<string, string[]> = {}
  for (const shown of pagesOf(showcase)) {
    await there.open(shown)
    const found = (await look(there)).filter((finding) => !NOT_OURS.test(finding))
    const said = there.said().filter((text) => !saidAnyway(shown, text))
    if (found.length + said.length > 0) wrong[shown.name] = [...found, ...said]
  }
  await there.close()
  return wrong
}

describe('every page and dialog of the console', () => {
  it(
    'has nothing serious against it for axe in light or dark, and leaves the console of the browser silent',
    async () => {
      const wrong = await walk({}, async ({ page }) => {
        const light = await seriousFindings(page)
        await page.emulateMedia({ colorScheme: 'dark' })
        const dark = await seriousFindings(page, ['color-contrast'])
        await page.emulateMedia({ colorScheme: 'light' })
        return [...light, ...dark.map((finding) => `dark: ${finding}`)]
      })
      expect(wrong).toEqual({})
    },
    WALK_MILLISECONDS,
  )

  it(
    'has nothing serious against it on a phone, and is no wider than it',
    async () => {
      const wrong = await walk({ viewport: { width: 390, height: 844 } }, async ({ page }) => {
        const wide = await page.evaluate('document.documentElement.scrollWidth')
        return [...(await seriousFindings(page, BY_WIDTH)), ...(wide === 390 ? [] : [`${wide} px wide`])]
      })
      expect(wrong).toEqual({})
    },
    WALK_MILLISECONDS,
  )
})

describe('what is refused or reserved', () => {
  it(
    'is forgotten by an operator, and leads to what it is about',
    async () => {
      const { busbar, people } = showcase
      const there = await visit(browser, busbar.local.url, people.operator, { build })
      await there.open({ name: 'refused', path: '/refused-charge-points', heading: 'Refused charge points' })
      await there.page.getByText('The password is wrong').first().waitFor()
      await there.page.getByRole('button', { name: /^Forget that BRE-11/ }).click()
      await there.page.getByText('Nobody was refused').first().waitFor()
      expect((await busbar.api('GET', '/refused-charge-points')).body.items).toEqual([])

      await there.open({ name: 'reserved', path: '/charge-points/UTR-03', heading: 'UTR-03' })
      await there.page.getByRole('link', { name: /^Reservation \d+$/ }).click()
      await there.page.getByRole('heading', { level: 1, name: 'Reservations' }).waitFor()
      expect(new URL(there.page.url()).search).toBe('?chargePointId=UTR-03&active=true')
      await there.close()
    },
    WALK_MILLISECONDS,
  )
})
