import { readLeniently, type Schema } from '../ocpp/schema.ts'
import { Authorization } from './authorization.ts'
import { Configuration } from './configuration.ts'
import { Connection } from './connection.ts'
import { Connectors } from './connectors.ts'
import { Diagnostics } from './diagnostics.ts'
import { Files } from './files.ts'
import { Maintenance } from './maintenance.ts'
import {
  CallFailed,
  type Confirmation,
  confirmations,
  type IdTagInfo,
  type Payload,
  type Send,
} from './messages.ts'
import { type Wiring, wiringFor } from './meter.ts'
import type { CentralSystemRequest, Settings } from './options.ts'
import { Outbox } from './outbox.ts'
import { Profiles } from './profiles.ts'
import { Registration } from './registration.ts'
import { RemoteStarts } from './remote-starts.ts'
import { answerRequest } from './requests/index.ts'
import { Reservations } from './reservations.ts'
import { type CallCounts, type Reply, Rpc } from './rpc.ts'
import { profileOf, Security, type SecurityProfile } from './security.ts'
import { Lifetime } from './time.ts'
import { Transactions } from './transactions.ts'

export interface Hooks {
  onOpen(): void
  onAccepted(): void
  /** A CALL or a queued message has ended. */
  onEnd(): void
}

/** The station from the inside: its parts, put together. Each part sees of the others only what it is given here. */
export class Machine {
  readonly time: Lifetime
  readonly wireTime: Lifetime
  readonly vendor: string
  readonly maxWatts: number
  readonly wiring: Wiring
  readonly counts: CallCounts = {
    sent: 0,
    answered: 0,
    refused: 0,
    timedOut: 0,
    interrupted: 0,
    resent: 0,
    received: 0,
  }
  readonly configuration: Configuration
  readonly security: Security
  readonly connection: Connection
  readonly registration: Registration
  readonly outbox: Outbox
  readonly authorization: Authorization
  readonly profiles: Profiles
  readonly reservations: Reservations
  readonly connectors: Connectors
  readonly transactions: Transactions
  readonly remoteStarts: RemoteStarts
  readonly maintenance: Maintenance
  readonly files: Files
  readonly diagnostics: Diagnostics
  readonly #settings: Settings
  readonly #hooks: Hooks
  #firmwareVersion: string

  constructor(settings: Settings, hooks: Hooks) {
    this.#settings = settings
    this.#hooks = hooks
    const { powerKw, random, workMs, driverActs, connectors: count } = settings
    this.#firmwareVersion = settings.firmwareVersion
    this.time = new Lifetime(settings.time)
    this.wireTime = new Lifetime(settings.wireTime)
    this.vendor = settings.vendor
    this.maxWatts = powerKw * 1000
    this.wiring = wiringFor(powerKw)
    this.configuration = new Configuration(count, {
      SecurityProfile: String(profileOf(settings)),
      ...settings.configuration,
    })
    this.security = this.#newSecurity()
    this.connection = this.#newConnection()
    this.registration = this.#newRegistration()
    this.outbox = this.#newOutbox()
    this.authorization = this.#newAuthorization()
    this.profiles = this.#newProfiles()
    this.reservations = new Reservations(this.time, () => this.connectors.refresh())
    const given = { ...this.#given(), random, workMs, driverActs, count }
    const stop: Transactions['stopIfRunning'] = (...args) => this.transactions.stopIfRunning(...args)
    this.connectors = new Connectors({ ...given, stop })
    const { connectors } = this
    this.transactions = new Transactions({ ...given, connectors })
    const { transactions } = this
    this.remoteStarts = new RemoteStarts({ ...given, connectors, transactions })
    this.files = new Files({ time: this.time })
    this.diagnostics = this.#newDiagnostics()
    this.maintenance = new Maintenance({
      ...given,
      ...{ transactions, files: this.files, diagnostics: this.diagnostics },
      onEvent: (text) => this.#note(text),
      reconnect: (ms, reason) => {
        this.security.restarted()
        this.connection.reopen(ms, reason)
      },
      onInstalled: (version) => {
        this.#firmwareVersion = version ?? versionAfter(this.#firmwareVersion)
      },
    })
    this.configuration.onChange((key, value) => this.#configured(key, value))
  }

  get isOnline(): boolean {
    return this.connection.state === 'open' && this.registration.status === 'Accepted'
  }

  /** Reads every answer: leniently, but what is not by the letter is noted. */
  readonly send: Send = async (action, payload) => {
    const { rpc } = this.connection
    if (!rpc) throw new CallFailed('Offline', action)
    const schema = confirmations[action] as Schema<Confirmation<typeof action>>
    const reading = readLeniently(schema, await rpc.call(action, payload))
    for (const { path, message } of reading.violations) {
      this.#note(`the answer to ${action} breaks the specification: ${path ? `${path}: ` : ''}${message}`)
    }
    if (reading.ok) return reading.value
    this.counts.answered -= 1
    this.counts.refused += 1
    throw new CallFailed('Refused', action, reading.error)
  }

  /** What most parts need of the ones that are there already. */
  #given() {
    const { time, send, configuration, registration, outbox, authorization, profiles, reservations } = this
    const { maxWatts, wiring } = this
    const isOnline = () => this.isOnline
    return {
      ...{ time, send, configuration, registration, outbox, authorization, profiles, reservations },
      ...{ maxWatts, wiring, isOnline },
    }
  }

  #newSecurity(): Security {
    const { configuration } = this
    const profile = configuration.number('SecurityProfile') as SecurityProfile
    const security = new Security(this.#settings, profile)
    configuration.restrict('SecurityProfile', (value) => security.accepts(Number(value)))
    return security
  }

  #backToEarlierProfile(): void {
    const { profile } = this.security
    this.configuration.change('SecurityProfile', String(profile)).apply()
    this.#note(`the new security profile does not work; back to ${profile}`)
  }

  #newConnection(): Connection {
    const { id, openSocket, random } = this.#settings
    return new Connection({
      ...{ id, openSocket, random, time: this.wireTime },
      access: () => this.security.access(),
      pingSeconds: () => this.configuration.number('WebSocketPingInterval'),
      newRpc: (transmit) => this.#newRpc(transmit),
      onOpen: () => {
        this.security.connected()
        this.registration.opened()
        this.connectors.refresh()
        this.outbox.resume()
        this.#hooks.onOpen()
      },
      onClose: () => this.registration.closed(),
      onFailure: () => {
        if (this.security.failed()) this.#backToEarlierProfile()
      },
      onEvent: (text) => this.#note(text),
    })
  }

  #newRpc(transmit: (text: string) => readonly string[]): Rpc {
    const { newId, onFrame } = this.#settings
    return new Rpc({
      ...{ time: this.wireTime, transmit, newId, counts: this.counts, onEnd: this.#hooks.onEnd },
      timeoutMs: () => this.configuration.number('MessageTimeout') * 1000,
      answer: (action, payload, messageId) => this.#answer({ action, payload, messageId }),
      // §4.2: a rejected station does not even answer.
      isMute: () => this.registration.status === 'Rejected',
      onFrame: (frame) => {
        if (frame.direction === 'sent') this.registration.rearmHeartbeat()
        this.diagnostics.frame(frame)
        onFrame(frame)
      },
    })
  }

  /** Somebody else may decide; what they leave to the station, it answers when they do. */
  #answer(request: CentralSystemRequest): Reply | Promise<Reply> {
    const automatic = () => answerRequest(request.action, request.payload, this)
    const decision = this.#settings.decide(request)
    return decision ? decision.then((response) => (response ? { response } : automatic())) : automatic()
  }

  #newDiagnostics(): Diagnostics {
    const { id, vendor, model } = this.#settings
    const { configuration, connectors } = this
    return new Diagnostics({
      ...{ id, vendor, model, configuration, connectors: connectors.all, statuses: connectors.statuses },
      now: () => this.time.now(),
      firmwareVersion: () => this.#firmwareVersion,
    })
  }

  #newRegistration(): Registration {
    return new Registration({
      ...{ time: this.time, send: this.send, configuration: this.configuration },
      bootPayload: () => this.#bootPayload(),
      boots: this.#settings.boots,
      heartbeatSeconds: this.#settings.heartbeatSeconds,
      isConnected: () => this.connection.state === 'open',
      onAccepted: () => {
        this.connectors.statuses.tellAll()
        this.outbox.resume()
        this.#hooks.onAccepted()
      },
      onEvent: (text) => this.#note(text),
    })
  }

  #newOutbox(): Outbox {
    return new Outbox({
      ...{ time: this.time, send: this.send, onEnd: this.#hooks.onEnd },
      isOnline: () => this.isOnline,
      onResend: () => {
        this.counts.resent += 1
      },
      attempts: () => this.configuration.number('TransactionMessageAttempts'),
      retrySeconds: () => this.configuration.number('TransactionMessageRetryInterval'),
    })
  }

  #newAuthorization(): Authorization {
    const ask = async (idTag: string): Promise<IdTagInfo> => {
      if (!this.isOnline) throw new CallFailed('Offline', 'Authorize')
      return (await this.send('Authorize', { idTag })).idTagInfo
    }
    return new Authorization({ configuration: this.configuration, now: () => this.time.now(), ask })
  }

  #newProfiles(): Profiles {
    const limits = () => ({
      maxStackLevel: this.configuration.number('ChargeProfileMaxStackLevel'),
      maxPeriods: this.configuration.number('ChargingScheduleMaxPeriods'),
      maxInstalled: this.configuration.number('MaxChargingProfilesInstalled'),
    })
    const { stationLimitKw } = this.#settings
    return new Profiles(this.wiring, limits, stationLimitKw === undefined ? undefined : stationLimitKw * 1000)
  }

  #configured(key: string, value: string): void {
    if (key === 'HeartbeatInterval') this.registration.rearmHeartbeat()
    if (key === 'WebSocketPingInterval') this.connection.schedulePing()
    if (key === 'SecurityProfile') this.security.raise(Number(value) as SecurityProfile)
    if (key === 'AuthorizationKey') {
      // The new password is for the next connection, which is made at once.
      const before = this.security.profile
      this.security.changePassword(value)
      const { profile } = this.security
      if (profile !== before) this.configuration.change('SecurityProfile', String(profile)).apply()
      this.connection.reopen(this.#settings.workMs, 'a new password')
    }
  }

  #bootPayload(): Payload {
    const { vendor, model, serial } = this.#settings
    return {
      chargePointVendor: vendor,
      chargePointModel: model,
      ...(serial ? { chargePointSerialNumber: serial } : {}),
      firmwareVersion: this.#firmwareVersion,
      meterType: 'Simulated',
    }
  }

  #note(text: string): void {
    const event = { at: this.time.now(), text }
    this.diagnostics.event(event)
    this.#settings.onEvent(event)
  }
}

/** What new firmware is called that does not say: 1.0.0 is followed by 1.0.1. */
function versionAfter(version: string): string {
  return version.replace(/\d+(?=\D*$)/, (last) => String(Number(last) + 1))
}
