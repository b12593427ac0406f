import { Firmware, type FirmwareOptions } from './firmware.ts'
import type { Outbox } from './outbox.ts'
import type { Registration } from './registration.ts'
import { Alarm } from './time.ts'
import { Uploads, type UploadsOptions } from './uploads.ts'

export interface MaintenanceOptions extends Omit<FirmwareOptions, 'reboot'>, UploadsOptions {
  registration: Registration
  outbox: Outbox
  /** Hangs up and calls again after `ms`. */
  reconnect(ms: number, reason: string): void
}

/** A soft reset waits no longer for the answers to its StopTransactions; they are kept (§5.14). */
const LONGEST_GRACE_MS = 30_000

/** Resets, firmware and diagnostics. */
export class Maintenance {
  readonly firmware: Firmware
  readonly uploads: Uploads
  readonly #options: MaintenanceOptions
  readonly #reset: Alarm

  constructor(options: MaintenanceOptions) {
    this.#options = options
    this.#reset = new Alarm(options.time)
    this.firmware = new Firmware({ ...options, reboot: () => this.#reboot() })
    this.uploads = new Uploads(options)
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
  hardReset(reason: 'HardReset' | 'PowerLoss' = 'HardReset'): void {
    const { registration, reconnect, transactions, workMs } = this.#options
    registration.forget()
    reconnect(workMs, reason === 'HardReset' ? 'hard reset' : 'the power is gone')
    transactions.stopAll(reason)
  }

  /** The connection stays: what restarts is the station's software. */
  #reboot(): void {
    const { registration, workMs } = this.#options
    registration.forget()
    this.#reset.set(workMs, () => registration.opened())
  }
}
