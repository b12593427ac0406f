import { once } from 'node:events'
import { WebSocket } from 'ws'
import type { Template } from '../../lib/local/assembly.ts'
import type { Busbar } from './e2e.ts'

/** A call of the central system's, as it came over the wire. */
export interface Asked {
  messageId: string
  action: string
  payload: any
  /** How many calls had come over the same connection and were not answered yet. */
  open: number
}

/** The payload of a CALLRESULT, the code of a CALLERROR, or no answer at all. */
export type Reply = object | string | undefined

/** How a station answers, by action: Accepted unless told otherwise. */
export type Replies = Record<string, Reply | ((asked: Asked) => Reply | Promise<Reply>)>

/** A charge point that is no more than its socket: a thousand of them fit into a test. */
export interface Station {
  readonly chargePointId: string
  /** All it was ever asked, oldest first. */
  readonly asked: Asked[]
  replies: Replies
  connect(): Promise<void>
  /** Ends the connection without a word. */
  hangUp(): void
  /** The payload of the CALLRESULT; a CALLERROR is thrown, its code being the message. */
  call(action: string, payload?: object): Promise<any>
  send(frame: string): void
  answer(messageId: string, reply: Reply): void
  /** What it was asked by an action, as soon as it was asked so often. */
  wasAsked(action: string, times?: number): Promise<Asked>
}

export function aStation({ local }: Busbar, chargePointId: string, replies: Replies = {}): Station {
  let socket: WebSocket | undefined
  let serial = 0
  const open = new Set<string>()
  const waiting = new Map<string, { resolve: (payload: any) => void; reject: (error: Error) => void }>()
  const watchers = new Set<() => void>()

  async function take(asked: Asked): Promise<void> {
    station.asked.push(asked)
    open.add(asked.messageId)
    for (const look of watchers) look()
    const known = station.replies[asked.action]
    const standard = asked.action === 'GetConfiguration' ? { configurationKey: [] } : { status: 'Accepted' }
    const reply = asked.action in station.replies ? known : standard
    station.answer(asked.messageId, typeof reply === 'function' ? await reply(asked) : reply)
  }

  function read(text: string): void {
    const frame = JSON.parse(text)
    // API Gateway's own words, where a function has failed.
    if (!Array.isArray(frame)) return
    const [type, messageId, first, second] = frame
    if (type === 2) return void take({ messageId, action: first, payload: second, open: open.size })
    const call = waiting.get(messageId)
    waiting.delete(messageId)
    if (type === 3) call?.resolve(first)
    else call?.reject(new Error(first))
  }

  const station: Station = {
    chargePointId,
    asked: [],
    replies,
    async connect() {
      socket = await dial(`${local.wsUrl}/ocpp/${encodeURIComponent(chargePointId)}`)
      open.clear()
      socket.on('message', (data) => read(String(data)))
    },
    hangUp() {
      socket?.terminate()
      socket = undefined
    },
    call(action, payload = {}) {
      const messageId = `${chargePointId}-${++serial}`
      station.send(JSON.stringify([2, messageId, action, payload]))
      return new Promise((resolve, reject) => waiting.set(messageId, { resolve, reject }))
    },
    send(frame) {
      if (!socket) throw new Error(`${chargePointId} is not connected`)
      socket.send(frame)
    },
    answer(messageId, reply) {
      if (reply === undefined || !socket) return
      open.delete(messageId)
      const error = typeof reply === 'string'
      station.send(JSON.stringify(error ? [4, messageId, reply, '', {}] : [3, messageId, reply]))
    },
    wasAsked: (action, times = 1) =>
      new Promise((resolve) => {
        const look = () => {
          const asked = station.asked.filter((each) => each.action === action)[times - 1]
          if (!asked) return
          watchers.delete(look)
          resolve(asked)
        }
        watchers.add(look)
        look()
      }),
  }
  return station
}

/** What a charge point does when it is turned away for now: a machine with too much to do may need more than one try. */
async function dial(url: string, tries = 5): Promise<WebSocket> {
  const socket = new WebSocket(url, ['ocpp1.6'], { perMessageDeflate: false })
  try {
    await once(socket, 'open')
    return socket
  } catch (error) {
    if (tries === 1 || !String(error).includes('503')) throw error
    return dial(url, tries - 1)
  }
}

export const BOOT = { chargePointVendor: 'Acme', chargePointModel: 'One', firmwareVersion: '1.0' }

/** Registers a charge point that connects, boots, and is accepted. */
export async function aBootedStation(
  busbar: Busbar,
  chargePointId: string,
  {
    replies = {},
    boot = {},
    ...more
  }: { replies?: Replies; boot?: object; [property: string]: unknown } = {},
): Promise<Station> {
  await busbar.register(chargePointId, more)
  const station = aStation(busbar, chargePointId, replies)
  await station.connect()
  await station.call('BootNotification', { ...BOOT, ...boot })
  return station
}

/** Gives every function of the stack other settings, by the names they have in its environment. */
export function withSettings(settings: Record<string, string>) {
  return (template: Template): Template => {
    for (const { Type, Properties } of Object.values(template.Resources ?? {}) as any[]) {
      const variables = Properties?.Environment?.Variables
      if (Type === 'AWS::Lambda::Function' && variables) Object.assign(variables, settings)
    }
    return template
  }
}

/** Everything in a list, page by page. */
export async function readAll({ api }: Busbar, path: string, limit = 200): Promise<any[]> {
  const items: any[] = []
  let cursor = ''
  do {
    const { status, body } = await api(
      'GET',
      `${path}${path.includes('?') ? '&' : '?'}limit=${limit}${cursor}`,
    )
    if (status !== 200) throw new Error(JSON.stringify(body))
    items.push(...body.items)
    cursor = body.cursor === undefined ? '' : `&cursor=${encodeURIComponent(body.cursor)}`
  } while (cursor)
  return items
}

/** Works through a list, so many at once. */
export async function atOnce<T>(limit: number, items: Iterable<T>, work: (item: T) => Promise<unknown>) {
  const rest = items[Symbol.iterator]()
  const worker = async () => {
    for (let next = rest.next(); !next.done; next = rest.next()) await work(next.value)
  }
  await Promise.all(Array.from({ length: limit }, worker))
}

/** For what comes of itself, sooner or later: sooner on a machine that has nothing else to do. */
export const PATIENCE = { timeout: 60_000, interval: 100 }

export const inSeconds = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString()
