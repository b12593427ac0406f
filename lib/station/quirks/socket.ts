import { type Call, type CallError, type CallResult, readFrame } from '../../ocpp/frame.ts'
import type { Payload } from '../messages.ts'
import type { OpenSocket, Socket, SocketEnding } from '../socket.ts'
import type { Time } from '../time.ts'
import type { Heard, Line, Twist } from './quirk.ts'

type Frame = Call | CallResult | CallError

const NORMAL_CLOSURE = 1000

/** Sockets on which twists do their work, such as there are at that time. `onSent`: of what a quirk sends by itself. */
export function twisted(
  open: OpenSocket,
  twists: () => readonly Twist[],
  time: Time,
  onSent: (text: string) => void,
): OpenSocket {
  const abandoned = new Set<Socket>()
  return (dial, events) => {
    const requests = new Map<string, Call>()
    const sent = new Map<string, string>()
    let lastUsedAt = time.now()
    let isOver = false

    const over = (ending: SocketEnding) => {
      if (!isOver) events.closed(ending)
      isOver = true
    }
    const put = (text: string) => {
      lastUsedAt = time.now()
      inner.send(text)
    }
    const line: Line = {
      send(frame) {
        const text = textOf(frame, twists())
        if (isOver) return
        const call = readFrame(text)
        if (call.kind === 'Call') sent.set(String(call.messageId), call.action)
        put(text)
        onSent(text)
      },
      lastUsedAt: () => lastUsedAt,
      isOver: () => isOver,
      close: () => inner.terminate(),
      abandon() {
        if (isOver) return
        abandoned.add(inner)
        over({ code: 1006, reason: 'the network is gone' })
      },
    }
    const inner = open(
      twists().reduce((each, twist) => twist.dial?.(each) ?? each, dial),
      {
        opened() {
          lastUsedAt = time.now()
          events.opened()
          for (const twist of twists()) twist.opened?.(line)
        },
        received(text) {
          if (isOver) return
          lastUsedAt = time.now()
          const frame = readFrame(text)
          if (frame.kind === 'Call') requests.set(String(frame.messageId), frame)
          events.received(text)
          const heard = heardOf(frame, sent)
          if (heard) for (const twist of twists()) twist.heard?.(heard, line)
        },
        ponged() {
          lastUsedAt = time.now()
          events.ponged()
        },
        closed(ending) {
          abandoned.delete(inner)
          over(ending)
        },
      },
    )
    return {
      send(text) {
        const frame = readFrame(text)
        if (frame.kind === 'BrokenCall' || frame.kind === 'Unreadable') {
          put(text)
          return [text]
        }
        if (frame.kind === 'Call') sent.set(String(frame.messageId), frame.action)
        const texts = textsOf(text, frame, twists(), requests)
        for (const each of texts) put(each)
        return texts
      },
      ping: () => inner.ping(),
      close(code, reason) {
        isOver = true
        inner.close(code, reason)
        for (const socket of abandoned) socket.close(NORMAL_CLOSURE, '')
        abandoned.clear()
      },
      terminate() {
        isOver = true
        inner.terminate()
      },
    }
  }
}

function heardOf(frame: ReturnType<typeof readFrame>, sent: Map<string, string>): Heard | undefined {
  if (frame.kind === 'Call') return { frame, action: frame.action }
  if (frame.kind !== 'CallResult' && frame.kind !== 'CallError') return undefined
  const id = String(frame.messageId)
  const action = sent.get(id) ?? ''
  sent.delete(id)
  return { frame, action }
}

/** What becomes of one frame; its text stays as it is, unless a twist makes something else of it. */
function textsOf(
  asItIs: string,
  frame: Frame,
  twists: readonly Twist[],
  requests: Map<string, Call>,
): string[] {
  const request = frame.kind === 'Call' ? undefined : requests.get(String(frame.messageId))
  requests.delete(String(frame.messageId))
  const changed = twists.reduce((each, twist) => twistedFrame(each, twist, request), frame)
  const text = rewritten(changed === frame ? asItIs : writeFrame(changed), changed, twists)
  const after = twists.flatMap((twist) => twist.after?.(changed) ?? [])
  return [text, ...after.map((each) => textOf(each, twists))]
}

/** Of a frame that a quirk sends: what the others make of it. */
function textOf(frame: unknown, twists: readonly Twist[]): string {
  const text = typeof frame === 'string' ? frame : JSON.stringify(frame)
  const read = readFrame(text)
  return read.kind === 'Call' ? rewritten(text, read, twists) : text
}

function rewritten(text: string, frame: Frame, twists: readonly Twist[]): string {
  return twists.reduce((each, twist) => twist.text?.(each, frame) ?? each, text)
}

function twistedFrame(frame: Frame, twist: Twist, request: Call | undefined): Frame {
  const payload = frame.kind === 'CallError' ? {} : (frame.payload as Payload)
  if (frame.kind === 'Call' && twist.request) {
    return { ...frame, payload: twist.request(frame.action, payload) }
  }
  if (frame.kind === 'CallResult' && twist.response && request) {
    return { ...frame, payload: twist.response(request.action, payload, request) }
  }
  return frame
}

function writeFrame(frame: Frame): string {
  if (frame.kind === 'Call') return JSON.stringify([2, frame.messageId, frame.action, frame.payload])
  if (frame.kind === 'CallResult') return JSON.stringify([3, frame.messageId, frame.payload])
  return JSON.stringify([4, frame.messageId, frame.code, frame.description, frame.details])
}
