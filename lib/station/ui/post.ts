import { OcppError, readErrorCode } from '../../ocpp/error.ts'
import { readFrame } from '../../ocpp/frame.ts'
import { passwordOf } from '../configuration-keys.ts'
import type { Payload } from '../messages.ts'
import { QUIRKS, type Quirky, quirky, type Reach, reachOf } from '../quirks/index.ts'
import {
  CallFailed,
  type CentralSystemRequest,
  type LoggedFrame,
  Station,
  type StationOptions,
} from '../station.ts'
import { fasterTime, systemTime } from '../time.ts'
import type { ActInput, DecisionInput, SettingsInput } from './input.ts'
import type { PendingRequest, StationView } from './protocol.ts'

export interface PostHooks {
  onFrame: NonNullable<StationOptions['onFrame']>
  onEvent: NonNullable<StationOptions['onEvent']>
  onChange(): void
}

/** What the command line knows beyond the page's settings. */
export type Extras = Pick<StationOptions, 'vendor' | 'model' | 'serial'> & { quirks: readonly string[] }

interface Pending {
  request: PendingRequest
  decide(decision: DecisionInput): void
}

/** A request that nobody has decided by then, the station answers; central systems wait for half a minute. */
const PATIENCE_MS = 25_000
/** An answer that takes longer is seen in the log. */
const ANSWER_MS = 5_000

/** One station in front of the page, with what the page adds to it: settings that change, and answers by hand. */
export class Post {
  readonly key: string
  readonly #hooks: PostHooks
  readonly #extras: Extras
  readonly #pending = new Map<string, Pending>()
  #settings: SettingsInput
  #quirks: readonly string[]
  #quirky: Quirky
  #station: Station
  #isOffline = false
  #byHand = false

  constructor(key: string, settings: SettingsInput, extras: Extras, hooks: PostHooks) {
    this.key = key
    this.#hooks = hooks
    this.#extras = extras
    this.#settings = settings
    this.#quirks = extras.quirks
    this.#quirky = this.#newQuirky()
    this.#station = new Station(this.#quirky.options)
    void this.#station.connect()
  }

  view(): StationView {
    const { password, ca: _, certificate, privateKey, ...shown } = this.#settings
    const { stationLimitKw, ...rest } = shown
    return {
      key: this.key,
      settings: {
        ...rest,
        ...(stationLimitKw === undefined ? {} : { stationLimitKw }),
        hasPassword: Boolean(password),
        hasCertificate: Boolean(certificate && privateKey),
      },
      status: this.#station.status(),
      isOffline: this.#isOffline,
      answersByHand: this.#byHand,
      quirks: this.#quirks,
      requests: [...this.#pending.values()].map(({ request }) => request),
    }
  }

  get isCharging(): boolean {
    return this.#station.status().connectors.some(({ transaction }) => transaction)
  }

  /** A new station in the place of the old one: what was running there is gone with it. Secrets left out stay. */
  replace(settings: SettingsInput): void {
    const { password, ca, certificate, privateKey } = this.#settings
    this.#settings = withoutUndefined({ password, ca, certificate, privateKey, ...settings })
    this.#switchOffAndOn()
  }

  close(): void {
    for (const { decide } of [...this.#pending.values()]) decide({ how: 'automatic' })
    this.#station.close()
  }

  /** In words, what came of it. Rejects with what stands in the way. */
  async act(act: ActInput): Promise<string> {
    const station = this.#station
    switch (act.what) {
      case 'boot':
        return `BootNotification: ${(await soon(station.boot())) ?? 'no answer yet'}`
      case 'heartbeat':
        return (await soon(station.heartbeat())) ? 'Heartbeat answered' : 'Heartbeat: no answer'
      case 'authorize': {
        const info = await soon(station.authorize(act.idTag))
        return `${act.idTag}: ${info?.status ?? 'no answer yet'}`
      }
      case 'start':
        return startText(await soon(station.start(act.connectorId, act.idTag)))
      case 'stop':
        return (await soon(station.stop(act.connectorId)))?.delivered
          ? 'Stopped'
          : 'Stopped; not answered yet'
      case 'plug':
        station.plug(act.connectorId)
        return `Cable in at connector ${act.connectorId}`
      case 'unplug':
        station.unplug(act.connectorId)
        return `Cable out at connector ${act.connectorId}`
      case 'fault':
        station.fault(act.connectorId, act.code)
        return `${act.code} at connector ${act.connectorId}`
      case 'repair':
        station.fault(act.connectorId)
        return `Connector ${act.connectorId} repaired`
      case 'car':
        station.car(act.connectorId, withoutUndefined({ socPercent: act.socPercent, demandKw: act.demandKw }))
        return 'The car has changed'
      case 'powerLoss':
        station.restart('PowerLoss')
        return 'The power is gone, and back in a moment'
      case 'offline':
        this.#isOffline = true
        station.goOffline()
        return 'Offline; what is to be told is kept'
      case 'online':
        this.#isOffline = false
        void station.connect()
        return 'Going online'
      case 'quirks':
        return this.#chooseQuirks(act.names)
      case 'send':
        station.sendText(act.text)
        return 'Sent'
      case 'answering':
        this.#byHand = act.byHand
        if (!act.byHand) for (const { decide } of [...this.#pending.values()]) decide({ how: 'automatic' })
        return act.byHand ? 'Requests wait for you' : 'The station answers by itself'
    }
  }

  /** False if the request is none that waits. */
  decide(messageId: string, decision: DecisionInput): boolean {
    const pending = this.#pending.get(messageId)
    pending?.decide(decision)
    return pending !== undefined
  }

  #switchOffAndOn(): void {
    this.close()
    this.#isOffline = false
    this.#quirky = this.#newQuirky()
    this.#station = new Station(this.#quirky.options)
    void this.#station.connect()
  }

  /** What the station has to do for them to show, it does. */
  #chooseQuirks(names: readonly string[]): string {
    const before = this.#quirks
    const changed = QUIRKS.filter(({ name }) => names.includes(name) !== before.includes(name))
    const reaches = new Set<Reach>(changed.map(reachOf))
    this.#quirks = names
    if (reaches.has('station')) {
      this.#switchOffAndOn()
      return 'Quirks changed; the station starts anew'
    }
    this.#quirky.choose(names)
    if (!reaches.has('connection') || this.#isOffline) return 'Quirks changed'
    this.#station.reconnect('other quirks')
    return 'Quirks changed; the station connects anew'
  }

  #newQuirky(): Quirky {
    const { url, id, securityProfile, idTag: _, connectors, powerKw } = this.#settings
    const { stationLimitKw, meterInterval, speed, password, ca, certificate, privateKey } = this.#settings
    const usesPassword = (securityProfile === 1 || securityProfile === 2) && password
    const usesCertificate = securityProfile === 3 && certificate && privateKey
    const tls = { ...(ca ? { ca } : {}), ...(usesCertificate ? { cert: certificate, key: privateKey } : {}) }
    const { quirks: _quirks, ...extras } = this.#extras
    const options: StationOptions = {
      ...extras,
      ...{ url, id, connectors, powerKw, tls },
      ...(stationLimitKw === undefined ? {} : { stationLimitKw }),
      // A password of bytes is written in hexadecimal, as in AuthorizationKey.
      ...(usesPassword ? { password: passwordOf(password) ?? password } : {}),
      configuration: { MeterValueSampleInterval: String(meterInterval) },
      time: speed === 1 ? systemTime : fasterTime(systemTime, speed),
      wireTime: systemTime,
      decide: (request) => this.#awaitDecision(request),
      onFrame: (frame) => this.#seen(frame),
      onEvent: ({ text }) => {
        this.#hooks.onEvent({ at: Date.now(), text })
        this.#hooks.onChange()
      },
    }
    const note = (text: string) =>
      this.#seen({ at: Date.now(), direction: 'sent', text, frame: readFrame(text) })
    return quirky(options, this.#quirks, note)
  }

  #seen(frame: LoggedFrame): void {
    this.#hooks.onFrame(frame)
    this.#hooks.onChange()
  }

  #awaitDecision({
    messageId,
    action,
    payload,
  }: CentralSystemRequest): Promise<Payload | undefined> | undefined {
    if (!this.#byHand) return undefined
    const id = String(messageId)
    return new Promise((resolve, reject) => {
      const decide = (decision: DecisionInput) => {
        cancel()
        this.#pending.delete(id)
        this.#hooks.onChange()
        if (decision.how === 'automatic') resolve(undefined)
        else if (decision.how === 'answer') resolve(decision.payload)
        else reject(new OcppError(readErrorCode(decision.code), decision.description))
      }
      const cancel = systemTime.after(PATIENCE_MS, () => decide({ how: 'automatic' }))
      this.#pending.set(id, {
        request: { messageId: id, action, payload, until: Date.now() + PATIENCE_MS },
        decide,
      })
      this.#hooks.onChange()
    })
  }
}

function startText(outcome: Awaited<ReturnType<Station['start']>> | undefined): string {
  if (!outcome) return 'Started; not answered yet'
  return outcome.why ?? `Transaction ${outcome.transactionId}: ${outcome.idTagInfo?.status}`
}

/** `undefined` once it takes too long, or there is nobody to ask. */
async function soon<T>(promise: Promise<T>): Promise<T | undefined> {
  let cancel = () => {}
  const patience = new Promise<undefined>((resolve) => {
    cancel = systemTime.after(ANSWER_MS, () => resolve(undefined))
  })
  try {
    return await Promise.race([promise, patience])
  } catch (error) {
    if (error instanceof CallFailed) return undefined
    throw error
  } finally {
    cancel()
  }
}

type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>
}

function withoutUndefined<T extends object>(record: T): Defined<T> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as Defined<T>
}
