import { OcppError, readErrorCode } from '../../ocpp/error.ts'
import type { Payload } from '../messages.ts'
import type { CentralSystemRequest, Station } from '../station.ts'
import { isoTime, type Time } from '../time.ts'
import type { Journal, LoggedCall } from './journal.ts'
import { type AnswerRule, type Duration, milliseconds } from './schema.ts'
import type { Variables } from './values.ts'

/** What was expected and is not so; the scenario has failed. */
export class Failed extends Error {
  override name = 'Failed'
}

/** Another way to be unable to go on: the file asks for what there is not. */
export class CannotPlay extends Error {
  override name = 'CannotPlay'
}

export interface ActorOptions {
  station: Station
  journal: Journal
  /** The station's time. */
  time: Time
  /** The time of those who wait. */
  wireTime: Time
  variables: Variables
  say(text: string): void
}

const PATIENCE_MS = 30_000

/** A station that plays a scenario, and what it has been told and answered so far. */
export class Actor {
  readonly station: Station
  readonly journal: Journal
  readonly time: Time
  readonly wireTime: Time
  readonly say: (text: string) => void
  readonly #given: Variables
  readonly #seen = new WeakSet<LoggedCall>()
  /** The code of the CALLERROR that the last CALL was refused with. */
  error: string | undefined
  /** CALLs of the station that were refused, as a step expected. */
  expectedErrors = 0
  #answer: unknown
  #call: LoggedCall | undefined

  constructor({ station, journal, time, wireTime, variables, say }: ActorOptions) {
    this.station = station
    this.journal = journal
    this.time = time
    this.wireTime = wireTime
    this.say = say
    this.#given = { ...variables }
  }

  /** Of the last CALL of the station; `undefined` if it was refused. */
  get answer(): unknown {
    return this.#answer
  }

  answered(answer: unknown, error?: string): void {
    this.#answer = answer
    this.error = error
  }

  /** What `${…}` in the next step stands for. */
  variables(): Variables {
    const start = this.journal.sent.findLast(({ action, answer }) => action === 'StartTransaction' && answer)
    const transaction = (start?.answer as { transactionId?: number } | undefined)?.transactionId
    return {
      ...(transaction === undefined ? {} : { transaction }),
      ...(this.#answer === undefined ? {} : { answer: this.#answer }),
      ...(this.#call ? { call: this.#call } : {}),
      now: isoTime(this.time.now()),
      ...this.#given,
    }
  }

  save(variables: Variables): void {
    Object.assign(this.#given, variables)
  }

  isOnline(): boolean {
    const { connection, registration } = this.station.status()
    return connection === 'open' && registration === 'Accepted'
  }

  /** Waits for a CALL that no step has waited for yet. */
  async next(direction: 'sent' | 'received', action: string, within?: Duration): Promise<void> {
    const find = () =>
      this.journal[direction].find(
        (call) =>
          call.action === action && !this.#seen.has(call) && (direction === 'received' || isAnswered(call)),
      )
    const what = direction === 'sent' ? `the station to send ${action}` : `${action} from the central system`
    await this.until(() => find() !== undefined, what, within)
    const call = find() as LoggedCall
    this.#seen.add(call)
    if (direction === 'received') this.#call = call
    else this.answered(call.answer, call.error)
  }

  async until(isTrue: () => boolean, what: string, within?: Duration): Promise<void> {
    const ms = within === undefined ? PATIENCE_MS : milliseconds(within)
    if (!(await this.journal.until(isTrue, ms))) throw new Failed(`waited ${ms / 1000} s for ${what}`)
  }
}

function isAnswered({ answer, error }: LoggedCall): boolean {
  return answer !== undefined || error !== undefined
}

/** How CALLs of the central system are answered while a scenario plays. */
export class Answers {
  readonly #time: Time
  readonly #rules = new Map<string, { rule: AnswerRule; left: number }>()

  constructor(wireTime: Time) {
    this.#time = wireTime
  }

  set(rule: AnswerRule): void {
    if (rule.asUsual) this.#rules.delete(rule.action)
    else this.#rules.set(rule.action, { rule, left: rule.times ?? Number.POSITIVE_INFINITY })
  }

  /** For the `decide` of a station. */
  decide({ action }: CentralSystemRequest): Promise<Payload | undefined> | undefined {
    const found = this.#rules.get(action)
    if (!found) return undefined
    found.left -= 1
    if (found.left <= 0) this.#rules.delete(action)
    return this.#answer(found.rule)
  }

  async #answer({ silent, error, delay, with: payload }: AnswerRule): Promise<Payload | undefined> {
    if (delay !== undefined) {
      await new Promise<void>((resolve) => void this.#time.after(milliseconds(delay), resolve))
    }
    if (silent) return new Promise(() => {})
    if (error !== undefined) throw new OcppError(readErrorCode(error), 'as the scenario says')
    return payload
  }
}
