import {
  BatchWriteItemCommand,
  type BatchWriteItemCommandOutput,
  DynamoDBClient,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb'
import { marshall } from '@aws-sdk/util-dynamodb'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aFleet } from '../../bench/fleet-items.ts'
import { launchBrowser } from '../support/browser.ts'
import { type Busbar, startBusbar } from '../support/e2e.ts'
import { atOnce, PATIENCE } from '../support/fleet.ts'
import { type Visit, visit } from '../support/showcase/visit.ts'

const CHARGE_POINTS = 5_000
const LOAD_MILLISECONDS = 300_000
const PAGE_SIZE = 25
const BATCH = 25

/** What is read again every so often would blur the count. */
const NEVER_AGAIN = `
  const begin = window.setInterval
  window.setInterval = (work, milliseconds, ...given) =>
    milliseconds >= 10_000 ? 0 : begin(work, milliseconds, ...given)`

let busbar: Busbar
let browser: Browser
let there: Visit

beforeAll(async () => {
  busbar = await startBusbar()
  await load()
  browser = await launchBrowser()
  there = await visit(browser, busbar.local.url, busbar.local.credentials.administrator)
  await there.page.addInitScript(NEVER_AGAIN)
  await there.page.reload()
}, LOAD_MILLISECONDS)

afterAll(async () => {
  await browser?.close()
  await busbar?.stop()
})

/** The items that the store would write of them, past the central system: it would take its time. */
async function load(): Promise<void> {
  const { engine, tables } = busbar.local
  const [table = ''] = tables
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
  const client = new DynamoDBClient({ endpoint: engine.url.origin, region: 'eu-west-1', credentials })
  const { items } = aFleet({ chargePoints: CHARGE_POINTS, transactions: 1_000 })
  await atOnce(8, batches(items()), async (requests) => {
    for (let left: WriteRequest[] | undefined = requests; left?.length; ) {
      const request: BatchWriteItemCommand = new BatchWriteItemCommand({ RequestItems: { [table]: left } })
      const answer: BatchWriteItemCommandOutput = await client.send(request)
      left = answer.UnprocessedItems?.[table]
    }
  })
  client.destroy()
}

function* batches(items: Iterable<Record<string, unknown>>): Generator<WriteRequest[]> {
  let batch: WriteRequest[] = []
  for (const item of items) {
    batch.push({ PutRequest: { Item: marshall(item, { removeUndefinedValues: true }) } })
    if (batch.length < BATCH) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

/** What the list has asked for since, without what an overview or a form would. */
const asked = (): string[] =>
  there
    .asked()
    .filter(({ pathname }) => pathname === '/api/charge-points')
    .map(({ searchParams }) => {
      searchParams.sort()
      return [...searchParams]
        .map(([name, value]) => (name === 'cursor' ? 'cursor' : `${name}=${value}`))
        .join('&')
    })

const rows = () => there.page.locator('#content tbody tr')
const firstRow = () => rows().first().locator('a').first().innerText()

describe(`the list of ${CHARGE_POINTS} charge points`, () => {
  it('asks once for a page, and holds no more rows than that has', async () => {
    there.asked()
    await there.open({ name: 'list', path: '/charge-points', heading: 'Charge points' })
    expect(asked()).toEqual([`limit=${PAGE_SIZE}`])
    expect(await rows().count()).toBe(PAGE_SIZE)
  })

  it('asks once for each next page, and for none that it has shown before', async () => {
    const seen = [await firstRow()]
    for (let page = 2; page <= 6; page++) {
      await there.page.getByRole('button', { name: 'Next page' }).first().click()
      await expect.poll(firstRow, PATIENCE).not.toBe(seen.at(-1))
      await there.settled()
      seen.push(await firstRow())
      expect(asked()).toEqual([`cursor&limit=${PAGE_SIZE}`])
      expect(await rows().count()).toBe(PAGE_SIZE)
    }
    expect(new Set(seen).size).toBe(6)
    expect(seen).toEqual([...seen].sort())
  })

  it('is left for a charge point, or loaded anew, and shows the page that it showed', async () => {
    const { page } = there
    const left = await firstRow()
    await rows().first().locator('a').first().click()
    await page.getByRole('heading', { level: 1, name: left, exact: true }).waitFor()
    await page.goBack()
    await expect.poll(firstRow, PATIENCE).toBe(left)
    await page.reload()
    await expect.poll(firstRow, PATIENCE).toBe(left)
    await page.getByRole('button', { name: 'Previous page' }).first().click()
    await expect.poll(firstRow, PATIENCE).not.toBe(left)
    await there.settled()
    there.asked()
  })

  it('asks once for a filter, wherever the matches are, and shows nothing else', async () => {
    const field = there.page.getByRole('combobox', { name: 'Filter' })
    await field.fill('Connector status = Faulted')
    await field.press('Enter')
    await expect.poll(() => rows().filter({ hasNotText: 'Faulted' }).count(), PATIENCE).toBe(0)
    await there.settled()
    expect(new URL(there.page.url()).search).toBe('?connectorStatus=Faulted')
    expect(asked()).toEqual([`connectorStatus=Faulted&limit=${PAGE_SIZE}`])
    expect(await rows().count()).toBe(PAGE_SIZE)
  })

  it('asks for nothing while a filter is typed, nor while one scrolls', async () => {
    const field = there.page.getByRole('combobox', { name: 'Filter' })
    await field.pressSequentially('Vendor')
    for (let turn = 0; turn < 5; turn++) await there.page.mouse.wheel(0, 400)
    await there.settled()
    expect(asked()).toEqual([])
  })
})
