import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { Template } from '../../lib/local/assembly.ts'
import { systemClock } from '../../lib/local/clock.ts'
import type { Invoke } from '../../lib/local/functions.ts'
import { Iam } from '../../lib/local/iam.ts'
import { silent } from '../../lib/local/log.ts'
import { QueueJournal } from '../../lib/local/queue-journal.ts'
import { Queues } from '../../lib/local/sqs.ts'
import { StreamJournal } from '../../lib/local/stream-journal.ts'
import { readStreamMappings } from '../../lib/local/stream-mapping.ts'
import { startStreamSources } from '../../lib/local/stream-source.ts'
import { stackOf, streamed } from './fixture/streamed.ts'

const cleanup: (() => unknown)[] = []
afterEach(() => {
  for (const step of cleanup.splice(0).reverse()) step()
})

const newFile = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'busbar-stream-'))
  cleanup.push(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'stream.jsonl')
}

interface Record {
  eventName: string
  dynamodb: { Keys: { pk: { S: string } }; SequenceNumber: string }
}
type Handle = (names: string[], records: Record[]) => unknown

const image = (pk: string, value = 0) => ({ pk: { S: pk }, value: { N: String(value) } })
const TABLE = 'Test-Table'

/** Writes one item for each name, one after the other. */
function write(journal: StreamJournal, ...names: string[]): void {
  for (const name of names) {
    const number = journal.announce([{ table: TABLE, keys: { pk: { S: name } }, old: null }])
    journal.settle(number, [image(name)])
  }
}

function start(template: Template, journal: StreamJournal, handle: Handle) {
  const stack = stackOf(template)
  const queues = new Queues(stack, new QueueJournal(undefined), systemClock, silent)
  const batches: string[][] = []
  const invoke: Invoke = async (functionId, event) => {
    expect(functionId).toBe('Tick')
    const { Records } = event as { Records: Record[] }
    const names = Records.map(({ dynamodb }) => dynamodb.Keys.pk.S)
    batches.push(names)
    return handle(names, Records)
  }
  const services = { stack, journal, queues, iam: new Iam(stack, silent), invoke, clock: systemClock }
  const { stop } = startStreamSources(readStreamMappings(stack), { ...services, log: silent })
  cleanup.push(stop)
  return {
    batches,
    stop,
    dead: () =>
      queues
        .byId('DeadQueue')
        ?.receive(10)
        .map((each) => each.message.body),
  }
}

const journalOf = (path?: string) => new StreamJournal(path, Date.now)
const names = (count: number) => Array.from({ length: count }, (_, position) => `n${position}`)
const onFailure = { OnFailure: { Destination: { 'Fn::GetAtt': ['DeadQueue', 'Arn'] } } }

describe('an event source mapping on a stream', () => {
  it('hands over what was written in order, in batches, in the shape of Lambda', async () => {
    const journal = journalOf()
    const seen: Record[] = []
    write(journal, ...names(25))
    const number = journal.announce([
      { table: TABLE, keys: { pk: { S: 'n0' } }, old: image('n0') },
      { table: TABLE, keys: { pk: { S: 'n1' } }, old: image('n1') },
      { table: TABLE, keys: { pk: { S: 'n2' } }, old: image('n2') },
    ])
    journal.settle(number, [image('n0', 1), null, image('n2')])
    const { batches } = start(streamed(), journal, (_, records) => void seen.push(...records))
    await expect.poll(() => batches.flat()).toEqual([...names(25), 'n0', 'n1'])
    expect(batches.map((each) => each.length)).toEqual([10, 10, 7])
    expect(seen.at(-2)).toEqual({
      eventID: expect.stringMatching(/^[0-9a-f]{32}$/),
      eventName: 'MODIFY',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: 'us-east-1',
      eventSourceARN: expect.stringMatching(
        /^arn:aws:dynamodb:us-east-1:000000000000:table\/Test-Table\/stream\//,
      ),
      dynamodb: {
        ApproximateCreationDateTime: expect.closeTo(Date.now() / 1000, -1),
        Keys: { pk: { S: 'n0' } },
        OldImage: image('n0'),
        NewImage: image('n0', 1),
        SequenceNumber: expect.stringMatching(/^\d{21}$/),
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
    })
    expect([seen[0]?.eventName, seen.at(-1)?.eventName]).toEqual(['INSERT', 'REMOVE'])
    expect(seen.at(-1)?.dynamodb).not.toHaveProperty('NewImage')
    const sequences = seen.map(({ dynamodb }) => dynamodb.SequenceNumber)
    expect(sequences).toEqual([...new Set(sequences)].sort())
  })

  it('is prompt, and not called for every write of a busy table', async () => {
    const journal = journalOf()
    const { batches } = start(streamed({ BatchSize: 100 }), journal, () => undefined)
    const begun = performance.now()
    for (const name of names(60)) {
      write(journal, name)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    await expect.poll(() => batches.flat()).toEqual(names(60))
    expect(batches.length).toBeLessThanOrEqual(Math.ceil((performance.now() - begun) / 100) + 1)
    const asked = performance.now()
    write(journal, 'later')
    await expect.poll(() => batches.flat(), { interval: 5 }).toContain('later')
    expect(performance.now() - asked).toBeLessThan(1_000)
  })

  it('waits for more within its window', async () => {
    const journal = journalOf()
    const { batches } = start(streamed({ MaximumBatchingWindowInSeconds: 1 }), journal, () => undefined)
    write(journal, 'a')
    await new Promise((resolve) => setTimeout(resolve, 100))
    write(journal, 'b')
    await expect.poll(() => batches).toEqual([['a', 'b']])
  })

  it('delivers what one of its filters lets through, and passes the rest', async () => {
    const journal = journalOf()
    const filter = (pattern: unknown) => ({ Pattern: JSON.stringify(pattern) })
    const pk = (...alternatives: unknown[]) => ({ dynamodb: { Keys: { pk: { S: alternatives } } } })
    const Filters = [
      filter(pk('exact', { prefix: 'pre' })),
      filter({ ...pk({ 'anything-but': [{ prefix: 'x' }, 'y'] }), eventName: ['REMOVE'] }),
      filter({ dynamodb: { OldImage: { special: { S: [{ exists: true }] } } } }),
    ]
    const { batches } = start(streamed({ FilterCriteria: { Filters } }), journal, () => undefined)
    write(journal, 'exact', 'exactly', 'prefix', 'other')
    for (const name of ['y', 'x1', 'gone', 'special']) {
      const old = { ...image(name), ...(name === 'special' ? { special: { S: '' } } : {}) }
      const number = journal.announce([{ table: TABLE, keys: { pk: { S: name } }, old }])
      journal.settle(number, [name === 'special' ? image(name) : null])
    }
    await expect.poll(() => batches.flat()).toEqual(['exact', 'prefix', 'gone', 'special'])
    await expect.poll(() => journal.after(0, 10)).toEqual([])
  })

  it('singles out what fails, tries it again, gives it up and tells the queue, and goes on', async () => {
    const journal = journalOf()
    write(journal, ...names(8))
    const attempts: string[][] = []
    const mapping = {
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 2,
      DestinationConfig: onFailure,
    }
    const done: string[] = []
    const { dead } = start(streamed(mapping), journal, (batch) => {
      if (batch.includes('n5')) {
        attempts.push(batch)
        throw new Error('As asked')
      }
      done.push(...batch)
    })
    await expect.poll(() => done).toEqual(names(8).filter((name) => name !== 'n5'))
    expect(attempts.filter((batch) => batch.length === 1)).toHaveLength(3)
    const [message] = (dead() ?? []).map((body) => JSON.parse(body))
    expect(message).toMatchObject({
      requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 3 },
      DDBStreamBatchInfo: { batchSize: 1, streamArn: expect.stringContaining('/stream/') },
    })
  })

  it('tries for as long as it may, gives up what is too old by then, and goes on', async () => {
    const at = Date.now()
    const written = { fresh: false }
    const journal = new StreamJournal(undefined, () => (written.fresh ? Date.now() : at - 58_500))
    write(journal, 'old', 'older')
    written.fresh = true
    write(journal, 'new')
    const mapping = { MaximumRecordAgeInSeconds: 60, DestinationConfig: onFailure }
    const { batches, dead } = start(streamed(mapping), journal, (batch) => {
      if (batch.includes('older')) throw new Error('As asked')
    })
    await expect.poll(() => batches.at(-1)).toEqual(['new'])
    expect(batches.length).toBeGreaterThan(3)
    const told = (dead() ?? []).map((body) => JSON.parse(body))
    expect(told).toMatchObject([
      { requestContext: { condition: 'RecordAgeExceeded' }, DDBStreamBatchInfo: { batchSize: 2 } },
    ])
  })

  it('goes on behind the last record before the first that is reported to have failed', async () => {
    const journal = journalOf()
    write(journal, ...names(6))
    let failures = 2
    const mapping = { FunctionResponseTypes: ['ReportBatchItemFailures'] }
    const { batches } = start(streamed(mapping), journal, (batch, records) => {
      const failed = records.filter((_, position) => ['n3', 'n5'].includes(batch[position] ?? ''))
      if (failed.length === 0 || failures-- <= 0) return { batchItemFailures: [] }
      return {
        batchItemFailures: failed.map(({ dynamodb }) => ({ itemIdentifier: dynamodb.SequenceNumber })),
      }
    })
    const rest = ['n3', 'n4', 'n5']
    await expect.poll(() => batches).toEqual([names(6), rest, rest])
  })

  it('counts all as failed where the report names what was not there', async () => {
    const journal = journalOf()
    write(journal, 'a', 'b')
    let calls = 0
    const mapping = { FunctionResponseTypes: ['ReportBatchItemFailures'], MaximumRetryAttempts: 1 }
    const { batches } = start(streamed(mapping), journal, () => {
      calls += 1
      return { batchItemFailures: [{ itemIdentifier: 'nonsense' }] }
    })
    await expect.poll(() => calls).toBe(2)
    expect(batches).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ])
  })

  it('refuses a role that may not read the stream, or not tell of what it gives up', () => {
    const without = (action: RegExp, mapping = {}) => {
      const template = streamed(mapping)
      const document = template.Resources.StreamPolicy?.Properties?.PolicyDocument as {
        Statement: { Action: unknown }[]
      }
      document.Statement = document.Statement.filter(({ Action }) => !action.test(String(Action)))
      return () => start(template, journalOf(), () => undefined)
    }
    expect(without(/GetRecords/)).toThrow('does not allow dynamodb:DescribeStream')
    const template = without(/SendMessage/, {
      DestinationConfig: { OnFailure: { Destination: 'elsewhere' } },
    })
    expect(template).toThrow('only queues of the same stack')
  })
})

describe('a stream over the death of its process', () => {
  it('loses nothing, and hands over again only what was not done', async () => {
    const file = newFile()
    const journal = journalOf(file)
    write(journal, ...names(15))
    // The second batch never ends: the process dies in it.
    const first = start(streamed(), journal, (batch) => batch.includes('n10') && new Promise(() => {}))
    await expect.poll(() => first.batches.length).toBe(2)
    write(journal, 'meanwhile')
    first.stop()
    appendFileSync(file, '{"write":99,"items":[{"tab')
    const second = start(streamed(), journalOf(file), () => undefined)
    await expect.poll(() => second.batches.flat()).toEqual([...names(15).slice(10), 'meanwhile'])
  })

  it('begins at the end for a mapping that wants only what is new, and remembers that it did', async () => {
    const file = newFile()
    const journal = journalOf(file)
    const keeper = streamed()
    start(keeper, journal, () => undefined).stop()
    write(journal, 'before')
    const late = streamed({ StartingPosition: 'LATEST' })
    const renamed: Template = {
      Resources: { ...late.Resources, Late: late.Resources.StreamMapping as never },
    }
    delete renamed.Resources.StreamMapping
    start(renamed, journal, () => undefined).stop()
    write(journal, 'after')
    const { batches } = start(renamed, journalOf(file), () => undefined)
    await expect.poll(() => batches.flat()).toEqual(['after'])
  })

  it('goes on with greater numbers than before, also where the file was lost', () => {
    const file = newFile()
    const before = journalOf(file)
    before.position('reader', 'first')
    write(before, 'a')
    const again = journalOf(file)
    write(again, 'b')
    expect(again.lastSequence).toBeGreaterThan(before.lastSequence)
    const anew = new StreamJournal(undefined, () => Date.now() + 10)
    write(anew, 'c')
    expect(anew.lastSequence).toBeGreaterThan(again.lastSequence)
  })

  it('keeps no more than what somebody has yet to read', () => {
    const file = newFile()
    const journal = journalOf(file)
    journal.position('reader', 'first')
    for (let each = 0; each < 11_000; each++) {
      write(journal, `n${each}`)
      journal.pass('reader', journal.lastSequence, each % 100 === 0)
    }
    expect(readFileSync(file, 'utf8').split('\n').length).toBeLessThan(21_000)
    expect(journal.after(0, 10)).toEqual([])
  })

  it('forgets after a day what nobody read', () => {
    let now = Date.now()
    const journal = new StreamJournal(undefined, () => now)
    journal.position('reader', 'first')
    write(journal, 'old')
    now += 25 * 3_600_000
    write(journal, 'new')
    journal.pass('reader', 0, false)
    expect(journal.after(0, 10).map(({ keys }) => keys)).toEqual([{ pk: { S: 'new' } }])
  })
})
