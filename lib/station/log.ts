import type { LoggedFrame, StationEvent, StationStatus } from './station.ts'

export type LogStyle = 'frames' | 'json' | 'quiet'

export interface LogOptions {
  style: LogStyle
  isColoured: boolean
  write(line: string): void
}

const DIM = 2
const RED = 31
const GREEN = 32
const YELLOW = 33
const CYAN = 36

const KINDS = {
  Call: { name: 'REQ', colour: CYAN },
  CallResult: { name: 'CONF', colour: GREEN },
  CallError: { name: 'ERR', colour: RED },
  BrokenCall: { name: 'REQ', colour: RED },
  Unreadable: { name: '???', colour: RED },
}
const ARROWS = { sent: '→', received: '←' }

/** One line for each frame, as it was on the wire, and for each event. */
export class Log {
  readonly #options: LogOptions

  constructor(options: LogOptions) {
    this.#options = options
  }

  frame(logged: LoggedFrame): void {
    const { style, write } = this.#options
    if (style === 'quiet') return
    const { at, direction, frame } = logged
    const { name, colour } = KINDS[frame.kind]
    const text = withoutSecrets(logged)
    if (style === 'frames')
      write(`${this.#time(at)}  ${this.#paint(colour, `${name.padEnd(4)} ${ARROWS[direction]}`)}  ${text}`)
    else
      write(
        jsonLine(at, {
          direction,
          type: name,
          ...(logged.action ? { action: logged.action } : {}),
          frame: jsonOr(text),
        }),
      )
  }

  event({ at, text }: StationEvent): void {
    const { style, write } = this.#options
    if (style === 'frames') write(`${this.#time(at)}  ${this.#paint(YELLOW, 'INFO')}    ${text}`)
    if (style === 'json') write(jsonLine(at, { event: text }))
  }

  /** The closing line, in every style. */
  summary(at: number, status: StationStatus, summary: Summary): void {
    const { style, write } = this.#options
    if (style === 'json')
      write(jsonLine(at, { summary: { ...status.calls, ...summary, queued: status.queued } }))
    else write(summaryLine(status, summary))
  }

  #time(at: number): string {
    return this.#paint(DIM, clockTime(at))
  }

  #paint(colour: number, text: string): string {
    return this.#options.isColoured ? `\u001b[${colour}m${text}\u001b[0m` : text
  }
}

export interface Summary {
  seconds: number
  energyWh: number
}

/** HH:MM:SS.mmm, where the reader is. */
export function clockTime(at: number): string {
  const date = new Date(at)
  const two = (number: number) => String(number).padStart(2, '0')
  const milliseconds = String(date.getMilliseconds()).padStart(3, '0')
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${milliseconds}`
}

function summaryLine({ id, calls, queued }: StationStatus, { seconds, energyWh }: Summary): string {
  const unanswered = calls.timedOut + calls.interrupted
  return [
    `${id}: ${calls.sent} requests sent, ${calls.answered} answered, ${calls.refused} refused, ${unanswered} unanswered`,
    `${calls.received} received`,
    ...(queued > 0 ? [`${queued} never delivered`] : []),
    `${(energyWh / 1000).toFixed(3)} kWh`,
    `${seconds.toFixed(1)} s`,
  ].join(' · ')
}

/** A new AuthorizationKey is logged nowhere (security whitepaper A01.FR.12). */
export function withoutSecrets({ text, frame }: Pick<LoggedFrame, 'text' | 'frame'>): string {
  if (frame.kind === 'CallResult' || !/AuthorizationKey/i.test(text)) return text
  return text.replaceAll(/("value"\s*:\s*)"(?:[^"\\]|\\.)*"/g, '$1"***"')
}

function jsonLine(at: number, content: Record<string, unknown>): string {
  return JSON.stringify({ time: new Date(at).toISOString(), ...content })
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
