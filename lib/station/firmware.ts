import { constants, createVerify, type KeyObject } from 'node:crypto'
import type { Files, Retries } from './files.ts'
import { CallFailed, type Payload, type Send, type StationAction } from './messages.ts'
import { Alarm, type Time } from './time.ts'
import type { Transactions } from './transactions.ts'

export interface FirmwareOptions {
  time: Time
  send: Send
  isOnline(): boolean
  files: Files
  transactions: Transactions
  /** How long it takes to unpack and to install. */
  workMs: number
  /** The version found in the name of the new firmware, if one is. */
  onInstalled(version: string | undefined): void
  onEvent(text: string): void
  reboot(): void
}

export interface Update {
  location: string
  /** Milliseconds since the epoch, as is the following. */
  retrieveAt: number
  installAt?: number
  again: Retries
  /** Of SignedUpdateFirmware. */
  signed?: Signed
}

export interface Signed {
  requestId: number
  key: KeyObject
  signature: Buffer
}

/** Of FirmwareStatusNotification (§7.25). */
type Status = 'Idle' | 'Downloading' | 'Downloaded' | 'DownloadFailed' | 'Installing' | 'Installed'
/** Of SignedFirmwareStatusNotification only (security whitepaper). */
type SignedStatus = 'DownloadScheduled' | 'InstallScheduled' | 'SignatureVerified' | 'InvalidSignature'

/** Updates of the firmware, one after the other (§5.19, security whitepaper L01): fetched for real, installed in appearance. */
export class Firmware {
  readonly #options: FirmwareOptions
  readonly #wait: Alarm
  #status: Status | SignedStatus = 'Idle'
  #isSigned = false
  #updates = 0

  constructor(options: FirmwareOptions) {
    this.#options = options
    this.#wait = new Alarm(options.time)
  }

  /** As TriggerMessage asks for it: `Idle` when there is nothing to do (§4.5), or nothing it has the words for. */
  get status(): Status {
    return this.#isSigned ? 'Idle' : (this.#status as Status)
  }

  get isUnderWay(): boolean {
    return this.#status !== 'Idle'
  }

  /** A new update takes the place of the one before. */
  begin(update: Update): void {
    this.#updates += 1
    const mine = this.#updates
    void this.#run(update, () => mine === this.#updates)
  }

  async #run(update: Update, isCurrent: () => boolean): Promise<void> {
    const { retrieveAt, installAt = 0, signed } = update
    const { workMs, transactions } = this.#options
    const tell = (status: Status | SignedStatus) => this.#tell(status, signed)
    await this.#until(retrieveAt, () => signed && tell('DownloadScheduled'))
    if (!isCurrent()) return
    const name = await this.#fetch(update, isCurrent)
    if (name === undefined) return
    await this.#pause(workMs)
    if (!isCurrent()) return
    await this.#until(installAt, () => signed && tell('InstallScheduled'))
    await new Promise<void>((resolve) => transactions.whenNoneRuns(resolve))
    if (!isCurrent()) return
    tell('Installing')
    await this.#pause(workMs)
    if (isCurrent()) this.#installed(name, signed)
  }

  /** What the file is called; `undefined` if it is not there, or not what it should be. */
  async #fetch({ location, again, signed }: Update, isCurrent: () => boolean): Promise<string | undefined> {
    let check: Check | undefined
    this.#tell('Downloading', signed)
    const onAttempt = () => {
      check = new Check()
      return check.update
    }
    const transfer = await this.#options.files.download(location, onAttempt, again)
    if (!isCurrent()) return undefined
    if (!transfer.ok) {
      this.#end('DownloadFailed', signed, `the firmware was not fetched: ${transfer.why}`)
      return undefined
    }
    this.#options.onEvent(`firmware of ${transfer.bytes} bytes fetched`)
    this.#tell('Downloaded', signed)
    if (!signed) return transfer.name
    if (!check?.isSignedBy(signed)) {
      this.#end('InvalidSignature', signed, 'the signature of the firmware is wrong')
      this.#tellEvent('InvalidFirmwareSignature')
      return undefined
    }
    this.#tell('SignatureVerified', signed)
    return transfer.name
  }

  #installed(name: string, signed: Signed | undefined): void {
    const { onInstalled, reboot } = this.#options
    this.#end('Installed', signed, 'new firmware installed')
    if (signed) this.#tellEvent('FirmwareUpdated')
    onInstalled(/\d+\.\d+(\.\d+)*/.exec(name)?.[0])
    reboot()
  }

  #end(status: Status | SignedStatus, signed: Signed | undefined, text: string): void {
    this.#tell(status, signed)
    this.#status = 'Idle'
    this.#options.onEvent(text)
  }

  async #until(at: number, onWait: () => void): Promise<void> {
    const ms = at - this.#options.time.now()
    if (ms > 0) onWait()
    await this.#pause(Math.max(0, ms))
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.#wait.set(ms, resolve))
  }

  #tell(status: Status | SignedStatus, signed: Signed | undefined): void {
    this.#status = status
    this.#isSigned = signed !== undefined
    if (signed) this.#send('SignedFirmwareStatusNotification', { status, requestId: signed.requestId })
    else this.#send('FirmwareStatusNotification', { status })
  }

  #tellEvent(type: string): void {
    this.#send('SecurityEventNotification', {
      type,
      timestamp: new Date(this.#options.time.now()).toISOString(),
    })
  }

  #send(action: StationAction, payload: Payload): void {
    const { send, isOnline } = this.#options
    if (!isOnline()) return
    send(action, payload).catch((failure: unknown) => {
      if (!(failure instanceof CallFailed)) throw failure
    })
  }
}

/** The signature over a file that comes in pieces: SHA-256 with ECDSA, RSASSA-PSS or RSASSA-PKCS1-v1_5. */
class Check {
  readonly #plain = createVerify('sha256')
  readonly #pss = createVerify('sha256')

  readonly update = (piece: Uint8Array): void => {
    this.#plain.update(piece)
    this.#pss.update(piece)
  }

  isSignedBy({ key, signature }: Signed): boolean {
    if (this.#plain.verify(key, signature)) return true
    if (key.asymmetricKeyType !== 'rsa') return false
    const padding = constants.RSA_PKCS1_PSS_PADDING
    return this.#pss.verify({ key, padding, saltLength: constants.RSA_PSS_SALTLEN_AUTO }, signature)
  }
}
