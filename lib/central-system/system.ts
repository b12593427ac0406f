import type { BusbarEvent, CallRecord, Depot, Store } from '../store/port.ts'
import type { Step } from './steps.ts'

/** Everything a journey needs from outside: nothing here is fetched from the environment, and all of it can be replaced in a test. */
export interface CentralSystem {
  store: Store
  depot: Depot
  push: Push
  /** Asks for a tick after so many seconds (0–900). Promptness only: deadlines make it correct. */
  wake: (tick: Tick, afterSeconds: number) => Promise<void>
  /** Asks for steps of long work to be taken, after so many seconds (0–900). Each is taken at least once. */
  schedule: (steps: Step[], afterSeconds?: number) => Promise<void>
  courier: Courier
  /** What secrets are derived from that have to be told again, and so cannot be hashed. It is kept outside the store. */
  masterSecret: () => Promise<string>
  clock: () => Date
  newMessageId: () => string
  settings: Settings
  log: Log
  count: Count
}

/** Something to look at again: a call whose time is up, a charge point that has connected or booted. */
export type Tick =
  /** `unsettled`: its answer is on record, and could not be settled. */
  | { chargePointId: string; messageId: string; unsettled?: true }
  | { chargePointId: string; connectionId: string; after: 'connect' | 'boot' }

/** A bounded piece of a task's work: find charge points, send a batch of calls, take a batch back, count the ends. */
export type TaskStep =
  | { taskId: string; step: 'gather'; batch: number; cursor?: string }
  | { taskId: string; step: 'send' | 'cancel'; batch: number }
  | { taskId: string; step: 'finish' }

/** A bounded piece of an import's work: take a batch of rows, or ask again for those that were not. `key` opens the rows. */
export type ImportStep =
  | { importId: string; import: 'rows'; batch: number; key: string }
  | { importId: string; import: 'check'; key: string }

/** A bounded piece of counting everything anew, in this generation of sums. */
export interface RebuildStep {
  rebuild: number
  step: number
}

/** Look for charge points that have gone stale, from here on. A schedule asks for the first one. */
export interface StaleStep {
  find: 'stale'
  cursor?: string
}

/** One event for one webhook, for the nth time. */
export interface Delivery {
  webhookId: string
  event: BusbarEvent
  attempt: number
}

/** What a receiver answered, or why it did not. */
export type Posted = { status: number } | { error: string }

/** Carries events to webhooks. */
export interface Courier {
  /** Never throws. Follows no redirects. */
  post(url: string, headers: Record<string, string>, body: string): Promise<Posted>
  /** Asks for deliveries, after so many seconds (0–900). Each is made at least once. */
  enqueue(deliveries: Delivery[], afterSeconds?: number): Promise<void>
  /** Puts what could not be delivered where dead letters are. */
  bury(delivery: Delivery): Promise<void>
  /** Seconds before the second attempt, the third, and so on; after the last of them it is given up. */
  retryAfter: readonly number[]
}

export interface Push {
  /** Hands one frame to a connection. `gone`: the connection is closed. Anything else that goes wrong is thrown. */
  send(connectionId: string, frame: string): Promise<'sent' | 'gone'>
  /** Closes a connection; one that is closed already is no error. */
  close(connectionId: string): Promise<void>
}

export interface Settings {
  /** Seconds between heartbeats, and between boots of a charge point not accepted. Under 600: API Gateway closes idle sockets then. */
  heartbeatInterval: number
  /** Charge points nobody has registered: refused with 404, or let in and kept Pending. */
  unknownChargePoints: 'refuse' | 'pending'
  /** Seconds after a boot until the configuration is read; 0: never. */
  readConfigurationAfter: number
  /** Days that logged frames are kept. */
  messageLogDays: number
  /** Days that what operators did is kept on record. */
  auditDays: number
  /** Hours of a charge point's silence after which its running transactions are in doubt. */
  silentAfterHours: number
  /** The largest file that is taken. */
  fileMaxBytes: number
  /** Days that events are kept to be listed; 0: not at all. */
  eventDays: number
}

export interface Log {
  info(message: string, facts?: Record<string, unknown>): void
  warn(message: string, facts?: Record<string, unknown>): void
  error(message: string, facts?: Record<string, unknown>): void
}

/**
 * Counts, for graphs and alarms, what no service counts by itself. Each count is a line in a log, so what happens with every
 * message is none. `CallErrors` were sent to charge points; `CallsClosed` goes by how they ended.
 */
export type Count = (what: Counted, dimensions?: { status: CallRecord['status'] }) => void

export type Counted =
  | 'AuthorizerRefusals'
  | 'UnknownChargePoints'
  | 'CallErrors'
  | 'CallsClosed'
  | 'InternalErrors'
  | 'WebhookFailures'

/** A refusal of the central system's own, with the word the operator API turns into a status. */
export interface Refusal {
  refused:
    | 'unknown'
    | 'offline'
    | 'not-accepted'
    | 'unknown-action'
    | 'invalid'
    | 'too-large'
    | 'queue-full'
    | 'secret'
    | 'reserved'
    | 'ended'
  detail: string
  /** What is wrong with the payload, with paths as in `payload.connectorId`. */
  issues?: { path: string; message: string }[]
}
