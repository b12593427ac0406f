import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { OcppError } from '../../lib/ocpp/error.ts'
import type { CentralSystemRequest, Station } from '../../lib/station/station.ts'
import {
  button,
  type ConsoleRun,
  figureOf,
  LIMIT_MILLISECONDS,
  link,
  PEOPLE,
  row,
  startConsole,
  TEST_MILLISECONDS,
} from '../support/console.ts'
import { atOnce } from '../support/fleet.ts'
import { askForTokens } from '../support/sign-in.ts'

type Answer = () => Promise<Record<string, unknown> | undefined>

const LIMIT = { timeout: TEST_MILLISECONDS }
const PATIENCE = { timeout: LIMIT_MILLISECONDS }
const AT_ONCE = 10

let run: ConsoleRun
/** What stations say in place of what they would, and what each was asked, by their names. */
const answers = new Map<string, Answer>()
const asked = new Map<string, string[]>()

beforeAll(async () => {
  run = await startConsole()
}, TEST_MILLISECONDS)
afterAll(() => run?.stop())

async function aStation(id: string): Promise<Station> {
  await run.busbar.register(id)
  const station = run.station(id, { connectors: 1, decide: (request) => decide(id, request) })
  asked.set(id, [])
  return station
}

function decide(id: string, { action }: CentralSystemRequest) {
  asked.get(id)?.push(action)
  return answers.get(id)?.()
}

async function anAcceptedStation(id: string): Promise<Station> {
  const station = await aStation(id)
  await station.connect()
  await station.accepted()
  await station.idle()
  return station
}

const rejected: Answer = async () => ({ status: 'Rejected' })
const broken: Answer = async () => {
  throw new OcppError('InternalError', 'the contactor is stuck')
}

async function choose(page: Page, action: string): Promise<void> {
  await page.getByRole('button', { name: 'Choose an action' }).click()
  await page.getByRole('option', { name: action, exact: true }).click()
}

describe('a task in the console', () => {
  it(
    'goes to fifty, shows how far it is and what came of it at each, and tries the failed ones again',
    LIMIT,
    async () => {
      const names = Array.from({ length: 50 }, (_, index) => `T${String(index + 1).padStart(2, '0')}`)
      const [declines, refuses, away, ...others] = names as [string, string, string, ...string[]]
      const slow = others.slice(0, 2)
      let release = () => {}
      const released = new Promise<undefined>((resolve) => {
        release = () => resolve(undefined)
      })
      answers.set(declines, rejected)
      answers.set(refuses, broken)
      for (const name of slow) answers.set(name, () => released)
      const absent = await aStation(away)
      await atOnce(AT_ONCE, [declines, refuses, ...others], anAcceptedStation)

      const { page, troubles } = await run.openAs(PEOPLE.operator, '/tasks')
      await button(page, 'New task').first().click()
      await choose(page, 'ChangeAvailability')
      await page.getByLabel('connectorId').fill('0')
      await page.getByRole('button', { name: 'type' }).click()
      await page.getByRole('option', { name: 'Operative', exact: true }).click()
      await page.getByLabel('Identities').fill(names.join('\n'))
      await page.getByLabel('Those that are offline get it when they are back').uncheck()
      await button(page, 'Send ChangeAvailability').click()
      await confirm(page, 50)

      await page.getByText('48 of 50').first().waitFor()
      await page.getByText('Running').first().waitFor()
      await row(page, declines).getByText('Answered: Rejected').first().waitFor()
      await row(page, refuses).getByText('InternalError the contactor is stuck').first().waitFor()
      await row(page, away).getByText(`charge point ${away} is not connected`).first().waitFor()
      for (const name of slow) await row(page, name).getByText('Sent').first().waitFor()
      release()
      await page.getByText('50 of 50').first().waitFor()
      await page.getByText('Ended', { exact: true }).first().waitFor()
      for (const name of slow) await row(page, name).getByText('Answered: Accepted').first().waitFor()
      const figures = ['Answered', 'Refused', 'Undelivered', 'Waiting'].map((name) =>
        figureOf(page.locator('main'), name),
      )
      expect(await Promise.all(figures)).toEqual(['48', '1', '1', '0'])

      for (const name of [declines, refuses]) answers.delete(name)
      await absent.connect()
      await absent.accepted()
      const first = page.url()
      await button(page, 'Retry the failed ones').click()
      await confirm(page, 3)
      await page.waitForURL((url) => url.href !== first)
      await page.getByText('3 of 3').first().waitFor()
      for (const name of [declines, refuses, away])
        await row(page, name).getByText('Answered: Accepted').first().waitFor()
      expect(names.map((name) => asked.get(name)?.length)).toEqual(
        names.map((name) => (name === declines || name === refuses ? 2 : 1)),
      )
      expect(troubles).toEqual([])
    },
  )

  async function confirm(page: Page, count: number): Promise<void> {
    const dialog = page.getByRole('dialog')
    await dialog.getByText(`${count} charge points`, { exact: true }).first().waitFor()
    await button(dialog, 'Send ChangeAvailability').click()
    await dialog.waitFor({ state: 'detached' })
  }
})

describe('an action sent from the console', () => {
  const commandsOf = async (id: string) =>
    (await run.openAs(PEOPLE.operator, `/charge-points/${id}?tab=calls`)).page

  /** The form of an action, and where it says what came of it. */
  async function formOn(page: Page) {
    await choose(page, 'RemoteStartTransaction')
    const form = page.locator('form')
    const idTag = form.getByLabel('idTag', { exact: true })
    return { form, idTag, said: form.getByRole('status'), send: button(form, 'Send RemoteStartTransaction') }
  }

  it('stays where it is while something is missing, and the form says what', LIMIT, async () => {
    await anAcceptedStation('WAITS')
    const { form, send } = await formOn(await commandsOf('WAITS'))
    await send.click()
    await form.getByText('This is needed.').first().waitFor()
    expect(asked.get('WAITS')).toEqual([])
  })

  it('has a form that keeps what is typed while suggestions are still on their way', LIMIT, async () => {
    await aStation('TYPED')
    await run.busbar.api('POST', '/id-tags', { idTag: 'NOTED' })
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const page = await commandsOf('TYPED')
    await page.route(/\/api\/id-tags\?/, async (route) => {
      await held
      await route.continue()
    })
    const { idTag } = await formOn(page)
    await idTag.pressSequentially('NO')
    release()
    await page.getByRole('option', { name: 'NOTED' }).waitFor()
    await page.keyboard.type('BODY')
    expect(await idTag.inputValue()).toBe('NOBODY')
  })

  it(
    'that the charge point declines is shown as an answer that says no, not as a success',
    LIMIT,
    async () => {
      await anAcceptedStation('DECLINES')
      answers.set('DECLINES', rejected)
      const { idTag, said, send } = await formOn(await commandsOf('DECLINES'))
      await idTag.fill('NOBODY')
      await send.click()
      await said.getByText('Answered: Rejected').first().waitFor()
      expect(await said.locator('[class*="status-warning"]').innerText()).toBe('Answered: Rejected')
      expect(asked.get('DECLINES')).toEqual(['RemoteStartTransaction'])
    },
  )

  it('that ends with an error is told with the code and the words of the charge point', LIMIT, async () => {
    await anAcceptedStation('FAILS')
    answers.set('FAILS', broken)
    const { idTag, said, send } = await formOn(await commandsOf('FAILS'))
    await idTag.fill('NOBODY')
    await send.click()
    await said.getByText('The charge point refused it with an error.').first().waitFor()
    await said.getByText('InternalError', { exact: true }).first().waitFor()
    await said.getByText('the contactor is stuck', { exact: true }).first().waitFor()
  })

  it('to a charge point that is offline says so, and can wait until it is back', LIMIT, async () => {
    const station = await aStation('AWAY')
    const { form, idTag, said, send } = await formOn(await commandsOf('AWAY'))
    await idTag.fill('NOBODY')
    await send.click()
    await said.getByText('The charge point is not connected').first().waitFor()
    await form.getByLabel('If it is offline, wait until it is back').check()
    await send.click()
    await said.getByText('It waits for the charge point.').first().waitFor()
    expect(asked.get('AWAY')).toEqual([])
    await station.connect()
    await said.getByText('Answered: Accepted').first().waitFor()
    expect(asked.get('AWAY')).toEqual(['RemoteStartTransaction'])
  })
})

describe('what was sent from the console', () => {
  it('is found by its action and by its outcome', LIMIT, async () => {
    await anAcceptedStation('FOUND')
    for (const action of ['ClearCache', 'GetLocalListVersion']) await run.busbar.command('FOUND', action)
    answers.set('FOUND', broken)
    await run.busbar.command('FOUND', 'ClearCache')
    const { page } = await run.openAs(PEOPLE.viewer, '/charge-points/FOUND?tab=calls')
    const outcomes = () => page.locator('tbody tr').locator('td:nth-child(2)').allInnerTexts()
    const filter = async (text: string) => {
      const field = page.getByRole('combobox', { name: 'Filter' })
      await field.fill(text)
      await field.press('Enter')
    }
    await expect.poll(async () => (await outcomes()).length, PATIENCE).toBe(3)
    await filter('Action = ClearCache')
    await expect.poll(outcomes, PATIENCE).toEqual(['Refused', 'Answered: Accepted'])
    await filter('Outcome = Answered')
    await expect.poll(outcomes, PATIENCE).toEqual(['Answered: Accepted'])
  })
})

describe('a form of the console', () => {
  it(
    'keeps what was typed when one clicks beside it, and gives the focus back in the end',
    LIMIT,
    async () => {
      const { page } = await run.openAs(PEOPLE.administrator, '/users')
      await button(page, 'Add a user').first().click()
      const name = page.getByRole('dialog').getByLabel('Name', { exact: true })
      await name.fill('Jürgen Müßiggang')
      await page.mouse.click(10, 450)
      await button(page.getByRole('dialog'), 'Cancel').focus()
      expect(await name.inputValue()).toBe('Jürgen Müßiggang')
      await page.keyboard.press('Escape')
      await name.waitFor({ state: 'detached' })
      await expect.poll(() => page.evaluate('document.activeElement.innerText'), PATIENCE).toBe('Add a user')
    },
  )
})

describe('an address that asks for what there is not', () => {
  it('shows the first part of a charge point, and a filter that can be taken away', LIMIT, async () => {
    await run.busbar.register('LINKED')
    const { page } = await run.openAs(PEOPLE.viewer, '/charge-points/LINKED?tab=nonsense')
    await page.getByText('No connector is known yet').first().waitFor()
    const transactions = await run.openAs(PEOPLE.viewer, '/transactions?from=yesterday')
    await transactions.page.getByText('The request is not valid').first().waitFor()
    await transactions.page.getByText('Since yesterday').first().waitFor()
  })
})

describe('a viewer', () => {
  it('sees everything and can send nothing, in the console or past it', LIMIT, async () => {
    await anAcceptedStation('WATCHED')
    const { page, troubles } = await run.openAs(PEOPLE.viewer, '/charge-points/WATCHED')
    const written: string[] = []
    page.on('request', (request) => {
      if (request.method() !== 'GET') written.push(`${request.method()} ${request.url()}`)
    })
    await page.getByText('Available').first().waitFor()
    await cannot(page, 'Start')
    await button(page, 'Actions').click()
    for (const name of ['RemoteStartTransaction', 'Reset', 'Edit', 'Remove'])
      expect(await page.getByRole('menuitem', { name }).getAttribute('aria-disabled'), name).toBe('true')
    await page.keyboard.press('Escape')
    await page.getByRole('tab', { name: 'Commands' }).click()
    await choose(page, 'GetLocalListVersion')
    await cannot(page, 'Send GetLocalListVersion')
    await link(page, 'Tasks').click()
    await cannot(page, 'New task')
    expect(written).toEqual([])
    expect(troubles).toEqual([])

    const { access_token: token } = await tokensIn(page)
    const body = JSON.stringify({ action: 'GetLocalListVersion' })
    const path = `${run.busbar.local.url}/api/charge-points/WATCHED`
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const refused = await fetch(`${path}/calls`, { method: 'POST', headers, body })
    expect([refused.status, await refused.json()]).toMatchObject([
      403,
      { detail: 'this needs the role operator; you have viewer' },
    ])
    expect((await fetch(path, { headers })).status).toBe(200)
    expect(asked.get('WATCHED')).toEqual([])
  })

  async function cannot(page: Page, name: string): Promise<void> {
    const theirs = button(page, name).first()
    await theirs.waitFor()
    expect(await theirs.getAttribute('aria-disabled'), name).toBe('true')
    await theirs.click({ force: true })
    await page.getByText('This needs the role of an operator.').first().waitFor({ state: 'attached' })
  }
})

describe('signing in', () => {
  it('where the browser cannot, over plain http from elsewhere, says what to do', LIMIT, async () => {
    const { page } = await run.open('/')
    await page.addInitScript('Object.defineProperty(globalThis, "isSecureContext", { value: false })')
    await page.reload()
    await page.getByText('Browsers let nobody sign in over plain http').waitFor()
    expect(await button(page, 'Sign in').isDisabled()).toBe(true)
  })
})

describe('signing out', () => {
  it(
    'ends it in every tab: the tokens are gone, the renewal is dead, and whoever comes back is asked again',
    LIMIT,
    async () => {
      const { page } = await run.openAs(PEOPLE.administrator, '/transactions')
      const { page: other } = await run.openAs(PEOPLE.administrator, '/charge-points')
      await link(other, 'Charge points').first().waitFor()
      const { access_token, refresh_token, clientId } = await tokensIn(page)
      expect([access_token, refresh_token]).toEqual([expect.stringMatching(/./), expect.stringMatching(/./)])

      await page.getByRole('button', { name: 'Your account' }).click()
      await page.getByRole('menuitem', { name: 'Sign out' }).click()
      await page.waitForURL(`${run.busbar.local.url}/`)
      for (const each of [page, other]) {
        await button(each, 'Sign in').waitFor()
        expect(await kept(each)).not.toMatch(/token/)
      }
      await page.goto(`${run.busbar.local.url}/charge-points`)
      await button(page, 'Sign in').click()
      await page.getByLabel('Password').waitFor()
      const form = { grant_type: 'refresh_token', client_id: clientId, refresh_token }
      expect((await askForTokens(run.busbar.local.url, form)).body.error).toBe('invalid_grant')
    },
  )
})

/** All that the console has put down in the browser. */
const kept = (page: Page): Promise<string> =>
  page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])')

async function tokensIn(page: Page) {
  const [local] = JSON.parse(await kept(page)) as [Record<string, string>]
  const [key = '', value = '{}'] =
    Object.entries(local).find(([name]) => name.startsWith('busbar.user:')) ?? []
  const tokens = JSON.parse(value) as { access_token: string; refresh_token: string }
  return { ...tokens, clientId: key.split(':').at(-1) ?? '' }
}
