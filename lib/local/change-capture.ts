import { asArray, asObject, asText, isObject, type JsonObject } from './json.ts'
import type { Image, StreamJournal, Written } from './stream-journal.ts'

/** An answer of the store. */
export interface Answer {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: Buffer
}

/** Reads items of a table as they are now: `null` for those that are not there. */
export type ReadItems = (table: string, keys: JsonObject[]) => Promise<Image[]>

export interface CaptureOptions {
  /** The key attributes of each table that has a stream, in the order of its schema. */
  keyNames: Map<string, string[]>
  /** Whether anybody wants to know of an item with these keys. Of others nothing is captured. */
  wants: (table: string, keys: JsonObject) => boolean
  read: ReadItems
  journal: StreamJournal
}

interface Target {
  table: string
  keys: JsonObject
  /** Tells one item from all others. */
  name: string
  /** What is sure to be there afterwards; `undefined` where that must be asked. */
  becomes: Image | undefined
}

/** Images that are remembered, so that most writes need not ask how the item was. */
const REMEMBERED = 20_000
const RETRY_MILLISECONDS = 200

/**
 * The stream of the tables: it notes of each write how the item was and how it is then. Writes to one item take place one
 * after the other. It relies on being the only way in: what is written past it is not in the stream.
 */
export class ChangeCapture {
  private readonly options: CaptureOptions
  /** The end of the line of those who write an item. */
  private readonly turns = new Map<string, Promise<void>>()
  private readonly images = new Map<string, Image>()
  private stopped = false

  constructor(options: CaptureOptions) {
    this.options = options
  }

  /** Finds out what became of the writes that an earlier process was in the middle of. */
  async recover(): Promise<void> {
    const { journal } = this.options
    for (const { write, items } of journal.unsettled) {
      const images = await Promise.all(items.map(({ table, keys }) => this.readOne(table, keys)))
      journal.settle(write, images)
    }
  }

  stop(): void {
    this.stopped = true
  }

  /** Makes a write by `send`, and notes what it did before the answer is given. */
  async write(operation: string, input: JsonObject, send: () => Promise<Answer>): Promise<Answer> {
    const targets = this.targetsOf(operation, input)
    if (targets.length === 0) return send()
    const leave = await this.enter(targets)
    let write: number
    try {
      const items = await this.announced(targets)
      write = this.options.journal.announce(items)
    } catch (error) {
      leave()
      throw error
    }
    return this.send(write, targets, input, send, leave)
  }

  private async send(
    write: number,
    targets: Target[],
    input: JsonObject,
    send: () => Promise<Answer>,
    leave: () => void,
  ): Promise<Answer> {
    const { journal } = this.options
    let answer: Answer | undefined
    try {
      answer = await send()
      if (answer.status >= 400 && answer.status < 500) journal.settle(write)
      else if (answer.status < 300) this.settle(write, targets, await this.outcome(targets, input, answer))
      else throw new Error(`The store answers ${answer.status}`)
      leave()
      return answer
    } catch (error) {
      void this.settleSometime(write, targets).finally(leave)
      if (answer) return answer
      throw error
    }
  }

  private settle(write: number, targets: Target[], images: Image[]): void {
    this.options.journal.settle(write, images)
    for (const [position, { name }] of targets.entries()) this.remember(name, images[position] ?? null)
  }

  /** Where the store gave no answer: asks until it does how the items are. */
  private async settleSometime(write: number, targets: Target[]): Promise<void> {
    for (const { name } of targets) this.images.delete(name)
    while (!this.stopped) {
      try {
        return this.settle(write, targets, await this.readAll(targets))
      } catch {
        await new Promise((resolve) => setTimeout(resolve, RETRY_MILLISECONDS).unref())
      }
    }
  }

  private async announced(targets: Target[]): Promise<Written[]> {
    const unknown = targets.filter(({ name }) => !this.images.has(name))
    const found = unknown.length > 0 ? await this.readAll(unknown) : []
    for (const [position, { name }] of unknown.entries()) this.remember(name, found[position] ?? null)
    return targets.map(({ table, keys, name }) => ({ table, keys, old: this.images.get(name) ?? null }))
  }

  private async outcome(targets: Target[], input: JsonObject, answer: Answer): Promise<Image[]> {
    if (input.ReturnValues === 'ALL_NEW') {
      const { Attributes } = asObject(JSON.parse(answer.body.toString()))
      if (isObject(Attributes)) return [Attributes]
    }
    const open = targets.filter(({ becomes }) => becomes === undefined)
    const read = open.length > 0 ? await this.readAll(open) : []
    return targets.map(
      (target) => (target.becomes === undefined ? read[open.indexOf(target)] : target.becomes) ?? null,
    )
  }

  private async readAll(targets: Target[]): Promise<Image[]> {
    const tables = [...new Set(targets.map(({ table }) => table))]
    const images = new Map<string, Image>()
    for (const table of tables) {
      const own = targets.filter((target) => target.table === table)
      const read = await this.options.read(
        table,
        own.map(({ keys }) => keys),
      )
      for (const [position, { name }] of own.entries()) images.set(name, read[position] ?? null)
    }
    return targets.map(({ name }) => images.get(name) ?? null)
  }

  private async readOne(table: string, keys: JsonObject): Promise<Image> {
    return (await this.options.read(table, [keys]))[0] ?? null
  }

  /** Waits until everybody is through who wrote one of these items before; in the order of their coming, so nobody waits in a circle. */
  private async enter(targets: Target[]): Promise<() => void> {
    const names = targets.map(({ name }) => name)
    const before = names.map((name) => this.turns.get(name))
    let leave = (): void => {}
    const turn = new Promise<void>((resolve) => {
      leave = resolve
    })
    for (const name of names) this.turns.set(name, turn)
    await Promise.all(before)
    return () => {
      for (const name of names) if (this.turns.get(name) === turn) this.turns.delete(name)
      leave()
    }
  }

  private remember(name: string, image: Image): void {
    this.images.delete(name)
    this.images.set(name, image)
    if (this.images.size <= REMEMBERED) return
    for (const oldest of this.images.keys()) {
      this.images.delete(oldest)
      break
    }
  }

  private targetsOf(operation: string, input: JsonObject): Target[] {
    switch (operation) {
      case 'PutItem':
        return this.target(input.TableName, asObject(input.Item), asObject(input.Item))
      case 'DeleteItem':
        return this.target(input.TableName, asObject(input.Key), null)
      case 'UpdateItem':
        return this.target(input.TableName, asObject(input.Key), undefined)
      // A transaction or a batch that is sent again may do nothing, so its items are asked for.
      case 'TransactWriteItems':
        return asArray(input.TransactItems).flatMap((each) => {
          const { Put, Update, Delete } = asObject(each)
          const { TableName, Item, Key } = asObject(Put ?? Update ?? Delete)
          return this.target(TableName, asObject(Item ?? Key), undefined)
        })
      case 'BatchWriteItem':
        return Object.entries(asObject(input.RequestItems)).flatMap(([table, requests]) =>
          asArray(requests).flatMap((each) => {
            const { PutRequest, DeleteRequest } = asObject(each)
            const { Item, Key } = asObject(PutRequest ?? DeleteRequest)
            return this.target(table, asObject(Item ?? Key), undefined)
          }),
        )
      default:
        return []
    }
  }

  private target(tableName: unknown, item: JsonObject, becomes: Image | undefined): Target[] {
    const table = (asText(tableName) ?? '').replace(/^arn:.*:table\//, '')
    const names = this.options.keyNames.get(table)
    if (!names?.every((name) => isObject(item[name]))) return []
    const keys = Object.fromEntries(names.map((name) => [name, item[name]]))
    if (!this.options.wants(table, keys)) return []
    return [{ table, keys, name: JSON.stringify([table, ...Object.values(keys)]), becomes }]
  }
}
