import { CallFailed, type Payload, type Send } from './messages.ts'
import type { Outbox } from './outbox.ts'
import type { Registration } from './registration.ts'
import { Alarm, isoTime, type Time } from './time.ts'
import type { Transactions } from './transactions.ts'

export interface MaintenanceOptions {
  id: string
  time: Time
  send: Send
  isOnline(): boolean
  registration: Registration
  transactions: Transactions
  outbox: Outbox
  /** Hangs up and calls again after `ms`. */
  reconnect(ms: number, reason: string): void
  /** How long a piece of pretended work takes: a download, an upload, a reboot. */
  workMs: number
  /** The version found in the name of the new firmware, if one is. */
  onInstalled(version: string | undefined): void
}

type FirmwareStatus = 'Idle' | 'Downloading' | 'Downloaded' | 'Installing' | 'Installed'
type DiagnosticsStatus = 'Idle' | 'Uploading' | 'Uploaded'

/** A soft reset waits no longer for the answers to its StopTransactions; they are kept (§5.14). */
const LONGEST_GRACE_MS = 30_000

/** Resets, firmware and diagnostics. */
export class Maintenance {
  readonly #options: MaintenanceOptions
  readonly #reset: Alarm
  readonly #firmware: Alarm
  readonly #diagnostics: Alarm
  #firmwareStatus: FirmwareStatus = 'Idle'
  #diagnosticsStatus: DiagnosticsStatus = 'Idle'
  #updates = 0

  constructor(options: MaintenanceOptions) {
    this.#options = options
    this.#reset = new Alarm(options.time)
    this.#firmware = new Alarm(options.time)
    this.#diagnostics = new Alarm(options.time)
  }

  /** As TriggerMessage asks for it: `Idle` when there is nothing to do (§4.5). */
  get firmwareStatus(): FirmwareStatus {
    return this.#firmwareStatus
  }

  get diagnosticsStatus(): DiagnosticsStatus {
    return this.#diagnosticsStatus
  }

  /** §5.14: the transactions are stopped and, if it goes well, told of, before the software starts again. */
  softReset(): void {
    const { transactions, outbox } = this.#options
    transactions.stopAll('SoftReset')
    let isOver = false
    const reboot = () => {
      if (!isOver) this.#reboot()
      isOver = true
    }
    this.#reset.set(LONGEST_GRACE_MS, reboot)
    outbox.whenEmpty(reboot)
  }

  /** §5.14: the power goes; what was stopped by that is told of after the next boot. */
  hardReset(): void {
    const { registration, reconnect, transactions, workMs } = this.#options
    registration.forget()
    reconnect(workMs, 'hard reset')
    transactions.stopAll('HardReset')
  }

  /** What the diagnostics of this moment are called (§5.9). */
  diagnosticsFile(): string {
    const name = this.#options.id.replaceAll(/[^\w.-]/g, '_').slice(0, 200)
    return `diagnostics-${name}-${isoTime(this.#options.time.now()).replaceAll(/[-:]|\.\d+/g, '')}.log`
  }

  /** Pretends to upload them. */
  uploadDiagnostics(): void {
    this.#tellDiagnostics('Uploading')
    this.#diagnostics.set(this.#options.workMs, () => {
      this.#tellDiagnostics('Uploaded')
      this.#diagnosticsStatus = 'Idle'
    })
  }

  /** §5.19: from `retrieveDate` on, one step after the other; a new update takes the place of the one before. */
  updateFirmware(location: string, retrieveDate: string): void {
    const { time, transactions } = this.#options
    this.#updates += 1
    const update = this.#updates
    const install = () => {
      if (update === this.#updates) this.#install(location)
    }
    const wait = Math.max(0, Date.parse(retrieveDate) - time.now())
    this.#firmware.set(wait, () => {
      this.#tellFirmware('Downloading')
      this.#soon(() => {
        this.#tellFirmware('Downloaded')
        this.#soon(() => transactions.whenNoneRuns(install))
      })
    })
  }

  #install(location: string): void {
    this.#tellFirmware('Installing')
    this.#soon(() => {
      this.#tellFirmware('Installed')
      this.#firmwareStatus = 'Idle'
      this.#options.onInstalled(/\d+\.\d+(\.\d+)*/.exec(location.split('/').at(-1) ?? '')?.[0])
      this.#reboot()
    })
  }

  #soon(run: () => void): void {
    this.#firmware.set(this.#options.workMs, run)
  }

  /** The connection stays: what restarts is the station's software. */
  #reboot(): void {
    const { registration, workMs } = this.#options
    registration.forget()
    this.#reset.set(workMs, () => registration.opened())
  }

  #tellFirmware(status: FirmwareStatus): void {
    this.#firmwareStatus = status
    this.#tell('FirmwareStatusNotification', { status })
  }

  #tellDiagnostics(status: DiagnosticsStatus): void {
    this.#diagnosticsStatus = status
    this.#tell('DiagnosticsStatusNotification', { status })
  }

  #tell(action: 'FirmwareStatusNotification' | 'DiagnosticsStatusNotification', payload: Payload): void {
    const { send, isOnline } = this.#options
    if (!isOnline()) return
    send(action, payload).catch((failure: unknown) => {
      if (!(failure instanceof CallFailed)) throw failure
    })
  }
}
