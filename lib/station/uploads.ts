import type { Diagnostics, Span } from './diagnostics.ts'
import type { Files, Retries, TransferFault } from './files.ts'
import { CallFailed, type Payload, type Send, type StationAction } from './messages.ts'

export interface UploadsOptions {
  send: Send
  isOnline(): boolean
  files: Files
  diagnostics: Diagnostics
  onEvent(text: string): void
}

export interface Upload {
  location: string
  span: Span
  again: Retries
}

export interface LogUpload extends Upload {
  logType: 'DiagnosticsLog' | 'SecurityLog'
  requestId: number
}

type DiagnosticsStatus = 'Idle' | 'Uploading' | 'Uploaded' | 'UploadFailed'

/** UploadLogStatus (security whitepaper). */
const LOG_FAILURES: Record<TransferFault, string> = {
  protocol: 'NotSupportedOperation',
  location: 'BadMessage',
  denied: 'PermissionDenied',
  failed: 'UploadFailure',
}

/** What the central system asks to be sent: diagnostics (§5.9) and logs (security whitepaper N01). */
export class Uploads {
  readonly #options: UploadsOptions
  #diagnosticsStatus: DiagnosticsStatus = 'Idle'
  #diagnosticsUploads = 0
  #logUploads = 0
  #isLogUnderWay = false

  constructor(options: UploadsOptions) {
    this.#options = options
  }

  /** As TriggerMessage asks for it. */
  get diagnosticsStatus(): DiagnosticsStatus {
    return this.#diagnosticsStatus
  }

  get isLogUnderWay(): boolean {
    return this.#isLogUnderWay
  }

  /** `name` is what the answer called the file. */
  async sendDiagnostics(name: string, { location, span, again }: Upload): Promise<void> {
    const { files, diagnostics, onEvent } = this.#options
    this.#diagnosticsUploads += 1
    const mine = this.#diagnosticsUploads
    this.#tellDiagnostics('Uploading')
    const transfer = await files.upload(location, name, diagnostics.report(span), again)
    if (mine !== this.#diagnosticsUploads) return
    onEvent(transfer.ok ? `${name} sent, ${transfer.bytes} bytes` : `${name} was not sent: ${transfer.why}`)
    this.#tellDiagnostics(transfer.ok ? 'Uploaded' : 'UploadFailed')
    this.#diagnosticsStatus = 'Idle'
  }

  async sendLog(name: string, { location, span, again, logType, requestId }: LogUpload): Promise<void> {
    const { files, diagnostics, onEvent } = this.#options
    this.#logUploads += 1
    const mine = this.#logUploads
    this.#isLogUnderWay = true
    this.#tell('LogStatusNotification', { status: 'Uploading', requestId })
    const content = logType === 'SecurityLog' ? diagnostics.securityLog(span) : diagnostics.report(span)
    const transfer = await files.upload(location, name, content, again)
    if (mine !== this.#logUploads) return
    this.#isLogUnderWay = false
    onEvent(transfer.ok ? `${name} sent, ${transfer.bytes} bytes` : `${name} was not sent: ${transfer.why}`)
    const status = transfer.ok ? 'Uploaded' : LOG_FAILURES[transfer.fault]
    this.#tell('LogStatusNotification', { status, requestId })
  }

  #tellDiagnostics(status: DiagnosticsStatus): void {
    this.#diagnosticsStatus = status
    this.#tell('DiagnosticsStatusNotification', { status })
  }

  #tell(action: StationAction, payload: Payload): void {
    const { send, isOnline } = this.#options
    if (!isOnline()) return
    send(action, payload).catch((failure: unknown) => {
      if (!(failure instanceof CallFailed)) throw failure
    })
  }
}
