import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  BatchWriteItemCommand,
  type BatchWriteItemCommandOutput,
  DynamoDBClient,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb'
import { marshall } from '@aws-sdk/util-dynamodb'
import type { CentralSystem } from '../lib/central-system/system.ts'
import { loadAssembly } from '../lib/local/assembly.ts'
import { startEngine } from '../lib/local/dynoxide.ts'
import { silent } from '../lib/local/log.ts'
import { synthesize } from '../lib/local/synth.ts'
import { createTables } from '../lib/local/table.ts'
import { Stack } from '../lib/local/template.ts'
import { createOperatorApi } from '../lib/operator/api.ts'
import { createStore } from '../lib/store/dynamo.ts'
import { aFleet, type Fleet } from './fleet-items.ts'
import { meter, type Units } from './meter.ts'

const HELP = `What lists cost as the fleet grows: the units that a first page and a page in the middle read, and how long they take.

  npm run bench:scale [-- <charge points> <transactions>]

The default is 100000 and 1000000, compared with 1000 and 10000. Loading takes hours: 5,500,000 items go through the local engine. A tenth of it tells as much.
`

const SMALL = { chargePoints: 1_000, transactions: 10_000 }
const ROOT = new URL('..', import.meta.url).pathname
/** Writes under way while loading, and how often a page is read: the median counts. */
const AT_ONCE = 12
const SAMPLES = 7

interface Row {
  list: string
  first: Page
  middle: Page
}

interface Page {
  units: number
  milliseconds: number
  items: number
}

async function measureFleet(fleet: Fleet, cdkOut: string): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'busbar-scale-'))
  const engine = await startEngine({
    files: { database: join(folder, 'store.db'), pid: join(folder, 'store.pid') },
    log: silent,
  })
  try {
    const [tableName = ''] = await createTables(new Stack(loadAssembly(cdkOut)), engine.url, silent)
    const client = new DynamoDBClient({
      endpoint: engine.url.origin,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
    })
    await load(client, tableName, fleet)
    const { take } = meter(client)
    const app = createOperatorApi(systemOn(client, tableName, fleet.now), {
      docs: async () => Buffer.from(''),
    })
    const rows: Row[] = []
    for (const { path, middle } of fleet.lists) {
      const read = (cursor?: string) =>
        readPage(app, take, path + (cursor ? `${path.includes('?') ? '&' : '?'}cursor=${cursor}` : ''))
      rows.push({ list: path, first: await read(), middle: middle ? await read(middle) : await read() })
    }
    return rows
  } finally {
    await engine.stop()
    rmSync(folder, { recursive: true })
  }
}

/** Lists read the store, the clock and the settings, and nothing else. */
function systemOn(client: DynamoDBClient, tableName: string, now: string): CentralSystem {
  const system: Partial<CentralSystem> = {
    store: createStore(client, tableName),
    clock: () => new Date(now),
    settings: { heartbeatInterval: 300, silentAfterHours: 24 } as CentralSystem['settings'],
    log: { info: silent, warn: console.warn, error: console.error },
  }
  return system as CentralSystem
}

async function load(client: DynamoDBClient, tableName: string, { items, count }: Fleet): Promise<void> {
  let written = 0
  const source = batches(items())
  const write = async () => {
    for (let next = source.next(); !next.done; next = source.next()) {
      let left: WriteRequest[] | undefined = next.value.map((item) => ({
        PutRequest: { Item: marshall(item, { removeUndefinedValues: true }) },
      }))
      written += left.length
      while (left?.length) {
        const request: BatchWriteItemCommand = new BatchWriteItemCommand({
          RequestItems: { [tableName]: left },
        })
        const answer: BatchWriteItemCommandOutput = await client.send(request)
        left = answer.UnprocessedItems?.[tableName]
      }
      if (process.stderr.isTTY || written % 100_000 < 25)
        process.stderr.write(`\r  ${written} items of about ${count} `)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, write))
  process.stderr.write(`\r  ${written} items loaded              \n`)
}

function* batches<T>(items: Iterable<T>): Generator<T[]> {
  let batch: T[] = []
  for (const item of items) {
    batch.push(item)
    if (batch.length < 25) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

async function readPage(
  app: ReturnType<typeof createOperatorApi>,
  take: () => Units,
  path: string,
): Promise<Page> {
  const times: number[] = []
  let units = 0
  let items = 0
  for (let sample = 0; sample < SAMPLES; sample++) {
    take()
    const begun = performance.now()
    const response = await app.request(`/api${path}`, {}, ADMINISTRATOR)
    const body = (await response.json()) as { items?: unknown[] }
    times.push(performance.now() - begun)
    if (response.status !== 200) throw new Error(`${path}: ${JSON.stringify(body)}`)
    units = take().read
    items = body.items?.length ?? 0
  }
  return { units, items, milliseconds: times.sort((a, b) => a - b)[Math.floor(SAMPLES / 2)] ?? 0 }
}

const ADMINISTRATOR = {
  requestContext: { authorizer: { jwt: { claims: { client_id: 'bench', scope: 'busbar/administrator' } } } },
}

function print(small: Row[], large: Row[], title: string): boolean {
  console.log(`\n${title}\n`)
  console.log(`${'list'.padEnd(58)} ${'first page'.padStart(25)} ${'page in the middle'.padStart(25)}`)
  let same = true
  const cell = (a: Page, b: Page) =>
    `${a.units.toFixed(1)} → ${b.units.toFixed(1)} RU, ${a.milliseconds.toFixed(0)} → ${b.milliseconds.toFixed(0)} ms`.padStart(
      25,
    )
  for (const [position, row] of large.entries()) {
    const before = small[position] as Row
    const holds = [
      [before.first, row.first],
      [before.middle, row.middle],
    ].every(([a, b]) => a && b && b.units <= a.units * 1.2 + 1)
    same &&= holds
    console.log(
      `${row.list.padEnd(58)} ${cell(before.first, row.first)} ${cell(before.middle, row.middle)}${holds ? '' : '  GROWS'}`,
    )
  }
  return same
}

if (process.argv.some((argument) => ['-h', '--help'].includes(argument))) {
  process.stdout.write(HELP)
} else {
  const [chargePoints = 100_000, transactions = 1_000_000] = process.argv.slice(2).map(Number)
  const cdkOut = await synthesize({ root: ROOT, log: silent })
  const small = await measureFleet(aFleet(SMALL), cdkOut)
  const large = await measureFleet(aFleet({ chargePoints, transactions }), cdkOut)
  const title = `${SMALL.chargePoints} → ${chargePoints} charge points, ${SMALL.transactions} → ${transactions} transactions`
  if (!print(small, large, title)) {
    console.log('\nA list costs more as the fleet grows.')
    process.exitCode = 1
  } else console.log('\nNo list costs more as the fleet grows.')
}
