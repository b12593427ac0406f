import { createHash } from 'node:crypto'
import { closeSync, openSync, renameSync, writeFileSync, writeSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { asArray, asNumber, asObject, isObject, type JsonObject, parseJson } from './json.ts'
import { linesOf } from './lines.ts'

/** An item in DynamoDB's own JSON; `null` where there is none. */
export type Image = JsonObject | null

export interface Written {
  table: string
  keys: JsonObject
  old: Image
}

/** What one write did to one item. */
export interface StreamRecord {
  /** Ascending, over restarts too. */
  sequence: number
  table: string
  keys: JsonObject
  old: Image
  new: Image
  /** Milliseconds since 1970. */
  at: number
}

/** Lines that need not be there before the file is written anew. */
const WASTE = 20_000

/** AWS keeps the records of a stream for so long, read or not. */
const KEPT_MILLISECONDS = 24 * 3_600_000

/**
 * What was written to the tables, in order, until every reader has passed it. A write is announced with the items as they
 * were before it is made, so that after the death of the process the next one can tell what came of it. In a file if there
 * is one; two lines for each write.
 */
export class StreamJournal {
  private readonly path: string | undefined
  private readonly now: () => number
  private readonly announced = new Map<number, Written[]>()
  private readonly positions = new Map<string, number>()
  private kept: StreamRecord[] = []
  private last = 0
  private writes = 0
  private file: number | undefined
  private waste = 0
  private readonly listeners: (() => void)[] = []

  constructor(path: string | undefined, now: () => number) {
    this.path = path
    this.now = now
    if (path === undefined) return
    for (const line of linesOf(path)) this.read(asObject(parseJson(line)))
    this.rewrite(path)
  }

  /** Of the last record there ever was. */
  get lastSequence(): number {
    return this.last
  }

  /** Writes whose outcome nobody knows: those of a process that died meanwhile. */
  get unsettled(): { write: number; items: Written[] }[] {
    return [...this.announced].map(([write, items]) => ({ write, items }))
  }

  /** Calls back after every write that changed something. */
  onRecords(listener: () => void): void {
    this.listeners.push(listener)
  }

  /** Gives the number that `settle` wants. */
  announce(items: Written[]): number {
    this.writes += 1
    this.announced.set(this.writes, items)
    this.append({ write: this.writes, items })
    return this.writes
  }

  /** The items as they are now, in the order they were announced in; without them the write changed nothing. */
  settle(write: number, images?: Image[]): void {
    const at = this.now()
    // By the time, so that a journal that was lost does not begin again with numbers that were there.
    const first = Math.max(this.last + 1, at * 1_000)
    const records = this.apply(write, images, first, at)
    this.append(records.length > 0 ? { settled: write, images, first, at } : { settled: write })
    if (records.length > 0) for (const listener of this.listeners) listener()
  }

  /** Records behind a position, oldest first. */
  after(sequence: number, limit: number): StreamRecord[] {
    const from = this.indexAfter(sequence)
    return this.kept.slice(from, from + limit)
  }

  /** Where a reader stands; a new one stands at the beginning, or at the end. */
  position(reader: string, start: 'first' | 'last'): number {
    const known = this.positions.get(reader)
    if (known !== undefined) return known
    const sequence = start === 'first' ? 0 : this.last
    this.positions.set(reader, sequence)
    this.append({ reader, sequence })
    return sequence
  }

  /** Everything up to there is done. Unless it is `durable`, the next process may begin before it. */
  pass(reader: string, sequence: number, durable: boolean): void {
    this.positions.set(reader, sequence)
    if (durable) this.append({ reader, sequence })
    this.trim()
  }

  /** Forgets readers that are no more, whose place would keep everything. */
  retain(readers: string[]): void {
    for (const reader of [...this.positions.keys()])
      if (!readers.includes(reader)) this.positions.delete(reader)
    if (this.path !== undefined) this.rewrite(this.path)
  }

  close(): void {
    if (this.file !== undefined) closeSync(this.file)
    this.file = undefined
  }

  private apply(write: number, images: Image[] | undefined, first: number, at: number): StreamRecord[] {
    const items = this.announced.get(write) ?? []
    this.announced.delete(write)
    const changed = items
      .map((item, position) => ({ ...item, new: images?.[position] ?? null }))
      .filter((each) => images !== undefined && !isDeepStrictEqual(each.old, each.new))
    const records = changed.map((each, position) => ({ ...each, sequence: first + position, at }))
    this.kept.push(...records)
    this.last = records.at(-1)?.sequence ?? this.last
    this.waste += records.length > 0 ? 0 : 2
    return records
  }

  private indexAfter(sequence: number): number {
    let low = 0
    let high = this.kept.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.kept[middle]?.sequence ?? 0) <= sequence) low = middle + 1
      else high = middle
    }
    return low
  }

  private trim(): void {
    const passed = Math.min(...this.positions.values())
    const old = this.now() - KEPT_MILLISECONDS
    let from = this.indexAfter(passed)
    while ((this.kept[from]?.at ?? old) < old) from += 1
    if (from === 0) return
    this.waste += 2 * from
    this.kept.splice(0, from)
    if (this.path !== undefined && this.waste > WASTE) this.rewrite(this.path)
  }

  private append(line: JsonObject): void {
    if (this.file !== undefined) writeSync(this.file, `${JSON.stringify(line)}\n`)
  }

  /** A line that was cut off by the end of its process is none. */
  private read(line: JsonObject): void {
    const write = asNumber(line.write)
    const settled = asNumber(line.settled)
    const sequence = asNumber(line.sequence)
    if (write !== undefined) {
      this.writes = Math.max(this.writes, write)
      this.announced.set(write, asArray(line.items) as Written[])
    } else if (settled !== undefined) {
      const images = Array.isArray(line.images) ? (line.images as Image[]) : undefined
      this.apply(settled, images, asNumber(line.first) ?? 0, asNumber(line.at) ?? 0)
    } else if (isObject(line.record)) this.kept.push(line.record as unknown as StreamRecord)
    else if (typeof line.reader === 'string') this.positions.set(line.reader, sequence ?? 0)
    this.last = Math.max(this.last, asNumber(line.last) ?? 0)
  }

  private rewrite(path: string): void {
    this.close()
    const lines = [
      { last: this.last },
      ...[...this.positions].map(([reader, sequence]) => ({ reader, sequence })),
      ...this.kept.map((record) => ({ record })),
      ...[...this.announced].map(([write, items]) => ({ write, items })),
    ].map((line) => JSON.stringify(line))
    writeFileSync(`${path}.new`, [...lines, ''].join('\n'), { mode: 0o600 })
    renameSync(`${path}.new`, path)
    this.file = openSync(path, 'a')
    this.waste = 0
  }
}

/** Of 21 digits, as AWS gives them: the order of the texts is that of the numbers. */
export const sequenceText = (sequence: number): string => `1${String(sequence).padStart(20, '0')}`

/** A record as Lambda hands it over. */
export function eventRecord(record: StreamRecord, eventSourceARN: string, awsRegion: string): JsonObject {
  const SequenceNumber = sequenceText(record.sequence)
  const { keys: Keys, old: OldImage, new: NewImage } = record
  return {
    eventID: createHash('md5').update(`${record.table} ${SequenceNumber}`).digest('hex'),
    eventName: OldImage === null ? 'INSERT' : NewImage === null ? 'REMOVE' : 'MODIFY',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion,
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(record.at / 1000),
      Keys,
      ...(NewImage === null ? {} : { NewImage }),
      ...(OldImage === null ? {} : { OldImage }),
      SequenceNumber,
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    },
    eventSourceARN,
  }
}
