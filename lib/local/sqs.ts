import { createHash, randomUUID } from 'node:crypto'
import type { Clock } from './clock.ts'
import { asNumber, asObject, asText, parseJson } from './json.ts'
import { type Log, UserError } from './log.ts'
import type { Stack } from './template.ts'

export interface Message {
  messageId: string
  body: string
  attributes: Record<string, unknown>
  sentAt: number
  receiveCount: number
  firstReceivedAt?: number
}

export const md5 = (text: string): string => createHash('md5').update(text).digest('hex')

/** One standard queue, in memory. A restart empties it: nothing may depend on it for being right, only for being prompt. */
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
      return { message, done: this.queues.later(this.visibilityTimeout, () => this.comeBack(message)) }
    })
  }

  /** Calls back whenever there is something to receive. */
  onMessage(wake: () => void): void {
    this.wake = wake
  }

  private appear(message: Message, delaySeconds: number): void {
    const show = () => {
      this.visible.push(message)
      this.wake?.()
    }
    if (delaySeconds > 0) this.queues.later(delaySeconds, show)
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
  readonly log: Log
  private readonly queues: Queue[]
  private readonly timers = new Set<() => void>()

  constructor(stack: Stack, clock: Clock, log: Log) {
    this.clock = clock
    this.log = log
    this.queues = stack.ids('AWS::SQS::Queue').map((id) => new Queue(stack, id, this))
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
