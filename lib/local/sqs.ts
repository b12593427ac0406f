import { createHash, randomUUID } from 'node:crypto'
import type { Clock } from './clock.ts'
import { asNumber, asObject, asText, parseJson } from './json.ts'
import { type Log, UserError } from './log.ts'
import type { Message, QueueJournal } from './queue-journal.ts'
import type { Stack } from './template.ts'

export const md5 = (text: string): string => createHash('md5').update(text).digest('hex')

/** One standard queue. Its messages are kept over a restart; those that were being handled then are handled again. */
export class Queue {
  readonly id: string
  readonly arn: string
  readonly url: string
  readonly defaultDelay: number
  private readonly visibilityTimeout: number
  private readonly redrive: { arn: string; maxReceiveCount: number } | undefined
  private readonly queues: Queues
  private readonly visible: Message[] = []
  private wake: (() => void) | undefined

  constructor(stack: Stack, id: string, queues: Queues) {
    if (stack.text(id, 'FifoQueue') === 'true') throw new UserError(`${id}: FIFO queues are not emulated`)
    this.id = id
    this.queues = queues
    this.arn = stack.attributeOf(id, 'Arn')
    this.url = stack.refOf(id)
    this.defaultDelay = asNumber(stack.read(id, 'DelaySeconds')) ?? 0
    this.visibilityTimeout = asNumber(stack.read(id, 'VisibilityTimeout')) ?? 30
    this.redrive = redriveOf(stack.read(id, 'RedrivePolicy'))
  }

  /** Messages that can be received now: those of a queue nobody reads, such as a dead-letter queue. */
  get depth(): number {
    return this.visible.length
  }

  send(body: string, delaySeconds = this.defaultDelay, attributes: Record<string, unknown> = {}): Message {
    const { clock } = this.queues
    const message = { messageId: randomUUID(), body, attributes, sentAt: clock.now(), receiveCount: 0 }
    this.appear(message, delaySeconds)
    return message
  }

  /** Up to `limit` messages; they come back after the visibility timeout unless their `done` is called. */
  receive(limit: number): { message: Message; done: () => void }[] {
    return this.visible.splice(0, limit).map((message) => {
      message.receiveCount += 1
      message.firstReceivedAt ??= this.queues.clock.now()
      let isBack = false
      const stay = this.queues.later(this.visibilityTimeout, () => {
        isBack = true
        this.comeBack(message)
      })
      const done = () => {
        stay()
        if (!isBack) this.queues.journal.drop(message.messageId)
      }
      return { message, done }
    })
  }

  /** Takes a message of an earlier run in again, with what is left of its delay. */
  restore(message: Message, visibleAt: number): void {
    this.show(message, visibleAt)
  }

  /** Calls back whenever there is something to receive. */
  onMessage(wake: () => void): void {
    this.wake = wake
    if (this.depth > 0) wake()
  }

  private appear(message: Message, delaySeconds: number): void {
    const visibleAt = this.queues.clock.now() + delaySeconds * 1000
    this.queues.journal.keep({ queue: this.id, message, visibleAt })
    this.show(message, visibleAt)
  }

  private show(message: Message, visibleAt: number): void {
    const show = () => {
      this.visible.push(message)
      this.wake?.()
    }
    const delay = visibleAt - this.queues.clock.now()
    if (delay > 0) this.queues.later(delay / 1000, show)
    else show()
  }

  private comeBack(message: Message): void {
    const { redrive } = this
    if (redrive && message.receiveCount >= redrive.maxReceiveCount) {
      this.queues.log(
        `[${this.id}] dead-lettered ${message.messageId} after ${message.receiveCount} failures`,
      )
      this.queues.byArn(redrive.arn)?.appear({ ...message, receiveCount: 0 }, 0)
    } else this.appear(message, 0)
  }
}

function redriveOf(value: unknown): { arn: string; maxReceiveCount: number } | undefined {
  const policy = asObject(typeof value === 'string' ? parseJson(value) : value)
  const arn = asText(policy.deadLetterTargetArn)
  return arn === undefined ? undefined : { arn, maxReceiveCount: asNumber(policy.maxReceiveCount) ?? 10 }
}

/** The template's queues, and the timers of their delayed messages. */
export class Queues {
  readonly clock: Clock
  readonly journal: QueueJournal
  readonly log: Log
  private readonly queues: Queue[]
  private readonly timers = new Set<() => void>()

  constructor(stack: Stack, journal: QueueJournal, clock: Clock, log: Log) {
    this.clock = clock
    this.journal = journal
    this.log = log
    this.queues = stack.ids('AWS::SQS::Queue').map((id) => new Queue(stack, id, this))
    for (const { queue, message, visibleAt } of journal.messages)
      this.byId(queue)?.restore(message, visibleAt)
  }

  byUrl(url: string | undefined): Queue | undefined {
    return this.queues.find((each) => each.url === url)
  }

  byArn(arn: string | undefined): Queue | undefined {
    return this.queues.find((each) => each.arn === arn)
  }

  byId(id: string): Queue | undefined {
    return this.queues.find((each) => each.id === id)
  }

  later(seconds: number, callback: () => void): () => void {
    const cancel = this.clock.after(seconds * 1000, () => {
      this.timers.delete(cancel)
      callback()
    })
    this.timers.add(cancel)
    return () => {
      this.timers.delete(cancel)
      cancel()
    }
  }

  stop(): void {
    for (const cancel of this.timers) cancel()
    this.timers.clear()
  }
}
