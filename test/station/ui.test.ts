import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { run } from '../../lib/station/cli.ts'
import { launchBrowser, openPage, seriousFindings } from '../support/browser.ts'
import { type Busbar, startBusbar } from '../support/e2e.ts'
import { withSettings } from '../support/fleet.ts'
import { listener } from '../support/listener.ts'

vi.setConfig({ testTimeout: 120_000 })
const PATIENCE = { timeout: 60_000, interval: 50 }

/** The command line with --ui, in this process. */
interface Simulator {
  url: string
  end(): Promise<number>
}

let busbar: Busbar
let browser: Browser
let serial = 0
const ends: (() => Promise<unknown>)[] = []

beforeAll(async () => {
  // A GetConfiguration of the central system's own would stand in line with those of the test.
  busbar = await startBusbar(withSettings({ READ_CONFIGURATION_AFTER: '0' }))
  browser = await launchBrowser()
  for (const idTag of ['TAG001', 'TAG002']) {
    expect((await busbar.api('POST', '/id-tags', { idTag })).status).toBe(201)
  }
}, 120_000)

afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

afterAll(async () => {
  await browser?.close()
  await busbar?.stop()
})

async function simulator(...args: string[]): Promise<Simulator> {
  const { said, ...written } = listener()
  let interrupt = () => {}
  const running = run(['--ui', '0', '--url', `${busbar.local.wsUrl}/ocpp`, ...args], {
    ...written,
    env: {},
    isTty: false,
    onInterrupt: (listen) => {
      interrupt = listen
    },
    token: async () => '',
  })
  while (!said.out.includes('http')) {
    if (said.err) throw new Error(said.err)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  const end = () => {
    interrupt()
    return running
  }
  ends.push(end)
  return { url: /http:\/\/\S+/.exec(said.out)?.[0] ?? '', end }
}

/** A page with a station that is known and accepted. */
async function open(
  ...args: string[]
): Promise<{ page: Page; troubles: string[]; chargePointId: string; url: string }> {
  serial += 1
  const chargePointId = `UI${serial}`
  await busbar.register(chargePointId)
  const { url } = await simulator('--id', chargePointId, ...args)
  const { page, troubles } = await openPage(browser, url, { acceptDownloads: true })
  ends.unshift(() => page.context().close())
  await page.getByText('Online, accepted').first().waitFor()
  return { page, troubles, chargePointId, url }
}

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const card = (page: Page, connectorId: number) =>
  page.getByRole('article', { name: `Connector ${connectorId}` })
const meter = async (page: Page, connectorId: number, name: string) =>
  Number(await card(page, connectorId).getByRole('meter', { name }).getAttribute('aria-valuenow'))
const energyOf = async (page: Page, connectorId: number) =>
  Number(await card(page, connectorId).locator('.gauge', { hasText: 'Energy' }).locator('b').innerText())
const transactionOf = async (chargePointId: string) =>
  (await busbar.api('GET', `/transactions?chargePointId=${chargePointId}`)).body.items[0]

describe('the page of the simulator', () => {
  test('plug, authorize, start, watch the power move, stop: and the central system has it all', async () => {
    const { page, troubles, chargePointId } = await open(
      '--power',
      '11',
      '--speed',
      '60',
      '--meter-interval',
      '60',
    )
    await button(page, 'Plug in connector 1').click()
    await card(page, 1).getByText('Preparing').first().waitFor()
    await button(page, 'Authorize').click()
    await page.getByText('TAG001: Accepted').first().waitFor()
    await button(page, 'Start connector 1').click()
    await card(page, 1).getByText('Charging', { exact: true }).first().waitFor()
    await card(page, 1)
      .getByText(/^Transaction \d+ with TAG001$/)
      .first()
      .waitFor()
    await expect.poll(() => meter(page, 1, 'Power'), PATIENCE).toBe(11)
    const before = await meter(page, 1, 'Battery')
    await expect.poll(() => meter(page, 1, 'Battery'), PATIENCE).toBeGreaterThan(before)
    await page.getByRole('img', { name: /now 11\.0 kW/ }).waitFor()
    expect(await transactionOf(chargePointId)).toMatchObject({
      connectorId: 1,
      idTag: 'TAG001',
      active: true,
    })

    const limit = {
      connectorId: 0,
      csChargingProfiles: {
        chargingProfileId: 1,
        stackLevel: 0,
        chargingProfilePurpose: 'ChargePointMaxProfile',
        chargingProfileKind: 'Absolute',
        chargingSchedule: {
          chargingRateUnit: 'W',
          chargingSchedulePeriod: [{ startPeriod: 0, limit: 4000 }],
        },
      },
    }
    const { body } = await busbar.command(chargePointId, 'SetChargingProfile', limit)
    expect(body.response).toEqual({ status: 'Accepted' })
    await expect.poll(() => meter(page, 1, 'Power'), PATIENCE).toBe(4)

    await button(page, 'Stop connector 1').click()
    await card(page, 1).getByText('Finishing').first().waitFor()
    expect(await meter(page, 1, 'Power')).toBe(0)
    expect(await energyOf(page, 1)).toBeGreaterThan(0)
    await button(page, 'Unplug connector 1').click()
    await card(page, 1).getByText('Available').first().waitFor()
    expect(await energyOf(page, 1)).toBe(0)
    await expect.poll(async () => (await transactionOf(chargePointId)).reason, PATIENCE).toBe('Local')
    expect(troubles).toEqual([])
  })

  test('what happens offline is kept, and told once it is online again', async () => {
    const { page, chargePointId } = await open()
    await button(page, 'Go offline').click()
    await page.getByText('Offline', { exact: true }).first().waitFor()
    await button(page, 'Start connector 2').click()
    await card(page, 2).getByText('Charging with TAG001, not confirmed yet').first().waitFor()
    await page.getByText('1 queued').first().waitFor()
    expect(await transactionOf(chargePointId)).toBeUndefined()
    await button(page, 'Go online').click()
    await card(page, 2)
      .getByText(/^Transaction \d+/)
      .first()
      .waitFor()
    expect(await transactionOf(chargePointId)).toMatchObject({ connectorId: 2 })
  })

  test('a fault shows, and is repaired', async () => {
    const { page, chargePointId } = await open()
    await card(page, 1).getByText('Faults and the car').click()
    await card(page, 1).getByLabel('Error code').selectOption('HighTemperature')
    await button(page, 'Break connector 1').click()
    await card(page, 1).getByText('Faulted').first().waitFor()
    const connectors = async () =>
      (await busbar.api('GET', `/charge-points/${chargePointId}/connectors`)).body
    await expect.poll(async () => JSON.stringify(await connectors()), PATIENCE).toContain('HighTemperature')
    await button(page, 'Repair connector 1').click()
    await card(page, 1).getByText('Available').first().waitFor()
  })

  test('requests wait for an answer by hand: a status, an error, or what the station would do', async () => {
    const { page, chargePointId } = await open()
    await page.getByRole('switch', { name: 'Answer by hand' }).check()
    await page.getByText('Requests wait for you').first().waitFor()
    const item = page.locator('.request')
    const asked = async (action: string, payload: object, answer: () => Promise<void>) => {
      const path = `/charge-points/${chargePointId}/calls`
      const { body: sent } = await busbar.api('POST', path, { action, payload })
      await item.getByRole('heading', { name: action }).waitFor()
      await answer()
      await item.waitFor({ state: 'detached' })
      const read = async () => (await busbar.api('GET', `${path}/${sent.messageId}`)).body
      await expect.poll(async () => (await read()).closedAt, PATIENCE).toBeDefined()
      return read()
    }
    const click = (name: string) => () => item.getByRole('button', { name, exact: true }).click()
    expect(await asked('Reset', { type: 'Soft' }, click('Rejected'))).toMatchObject({
      status: 'Answered',
      response: { status: 'Rejected' },
    })
    const refused = await asked('ClearCache', {}, async () => {
      await item.getByText('Another answer').click()
      await item.getByLabel('CALLERROR').selectOption('NotSupported')
      await click('Refuse')()
    })
    expect(refused).toMatchObject({ status: 'Refused' })
    const payload = { idTag: 'TAG002', connectorId: 1 }
    const started = await asked('RemoteStartTransaction', payload, click('Let the station do it'))
    expect(started.response).toEqual({ status: 'Accepted' })
    await card(page, 1)
      .getByText(/^Transaction \d+ with TAG002$/)
      .first()
      .waitFor()
    await page.getByRole('switch', { name: 'Answer by hand' }).uncheck()
    const { body } = await busbar.command(chargePointId, 'ClearCache')
    expect(body.response).toEqual({ status: 'Accepted' })
  })

  test('any frame can be sent, with remarks on what is wrong with it', async () => {
    const { page } = await open()
    await page.getByText('Raw frame').click()
    const frame = page.getByLabel('Frame', { exact: true })
    await page.getByText('By the letter of the specification.').first().waitFor()
    await frame.fill('[2, "mine", "Heartbeat", {"now": true}]')
    await page.locator('#frame-remarks').getByText('now').first().waitFor()
    await frame.fill('[2, "mine"')
    await page
      .getByText(/^no JSON/)
      .first()
      .waitFor()
    await frame.fill('[2, "mine", "Toast", {}]')
    await page.getByText('there is no action Toast').first().waitFor()
    await button(page, 'Send as it is').click()
    const answer = page.locator('.log li[data-id="mine"][data-type="ERR"] summary')
    await answer.getByText('NotImplemented').first().waitFor()
  })

  test('quirks are found, switched on while it runs, and off again; where they need it, it connects anew', async () => {
    const { page, troubles } = await open()
    const toggle = (name: string) => page.getByRole('checkbox', { name, exact: true })
    const sent = (action: string) => page.locator(`.log li[data-type="REQ"]`, { hasText: action })
    await page.getByRole('heading', { name: 'Quirks' }).click()
    await page.getByLabel('Find').fill('subprotocols')
    await expect.poll(() => page.locator('.quirks li:visible').count(), PATIENCE).toBe(1)
    await toggle('many-subprotocols').check()
    await page.getByText('Quirks changed; the station connects anew').first().waitFor()
    await page.getByText('1 on: many-subprotocols').first().waitFor()
    await page.getByText('Online, accepted').first().waitFor()
    await page.getByLabel('Find').fill('message type')
    await toggle('message-type-1').check()
    await page.getByText('Quirks changed', { exact: true }).first().waitFor()
    await button(page, 'Heartbeat').click()
    await page.locator('.log li[data-type="???"]').waitFor()
    await toggle('message-type-1').uncheck()
    await page.getByText('1 on: many-subprotocols').first().waitFor()
    await button(page, 'Heartbeat').click()
    await expect.poll(() => sent('Heartbeat').count(), PATIENCE).toBe(2)
    expect(await page.locator('.log li[data-type="???"]').count()).toBe(1)
    await page.getByLabel('Find').fill('')
    await toggle('counting-ids').check()
    await page.getByText('Quirks changed; the station starts anew').first().waitFor()
    await page.getByText('Online, accepted').first().waitFor()
    await expect.poll(() => page.locator('.log li[data-id="1"][data-type="CONF"]').count(), PATIENCE).toBe(1)
    expect(await seriousFindings(page)).toEqual([])
    expect(troubles).toEqual([])
  })

  test('the log pairs what belongs together, can be narrowed down, and is exported line by line', async () => {
    const { page, chargePointId } = await open()
    await button(page, 'Heartbeat').click()
    await page.getByText('Heartbeat answered').first().waitFor()
    await page.getByLabel('Action', { exact: true }).selectOption('Heartbeat')
    const rows = page.locator('.log li')
    await expect.poll(() => rows.count(), PATIENCE).toBe(2)
    await rows
      .first()
      .getByText(/^\d+ ms$/)
      .first()
      .waitFor()
    await rows.first().locator('summary').click()
    expect(await page.locator('.log li[data-lit]').count()).toBe(2)
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      button(page, 'Export the log as JSON lines').click(),
    ])
    expect(download.suggestedFilename()).toBe(`${chargePointId}.jsonl`)
    const lines = readFileSync(await download.path(), 'utf8')
      .trimEnd()
      .split('\n')
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { type: 'REQ', direction: 'sent', action: 'Heartbeat' },
      { type: 'CONF', direction: 'received', action: 'Heartbeat', ms: expect.any(Number) },
    ])
  })

  test('another station is added, and one connects anew with other settings; no password comes back', async () => {
    const { page, url } = await open()
    const password = 'a very secret word'
    for (const id of ['UIX1', 'UIX2']) await busbar.register(id, { password, securityProfile: 1 })
    await button(page, 'Add station').click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Identity').fill('UIX1')
    await dialog.getByLabel('Security profile').selectOption('1')
    await dialog.getByLabel('Password').fill(password)
    await dialog.getByLabel('Connectors').fill('3')
    await dialog.getByRole('button', { name: 'Connect' }).click()
    await page.getByRole('heading', { name: 'UIX1' }).waitFor()
    await page.getByText('Online, accepted').first().waitFor()
    expect(await page.getByRole('article').count()).toBe(3)
    await button(page, 'Settings').click()
    await dialog.getByLabel('Central system').fill('http://nowhere')
    await dialog.getByRole('button', { name: 'Save and connect' }).click()
    await dialog.getByRole('alert').getByText('begins with ws:// or wss://').first().waitFor()
    await dialog.getByLabel('Central system').fill(`${busbar.local.wsUrl}/ocpp`)
    await dialog.getByLabel('Identity').fill('UIX2')
    await dialog.getByRole('button', { name: 'Save and connect' }).click()
    await page.getByText(`${busbar.local.wsUrl}/ocpp/UIX2`, { exact: true }).first().waitFor()
    const known = async () => (await busbar.api('GET', '/charge-points/UIX2')).body
    await expect.poll(async () => (await known()).boot?.chargePointModel, PATIENCE).toBe('Simulator')
    expect(await told(url)).not.toContain(password)
    await button(page, 'Remove').click()
    await expect.poll(() => page.getByRole('navigation').getByRole('button').count(), PATIENCE).toBe(2)
  })

  test('light, dark, narrow and wide: nothing serious for axe, nothing beside the page', async () => {
    const { page, troubles } = await open('--connectors', '3')
    await button(page, 'Start connector 1').click()
    await card(page, 1).getByText('Charging', { exact: true }).first().waitFor()
    await page.getByText('Raw frame').click()
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const width of [390, 1280, 2560]) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
        await page.setViewportSize({ width, height: 900 })
        expect(await seriousFindings(page), `${colorScheme} ${width}`).toEqual([])
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
      }
    }
    const animations = 'document.getAnimations().filter(({ playState }) => playState === "running").length'
    expect(await page.evaluate(animations)).toBe(0)
    await button(page, 'Settings').click()
    expect(await seriousFindings(page), 'the dialog').toEqual([])
    expect(troubles).toEqual([])
  })
})

/** What a page hears first. */
async function told(url: string): Promise<string> {
  const response = await fetch(`${url}/api/stream`)
  let text = ''
  for await (const piece of response.body ?? []) {
    text += Buffer.from(piece).toString()
    if (text.includes('event: log') && text.endsWith('\n\n')) break
  }
  return text
}

/** With headers that a browser would not let anybody write. */
function statusOf(url: string, method: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    request(url, { method, headers, agent: false }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
      .on('error', reject)
      .end(method === 'POST' ? '{"what":"boot"}' : undefined)
  })
}

describe('the server of the page', () => {
  const json = { 'content-type': 'application/json' }

  test('obeys pages of its own only', async () => {
    const { url } = await open()
    const act = `${url}/api/stations/1/act`
    expect(await statusOf(act, 'POST', json)).toBe(200)
    expect(await statusOf(act, 'POST', { ...json, origin: url })).toBe(200)
    expect(await statusOf(act, 'POST', { ...json, origin: 'https://example.com' })).toBe(403)
    expect(await statusOf(act, 'POST', { ...json, origin: 'null' })).toBe(403)
    expect(await statusOf(url, 'GET', { host: 'example.com' })).toBe(403)
    expect(await statusOf(act, 'POST', { 'content-type': 'text/plain' })).toBe(415)
    expect(await statusOf(`${url}/../options.ts`, 'GET', {})).toBe(404)
  })

  test('says what is wrong with what it is asked', async () => {
    const { url } = await open()
    const ask = async (path: string, body: object, method = 'POST') => {
      const response = await fetch(`${url}/api/stations${path}`, {
        method,
        headers: json,
        body: JSON.stringify(body),
      })
      return ((await response.json()) as { text: string }).text
    }
    expect(await ask('/1/act', { what: 'start', connectorId: 1, idTag: 'x'.repeat(21) })).toContain(
      '20 characters',
    )
    expect(await ask('/1/act', { what: 'stop', connectorId: 1 })).toBe(
      'no transaction is running on connector 1',
    )
    const settings = {
      ...{ url: 'wss://localhost/ocpp', id: 'NEW', securityProfile: 2, password: 'secret', ca: 'nothing' },
      ...{ idTag: 'TAG001', connectors: 1, powerKw: 7, meterInterval: 0, speed: 1 },
    }
    expect(await ask('', settings)).toBe('Certificate authority: it holds no certificate in PEM.')
    expect(await ask('/1/act', { what: 'quirks', names: ['none'] })).toContain('Invalid option')
    expect(await ask('/7/act', { what: 'boot' })).toBe('there is no such station')
    expect(await ask('/1/requests/none', { how: 'automatic' })).toBe('that request waits no longer')
  })

  test('a port that is taken is told of, and the exit code says so', async () => {
    const { url } = await simulator()
    await expect(simulator('--ui', new URL(url).port)).rejects.toThrow('is taken: --ui <port>')
  })
})
