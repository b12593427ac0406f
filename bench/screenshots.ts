import { mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Browser } from 'playwright-core'
import { buildConsole } from '../console/build.ts'
import { silent } from '../lib/local/log.ts'
import { synthesize } from '../lib/local/synth.ts'
import { launchBrowser } from '../test/support/browser.ts'
import { pagesOf, type ShownPage } from '../test/support/showcase/pages.ts'
import { type Showcase, startShowcase } from '../test/support/showcase/showcase.ts'
import { type VisitOptions, visit } from '../test/support/showcase/visit.ts'

const HELP = `Pictures of every page of the console, with a fleet that one could believe in.

  npm run screenshots [-- <folder>]     every page in light, in dark and on a phone; the overview and the lists on a wall
  npm run screenshots -- --readme       those of the README, into docs/screenshots

The default folder is a temporary one, which is printed. Everything runs on this machine, in a folder of its own.
`

const ROOT = new URL('..', import.meta.url).pathname

const FORMS = {
  light: {},
  dark: { colorScheme: 'dark' },
  phone: { viewport: { width: 390, height: 844 } },
  wall: { viewport: { width: 2560, height: 1440 } },
} satisfies Record<string, VisitOptions>
type Form = keyof typeof FORMS

/** The overview, and pages that are a list: nothing is opened in them. */
const isForWalls = ({ path, act }: ShownPage): boolean => !act && /^\/[\w-]*$/.test(path)

const IN_README: Partial<Record<Form, string[]>> = {
  light: ['overview', 'charge-point-now', 'charging-profile', 'task'],
  dark: ['transaction'],
}

const isChosen = (form: Form, shown: ShownPage, readme: boolean): boolean =>
  readme ? (IN_README[form]?.includes(shown.name) ?? false) : form !== 'wall' || isForWalls(shown)

async function take(browser: Browser, showcase: Showcase, folder: string, readme: boolean): Promise<number> {
  let taken = 0
  for (const form of Object.keys(FORMS) as Form[]) {
    const chosen = pagesOf(showcase).filter((shown) => isChosen(form, shown, readme))
    if (chosen.length === 0) continue
    const { busbar, people } = showcase
    const there = await visit(browser, busbar.local.url, people.administrator, FORMS[form])
    for (const shown of chosen) {
      await there.open(shown)
      await there.page.screenshot({ path: join(folder, `${shown.name}-${form}.png`) })
      taken += 1
    }
    await there.close()
  }
  return taken
}

async function main(given: string[]): Promise<void> {
  if (given.some((each) => ['-h', '--help'].includes(each))) return void process.stdout.write(HELP)
  const readme = given.includes('--readme')
  const [named] = given.filter((each) => !each.startsWith('-'))
  const folder = readme
    ? join(ROOT, 'docs', 'screenshots')
    : named
      ? resolve(named)
      : mkdtempSync(join(tmpdir(), 'busbar-screenshots-'))
  mkdirSync(folder, { recursive: true })
  await buildConsole()
  const cdkOut = await synthesize({ root: ROOT, log: silent })
  const showcase = await startShowcase({ cdkOut })
  try {
    const browser = await launchBrowser()
    const taken = await take(browser, showcase, folder, readme)
    await browser.close()
    console.log(`${taken} pictures in ${folder}`)
  } finally {
    await showcase.stop()
  }
}

await main(process.argv.slice(2))
