import { randomUUID } from 'node:crypto'
import { WebSocket } from 'ws'
import { violationsOf, violationsOfError } from '../station/oracle.ts'

/** A frame as it went over the wire, seen from the charge point. */
export interface Frame {
  direction: 'sent' | 'received'
  elements: any[]
}

/** A call of the central system's. */
export interface Received {
  messageId: string
  payload: any
}

export type Answer = object | ((payload: any) => object)

/** A charge point that does what its case says, and nothing of its own accord. */
export interface Station {
  chargePointId: string
  /** Everything that went over the wire, over all its connections, oldest first. */
  frames: Frame[]
  /** What the central system did that no case allows. */
  problems: string[]
  connect(): Promise<void>
  disconnect(): Promise<void>
  /** Sends a CALL; the payload of its CALLRESULT. */
  call(action: string, payload?: object): Promise<any>
  /** How calls of this action are answered from now on. */
  on(action: string, answer: Answer): void
  /** The calls of this action so far. */
  received(action: string): Received[]
  /** The same, once there are so many. */
  receives(action: string, count: number): Promise<Received[]>
}

const PATIENCE_MILLISECONDS = 60_000

export function newStation(url: string, chargePointId: string): Station {
  const frames: Frame[] = []
  const problems: string[] = []
  // The central system reads the configuration some time after a boot, whatever the case is about.
  const answers = new Map<string, Answer>([['GetConfiguration', { configurationKey: [] }]])
  const waiting = new Map<string, { action: string; settle: (elements: any[]) => void }>()
  const watchers = new Set<() => void>()
  let socket: WebSocket | undefined

  const received = (action: string): Received[] =>
    frames
      .filter(
        ({ direction, elements: [type, , name] }) =>
          direction === 'received' && type === 2 && name === action,
      )
      .map(({ elements: [, messageId, , payload] }) => ({ messageId, payload }))

  function send(elements: any[]): void {
    frames.push({ direction: 'sent', elements })
    socket?.send(JSON.stringify(elements))
  }

  function hear(text: string): void {
    const elements = JSON.parse(text)
    const isRepeated = elements[0] === 2 && frames.some(isCallWith(elements[1]))
    if (isRepeated) problems.push(`${text} was sent before`)
    frames.push({ direction: 'received', elements })
    if (elements[0] === 2) answer(elements)
    else hearAnswer(elements)
    for (const watcher of watchers) watcher()
  }

  function answer([, messageId, action, payload]: any[]): void {
    problems.push(...violationsOf(action, 'req', payload))
    const known = answers.get(action)
    if (known) {
      const response = typeof known === 'function' ? known(payload) : known
      problems.push(...violationsOf(action, 'conf', response))
      send([3, messageId, response])
    } else {
      problems.push(`${action} is no part of this case`)
      send([4, messageId, 'NotImplemented', '', {}])
    }
  }

  function hearAnswer(elements: any[]): void {
    const [type, messageId, payload] = elements
    const asked = waiting.get(messageId)
    waiting.delete(messageId)
    if (!asked) problems.push(`nothing was asked: ${JSON.stringify(elements)}`)
    else if (type === 3) problems.push(...violationsOf(asked.action, 'conf', payload))
    else problems.push(`refused: ${JSON.stringify(elements)}`, ...violationsOfError(elements))
    asked?.settle(elements)
  }

  return {
    chargePointId,
    frames,
    problems,
    received,
    connect: () =>
      new Promise((resolve, reject) => {
        socket = new WebSocket(`${url}/ocpp/${encodeURIComponent(chargePointId)}`, ['ocpp1.6'])
        socket.on('open', resolve).on('error', reject)
        socket.on('message', (data) => hear(String(data)))
      }),
    disconnect: () =>
      new Promise((resolve) => {
        if (!socket || socket.readyState === WebSocket.CLOSED) return resolve()
        socket.on('close', () => resolve()).close()
      }),
    call: (action, payload = {}) => {
      problems.push(...violationsOf(action, 'req', payload))
      const messageId = randomUUID()
      const answered = new Promise((resolve, reject) =>
        waiting.set(messageId, {
          action,
          settle: ([type, , result]) =>
            type === 3 ? resolve(result) : reject(new Error(`${action} was refused: ${result}`)),
        }),
      )
      send([2, messageId, action, payload])
      return answered
    },
    on: (action, answer) => answers.set(action, answer),
    receives: (action, count) =>
      new Promise((resolve, reject) => {
        const late = setTimeout(() => {
          watchers.delete(look)
          reject(new Error(`${action} came ${received(action).length} times, not ${count}`))
        }, PATIENCE_MILLISECONDS)
        const look = () => {
          const calls = received(action)
          if (calls.length < count) return
          clearTimeout(late)
          watchers.delete(look)
          resolve(calls)
        }
        watchers.add(look)
        look()
      }),
  }
}

const isCallWith =
  (messageId: string) =>
  ({ direction, elements: [type, id] }: Frame): boolean =>
    direction === 'received' && type === 2 && id === messageId
