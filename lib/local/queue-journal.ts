import { closeSync, openSync, renameSync, writeFileSync, writeSync } from 'node:fs'
import { asNumber, asObject, asText, parseJson } from './json.ts'
import { linesOf } from './lines.ts'

export interface Message {
  messageId: string
  body: string
  attributes: Record<string, unknown>
  sentAt: number
  receiveCount: number
  firstReceivedAt?: number
}

export interface KeptMessage {
  /** The logical id. */
  queue: string
  message: Message
  /** When it can be received, in milliseconds since 1970. */
  visibleAt: number
}

/** Lines that need not be there before the file is written anew. */
const WASTE = 10_000

/**
 * The messages of the queues in a file: a line for each that is kept, and one when it is gone. What is in the file when
 * the process dies is there when the next one starts. Without a file nothing is kept.
 */
export class QueueJournal {
  private readonly path: string | undefined
  private readonly lines = new Map<string, string>()
  private file: number | undefined
  private waste = 0

  constructor(path: string | undefined) {
    this.path = path
    if (path === undefined) return
    for (const line of linesOf(path)) this.read(line)
    this.rewrite(path)
  }

  get messages(): KeptMessage[] {
    return [...this.lines.values()].map((line) => JSON.parse(line) as KeptMessage)
  }

  /** As the message is now; what was kept of it before does not count any more. */
  keep(kept: KeptMessage): void {
    if (this.file === undefined) return
    if (this.lines.has(kept.message.messageId)) this.waste += 1
    const line = JSON.stringify(kept)
    this.lines.set(kept.message.messageId, line)
    this.append(line)
  }

  drop(messageId: string): void {
    if (this.file === undefined || !this.lines.delete(messageId)) return
    this.waste += 2
    this.append(JSON.stringify({ gone: messageId }))
  }

  close(): void {
    if (this.file !== undefined) closeSync(this.file)
    this.file = undefined
  }

  private append(line: string): void {
    if (this.file !== undefined) writeSync(this.file, `${line}\n`)
    if (this.path !== undefined && this.waste > WASTE) this.rewrite(this.path)
  }

  /** A line that was cut off by the end of its process is none. */
  private read(line: string): void {
    const { gone, queue, message, visibleAt } = asObject(parseJson(line))
    const messageId = asText(asObject(message).messageId)
    if (typeof gone === 'string') this.lines.delete(gone)
    else if (messageId && asText(queue) && asNumber(visibleAt) !== undefined) this.lines.set(messageId, line)
  }

  private rewrite(path: string): void {
    this.close()
    writeFileSync(`${path}.new`, [...this.lines.values(), ''].join('\n'), { mode: 0o600 })
    renameSync(`${path}.new`, path)
    this.file = openSync(path, 'a')
    this.waste = 0
  }
}
