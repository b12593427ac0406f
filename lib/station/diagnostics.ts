import type { Configuration } from './configuration.ts'
import type { Connector } from './connector.ts'
import { withoutSecrets } from './log.ts'
import { wattHours } from './meter.ts'
import type { LoggedFrame } from './rpc.ts'
import type { Statuses } from './statuses.ts'
import { isoTime } from './time.ts'

interface Line {
  at: number
  text: string
}

/** From when to when a log is wanted. */
export interface Span {
  from?: string | undefined
  to?: string | undefined
}

export interface DiagnosticsOptions {
  id: string
  vendor: string
  model: string
  now(): number
  firmwareVersion(): string
  configuration: Configuration
  connectors: readonly Connector[]
  statuses: Statuses
}

const LINES = 60
const LONGEST_LINE = 240

/** What this station has to tell of itself: its state, and the last that happened. A thousand of them fit into a process. */
export class Diagnostics {
  readonly #options: DiagnosticsOptions
  readonly #frames: Line[] = []
  readonly #events: Line[] = []

  constructor(options: DiagnosticsOptions) {
    this.#options = options
  }

  frame(logged: LoggedFrame): void {
    const arrow = logged.direction === 'sent' ? '->' : '<-'
    keep(this.#frames, { at: logged.at, text: `${arrow} ${withoutSignatures(withoutSecrets(logged))}` })
  }

  event(line: Line): void {
    keep(this.#events, line)
  }

  /** What a log of this moment is called (§5.9). */
  fileName(kind: 'diagnostics' | 'security'): string {
    const { id, now } = this.#options
    const name = id.replaceAll(/[^\w.-]/g, '_').slice(0, 200)
    return `${kind}-${name}-${isoTime(now()).replaceAll(/[-:]|\.\d+/g, '')}.log`
  }

  report(span: Span): string {
    const { connectors, statuses, configuration } = this.#options
    const states = connectors.map((connector) => {
      const { id, fault, powerW, registerWh } = connector
      const meter = id === 0 ? '' : ` ${wattHours(registerWh)} Wh ${powerW.toFixed(0)} W`
      return `connector ${id}: ${statuses.of(connector)} ${fault ?? 'NoError'}${meter}`
    })
    const keys = configuration.report(undefined).configurationKey ?? []
    return [
      ...this.#head('DIAGNOSTICS'),
      ...['', '[connectors]', ...states],
      ...['', '[configuration]', ...keys.map(({ key, value = '' }) => `${key} = ${value}`)],
      ...['', '[log]', ...linesOf([...this.#events, ...this.#frames], span), ''],
    ].join('\n')
  }

  /** Security whitepaper, appendix: what happened, not what was said. */
  securityLog(span: Span): string {
    return [...this.#head('SECURITY LOG'), '', ...linesOf(this.#events, span), ''].join('\n')
  }

  #head(title: string): string[] {
    const { id, vendor, model, now, firmwareVersion } = this.#options
    return [`${title} of ${id}`, `${vendor} ${model}, firmware ${firmwareVersion()}, ${isoTime(now())}`]
  }
}

function keep(lines: Line[], { at, text }: Line): void {
  lines.push({ at, text: text.slice(0, LONGEST_LINE) })
  if (lines.length > LINES) lines.shift()
}

function linesOf(lines: readonly Line[], { from, to }: Span): string[] {
  const first = from === undefined ? Number.NEGATIVE_INFINITY : Date.parse(from)
  const last = to === undefined ? Number.POSITIVE_INFINITY : Date.parse(to)
  return lines
    .filter(({ at }) => at >= first && at <= last)
    .sort((a, b) => a.at - b.at)
    .map(({ at, text }) => `${isoTime(at)} ${text}`)
}

/** Of URLs, what follows the question mark may open a door. */
function withoutSignatures(text: string): string {
  return text.replaceAll(/(https?:\/\/[^"?\s]+)\?[^"\s]*/g, '$1?***')
}
