import type { Configuration } from './configuration.ts'
import { CallFailed, type Payload, type RegistrationStatus, type Send } from './messages.ts'
import { Alarm, type Time } from './time.ts'

export interface RegistrationOptions {
  time: Time
  send: Send
  configuration: Configuration
  /** BootNotification.req. */
  bootPayload(): Payload
  /** False: it takes itself for accepted, and never asks. */
  boots: boolean
  /** Instead of the interval that the central system tells. */
  heartbeatSeconds: number | undefined
  isConnected(): boolean
  /** After every BootNotification that was accepted. */
  onAccepted(): void
  onEvent(text: string): void
}

/** §4.2 leaves the wait to the station when there is no interval, or no answer to read one from. */
const OWN_RETRY_SECONDS = 30

/** Boots until accepted, and keeps the heartbeat going after that (§4.2, §4.6). Acceptance outlives the connection (OCPP-J §5.4). */
export class Registration {
  readonly #options: RegistrationOptions
  readonly #retry: Alarm
  readonly #heartbeat: Alarm
  #status: RegistrationStatus | 'None' = 'None'

  constructor(options: RegistrationOptions) {
    this.#options = options
    this.#retry = new Alarm(options.time)
    this.#heartbeat = new Alarm(options.time)
  }

  /** `None`: not answered since the station was switched on. */
  get status(): RegistrationStatus | 'None' {
    return this.#status
  }

  /** A new connection: a station that was turned away waits its time out, whichever connection it was told on. */
  opened(): void {
    if (!this.#options.boots && this.#status === 'None') {
      this.#status = 'Accepted'
      this.#options.onAccepted()
    }
    if (this.#status === 'Accepted') this.rearmHeartbeat()
    else if (!this.#retry.isSet) void this.boot()
  }

  closed(): void {
    this.#heartbeat.clear()
  }

  /** Switched off and on again. */
  forget(): void {
    this.#status = 'None'
    this.#retry.clear()
    this.#heartbeat.clear()
  }

  /** Sends BootNotification now; `undefined`: no answer, it is tried again later. */
  async boot(): Promise<RegistrationStatus | undefined> {
    this.#retry.clear()
    const { send, bootPayload, configuration, heartbeatSeconds, onAccepted, onEvent } = this.#options
    try {
      const { status, interval } = await send('BootNotification', bootPayload())
      this.#status = status
      if (status === 'Accepted') {
        const heartbeat = heartbeatSeconds ?? interval
        if (heartbeat > 0) configuration.change('HeartbeatInterval', String(heartbeat)).apply()
        onAccepted()
      } else {
        onEvent(`${status}: next BootNotification in ${interval > 0 ? interval : OWN_RETRY_SECONDS} s`)
        this.#bootLater(interval)
      }
      return status
    } catch (error) {
      if (!(error instanceof CallFailed)) throw error
      if (error.reason !== 'Offline') this.#bootLater(0)
      return undefined
    }
  }

  /** §4.6: only what was silent for the whole interval needs a heartbeat. Called whenever something was sent. */
  rearmHeartbeat(): void {
    const seconds = this.#options.configuration.number('HeartbeatInterval')
    this.#heartbeat.clear()
    if (this.#status !== 'Accepted' || seconds === 0 || !this.#options.isConnected()) return
    this.#heartbeat.set(seconds * 1000, () => void this.heartbeat())
  }

  /** True if it was answered. */
  async heartbeat(): Promise<boolean> {
    try {
      await this.#options.send('Heartbeat', {})
      return true
    } catch (error) {
      if (!(error instanceof CallFailed)) throw error
      return false
    }
  }

  #bootLater(interval: number): void {
    this.#retry.set((interval > 0 ? interval : OWN_RETRY_SECONDS) * 1000, () => {
      if (this.#options.isConnected()) void this.boot()
    })
  }
}
