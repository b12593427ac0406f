import { readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import type { Page, Request } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import {
  button,
  type ConsoleRun,
  figureOf,
  LIMIT_MILLISECONDS,
  link,
  PEOPLE,
  row,
  signIn,
  startConsole,
  TEST_MILLISECONDS,
} from '../support/console.ts'
import { readAll } from '../support/fleet.ts'

const ID_TAG = 'TAG001'
const PATIENCE = { timeout: LIMIT_MILLISECONDS }
const STREAM = 'text/event-stream'

let run: ConsoleRun
beforeAll(async () => {
  run = await startConsole()
  await run.busbar.api('POST', '/id-tags', { idTag: ID_TAG })
}, TEST_MILLISECONDS)
afterAll(() => run?.stop())

describe('the console', () => {
  it('takes a charge point in, starts it, shows the power as it changes, stops it, and tells of it as a plot and as CSV', {
    timeout: TEST_MILLISECONDS,
  }, async () => {
    const { page, troubles } = await run.open('/unknown-charge-points')
    const codes = codesOf(page)
    await signIn(page, PEOPLE.administrator)
    expect(codes()).toEqual({ challenges: ['S256'], verifiers: 1, secrets: 0 })
    const loads = loadsOf(page)

    const station = aStation('CP001')
    void station.connect()
    await accept(page, 'CP001')
    await link(page, 'Charge points').first().click()
    await row(page, 'CP001').getByText('Online').first().waitFor()
    await link(row(page, 'CP001'), 'CP001').click()
    await card(page).getByText('Available').first().waitFor()
    expect(await page.locator('main').innerText()).not.toMatch(/\bin \d+ s\b/)

    await send(page, 'Start', 'RemoteStartTransaction', { idTag: ID_TAG })
    await card(page).getByText('Charging', { exact: true }).first().waitFor()
    await card(page).getByText('150 kW', { exact: true }).first().waitFor()
    const energy = await figureOf(card(page), 'Energy')
    station.car(1, { demandKw: 60 })
    await card(page).getByText('60 kW', { exact: true }).first().waitFor()
    await expect.poll(() => figureOf(card(page), 'Energy'), PATIENCE).not.toBe(energy)

    const [transactionId = ''] = /\d+/.exec(await card(page).getByRole('link').innerText()) ?? []
    const readings = () => readAll(run.busbar, `/transactions/${transactionId}/meter-values`)
    await expect.poll(async () => (await readings()).length, PATIENCE).toBeGreaterThan(3)
    await send(page, 'Stop', 'RemoteStopTransaction', {})
    await card(page).getByText('Available').first().waitFor()
    expect(loads()).toBe(0)

    await link(page, 'Transactions').click()
    await row(page, transactionId).getByText('Stopped').first().waitFor()
    await compareList(page, transactionId)
    await link(row(page, transactionId), transactionId).click()
    await compareTransaction(page, transactionId)
    expect(loads()).toBe(0)
    expect(troubles.filter((each) => !isTooEarly(each))).toEqual([])
  })

  it('shows in the list at once who comes and who goes, without being loaded again', {
    timeout: TEST_MILLISECONDS,
  }, async () => {
    for (const id of ['LIVE1', 'LIVE2']) await run.busbar.register(id)
    const { page, troubles } = await run.openAs(PEOPLE.viewer, '/charge-points')
    const loads = loadsOf(page)
    const station = aStation('LIVE1')
    const stays = row(page, 'LIVE2').getByText('Offline')
    for (let times = 0; times < 2; times++) {
      await row(page, 'LIVE1').getByText('Offline').first().waitFor()
      await stays.waitFor()
      await station.connect()
      await row(page, 'LIVE1').getByText('Online').first().waitFor()
      await stays.waitFor()
      station.goOffline()
    }
    await row(page, 'LIVE1').getByText('Offline').first().waitFor()
    expect(loads()).toBe(0)
    expect(troubles).toEqual([])
  })
})

describe('the console in eight tabs', () => {
  it('follows what happens once for all of them, and goes on when the one that does is hidden or closed', {
    timeout: TEST_MILLISECONDS,
  }, async () => {
    await run.busbar.register('TABS')
    const first = (await run.openAs(PEOPLE.operator, '/charge-points')).page
    const streams = streamsOf(first)
    const others: Page[] = []
    await row(first, 'TABS').waitFor()
    // One after the other: in this order they follow each other.
    for (let tab = 2; tab <= 8; tab++) {
      const { page } = await run.openAs(PEOPLE.operator, '/charge-points')
      await row(page, 'TABS').waitFor()
      others.push(page)
    }
    const station = aStation('TABS')
    const allShow = (tabs: Page[], state: string) =>
      Promise.all(tabs.map((tab) => row(tab, 'TABS').getByText(state).first().waitFor()))

    await allShow([first, ...others], 'Offline')
    await station.connect()
    await allShow([first, ...others], 'Online')
    const ofTheFirst = streams()
    expect(ofTheFirst).toBeLessThanOrEqual(1)

    await setHidden(first, true)
    await expect.poll(streams, PATIENCE).toBe(ofTheFirst + 1)
    station.goOffline()
    await allShow([first, ...others], 'Offline')
    await first.close()
    await station.connect()
    await allShow(others, 'Online')
    expect(streams()).toBe(ofTheFirst + 1)

    await others.shift()?.close()
    await expect.poll(streams, PATIENCE).toBe(ofTheFirst + 2)
    station.goOffline()
    await allShow(others, 'Offline')
  })
})

describe('the console without its central system', () => {
  it('says so, and that a page could not be loaded, until it is back', {
    timeout: TEST_MILLISECONDS,
  }, async () => {
    const { page } = await run.openAs(PEOPLE.viewer, '/')
    const away = page.getByText('The central system is out of reach', { exact: true }).first()
    const context = page.context()
    await page.getByText('Energy of ended transactions').first().waitFor()
    // A stream that is open outlives what the browser calls offline: it is given up first.
    await setHidden(page, true)
    await context.setOffline(true)
    onTestFinished(() => context.setOffline(false))
    await setHidden(page, false)
    await away.waitFor()
    await link(page, 'Webhooks').click()
    await page.getByText('This page could not be loaded').first().waitFor()
    await context.setOffline(false)
    await away.waitFor({ state: 'detached' })
    await button(page, 'Try again').click()
    await page.getByRole('heading', { level: 1, name: 'Webhooks', exact: true }).waitFor()
  })

  it('does not call all well what could not be read', { timeout: TEST_MILLISECONDS }, async () => {
    const { page } = await run.openAs(PEOPLE.viewer, '/about')
    const problem = { type: '/problems/other', title: 'The table is gone', status: 400 }
    await page.route(/\/api\/charge-points\?/, (route) => route.fulfill({ status: 400, json: problem }))
    await link(page, 'Overview').click()
    await page.getByText('The table is gone').first().waitFor()
  })
})

/** How many streams of events were opened from now on, in all tabs. */
function streamsOf(page: Page): () => number {
  let streams = 0
  page.context().on('request', (request) => {
    if (new URL(request.url()).pathname === '/api/events' && request.headers().accept?.startsWith(STREAM))
      streams++
  })
  return () => streams
}

/** As if another window covered it, or did no more. */
const setHidden = (page: Page, hidden: boolean) =>
  page.evaluate(`
    Object.defineProperty(document, 'hidden', { configurable: true, value: ${hidden} })
    document.dispatchEvent(new Event('visibilitychange'))
  `)

/** One that tells its meter every second. */
const aStation = (id: string) =>
  run.station(id, { powerKw: 150, connectors: 1, configuration: { MeterValueSampleInterval: '1' } })

/** A connector shows its transaction as soon as the start is heard, a moment before it is on record. */
const isTooEarly = (trouble: string): boolean => /404 \(Not Found\) \S+\/api\/transactions\/\d+/.test(trouble)

const card = (page: Page) =>
  page.locator('.busbar-tiles > *').filter({ has: page.getByRole('heading', { name: 'Connector 1' }) })

/** How often the page was loaded from now on. */
function loadsOf(page: Page): () => number {
  let loads = 0
  page.on('domcontentloaded', () => loads++)
  return () => loads
}

/** How the page asks for tokens: with a code, which only it can redeem (RFC 7636), and no secret. */
function codesOf(page: Page) {
  const requests: Request[] = []
  page.on('request', (request) => requests.push(request))
  const sent = (path: string) => requests.filter((request) => new URL(request.url()).pathname === path)
  return () => {
    const forms = sent('/oauth2/token').map((request) => new URLSearchParams(request.postData() ?? ''))
    return {
      challenges: sent('/oauth2/authorize').map((request) =>
        new URL(request.url()).searchParams.get('code_challenge_method'),
      ),
      verifiers: forms.filter(
        (form) => form.get('grant_type') === 'authorization_code' && form.has('code_verifier'),
      ).length,
      secrets: forms.filter((form) => form.has('client_secret')).length,
    }
  }
}

async function accept(page: Page, chargePointId: string): Promise<void> {
  await row(page, chargePointId).waitFor()
  expect((await run.busbar.api('GET', `/charge-points/${chargePointId}`)).status).toBe(404)
  await button(page, `Accept ${chargePointId}`).click()
  await button(page.getByRole('dialog'), 'Accept').click()
  await page.getByText(`${chargePointId} is registered`).first().waitFor()
  await row(page, chargePointId).waitFor({ state: 'detached' })
}

/** By the form that a button of the card opens; the answer is shown in the same place. */
async function send(page: Page, by: string, action: string, given: Record<string, string>): Promise<void> {
  await button(card(page), by).click()
  const dialog = page.getByRole('dialog')
  for (const [name, value] of Object.entries(given))
    await dialog.getByLabel(name, { exact: true }).fill(value)
  await button(dialog, `Send ${action}`).click()
  const answer = dialog.getByRole('status')
  await answer.getByText('Answered: Accepted').first().waitFor()
  expect(await answer.locator('pre').innerText()).toBe(JSON.stringify({ status: 'Accepted' }, null, 2))
  await dialog.getByRole('button', { name: /close/i }).click()
  await dialog.waitFor({ state: 'detached' })
}

/** What the browser is given to keep, by the names of the columns. */
async function downloadCsv(page: Page): Promise<{ name: string; rows: Record<string, string>[] }> {
  const [download] = await Promise.all([page.waitForEvent('download'), button(page, 'Download CSV').click()])
  const text = readFileSync(await download.path(), 'utf8')
  return { name: download.suggestedFilename(), rows: parse(text, { columns: true, bom: true }) }
}

const kilo = (value: number) => new Intl.NumberFormat('en', { maximumFractionDigits: 2 }).format(value / 1000)

async function compareList(page: Page, transactionId: string): Promise<void> {
  const { name, rows } = await downloadCsv(page)
  const told = await readAll(run.busbar, '/transactions')
  expect(name).toBe('transactions.csv')
  expect(rows.map((each) => each.transactionId)).toEqual([transactionId])
  const [given = {}] = rows
  const figures = [
    'meterStart',
    'meterStop',
    'energyWh',
    'energyKwh',
    'durationSeconds',
    'averageKw',
    'peakKw',
  ]
  for (const figure of figures) expect(Number(given[figure]), figure).toBe(told[0][figure])
  expect(given).toMatchObject({ chargePointId: 'CP001', idTag: ID_TAG, reason: 'Remote', active: 'false' })
  expect(told[0].energyWh).toBeGreaterThan(0)
  await row(page, transactionId)
    .getByText(`${kilo(told[0].energyWh)} kWh`, { exact: true })
    .first()
    .waitFor()
}

async function compareTransaction(page: Page, transactionId: string): Promise<void> {
  const { body: told } = await run.busbar.api('GET', `/transactions/${transactionId}`)
  await page.getByRole('heading', { name: `Transaction ${transactionId}` }).waitFor()
  await page.getByText('By a command from here (Remote)').first().waitFor()
  const facts = await page.locator('main').innerText()
  for (const text of [
    `Energy\n${kilo(told.energyWh)} kWh`,
    `Meter at the start\n${kilo(told.meterStart)} kWh`,
    `Meter at the stop\n${kilo(told.meterStop)} kWh`,
    'Peak power\n150 kW',
    'Verdict on the tag\nAccepted',
    'Started by\na remote start',
    'Reason\nBy a command from here (Remote)',
  ])
    expect(facts.replaceAll(/\n+/g, '\n')).toContain(text)
  for (const measurand of ['Power.Active.Import (kW)', 'Energy.Active.Import.Register (kWh)', 'SoC (%)'])
    expect(await pointsOf(page, measurand), measurand).toBeGreaterThan(2)

  const { name, rows } = await downloadCsv(page)
  const values = (await readAll(run.busbar, `/transactions/${transactionId}/meter-values`)).flatMap(
    ({ meterValue }) =>
      meterValue.flatMap(({ timestamp, sampledValue }: any) =>
        sampledValue.map(({ measurand, phase = '', unit, value }: any) => ({
          timestamp,
          measurand,
          phase,
          unit,
          value,
        })),
      ),
  )
  expect(name).toBe(`transactions-${transactionId}-meter-values.csv`)
  expect(
    rows.map(({ timestamp, measurand, phase, unit, value }) => ({
      timestamp,
      measurand,
      phase,
      unit,
      value,
    })),
  ).toEqual(values)
  const powers = new Set(
    rows.filter(({ measurand }) => measurand === 'Power.Active.Import').map(({ value }) => value),
  )
  expect(powers).toEqual(new Set(['150000', '60000']))
}

/** How many points the line of a plot goes through. */
async function pointsOf(page: Page, title: string): Promise<number> {
  const plot = page.locator('.busbar-plots > *').filter({ has: page.getByRole('heading', { name: title }) })
  const line = plot.locator('path[class*="series--line"], [class*="series"] path').first()
  await line.waitFor({ state: 'attached' })
  return ((await line.getAttribute('d')) ?? '').split('L').length
}
