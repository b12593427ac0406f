import { randomUUID } from 'node:crypto'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { v7 } from 'uuid'
import { open } from '../../lib/central-system/accept.ts'
import { receive } from '../../lib/central-system/receive.ts'
import { relistChanged } from '../../lib/central-system/relist.ts'
import { type Step, takeStep } from '../../lib/central-system/steps.ts'
import type { CentralSystem, Courier, Delivery, Posted, Tick } from '../../lib/central-system/system.ts'
import { importRow } from '../../lib/operator/import-rows.ts'
import { changeOf } from '../../lib/store/changes.ts'
import { createStore } from '../../lib/store/dynamo.ts'
import type { ChargePoint, Depot, IdTag, RegistrationStatus, Store } from '../../lib/store/port.ts'
import { createTables, type Engine, startEngine } from './engine.ts'
import { TableStream } from './stream.ts'

export const CDK_OUT = new URL('../../cdk.out', import.meta.url).pathname

/** A clock that stands until it is moved. */
export class TestClock {
  private milliseconds: number
  constructor(start = '2026-03-01T08:00:00.000Z') {
    this.milliseconds = Date.parse(start)
  }
  now = (): Date => new Date(this.milliseconds)
  iso = (): string => this.now().toISOString()
  advance(seconds: number): string {
    this.milliseconds += seconds * 1000
    return this.iso()
  }
}

/** What the test systems derive secrets from. */
export const MASTER_SECRET = 'the master secret of tests'

export interface Pushed {
  connectionId: string
  frame: string
}

export interface TestSystem {
  system: CentralSystem
  store: Store
  client: DynamoDBClient
  clock: TestClock
  /** What was pushed, oldest first. */
  pushed: Pushed[]
  /** Connections that API Gateway would say 410 of. */
  gone: Set<string>
  closed: string[]
  ticks: (Tick & { afterSeconds: number })[]
  /** Steps of long work that were asked for and not taken yet, oldest first. */
  steps: (Step & { afterSeconds: number })[]
  /** Takes the steps that are due at once, and those that they ask for. */
  takeSteps: () => Promise<void>
  tableName: string
  /** The changes of the table, where it was started with `streams`. */
  stream: TableStream
  /** Brings lists and figures up to all changes since the last time, as the stream's consumer does. */
  catchUp: () => Promise<void>
  /** Contents of files, by fileId. */
  files: Map<string, { bytes: number }>
  /** What was posted to webhooks, oldest first. `answers` gives the status by the URL: 204 unless it is there. */
  posted: { url: string; headers: Record<string, string>; body: string }[] & {
    answers?: Map<string, Posted>
  }
  deliveries: (Delivery & { afterSeconds: number })[]
  /** Deliveries that were given up. */
  buried: Delivery[]
  logged: { level: string; message: string; facts: Record<string, unknown> }[]
  /** What was counted, oldest first. */
  counted: string[]
  stop: () => Promise<void>
}

/** A central system on the real store, on an engine of its own; the outside is recorded. */
export async function startSystem(
  options: { store?: (store: Store) => Store; streams?: boolean } = {},
): Promise<TestSystem> {
  serial = 0
  const engine: Engine = await startEngine()
  const streams = options.streams ?? false
  const tableName = await createTables(engine.endpoint, CDK_OUT, { streams })
  const client = new DynamoDBClient({
    endpoint: engine.endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })
  const own = createStore(client, tableName)
  const store = options.store?.(own) ?? own
  const clock = new TestClock()
  const pushed: Pushed[] = []
  const gone = new Set<string>()
  const closed: string[] = []
  const ticks: TestSystem['ticks'] = []
  const steps: TestSystem['steps'] = []
  const files: TestSystem['files'] = new Map()
  const logged: TestSystem['logged'] = []
  const posted: TestSystem['posted'] = []
  const deliveries: TestSystem['deliveries'] = []
  const buried: TestSystem['buried'] = []
  const counted: TestSystem['counted'] = []
  const log =
    (level: string) =>
    (message: string, facts: Record<string, unknown> = {}) => {
      logged.push({ level, message, facts })
    }
  const system: CentralSystem = {
    store,
    depot: depotOf(files),
    push: {
      async send(connectionId, frame) {
        if (gone.has(connectionId)) return 'gone'
        pushed.push({ connectionId, frame })
        return 'sent'
      },
      async close(connectionId) {
        gone.add(connectionId)
        closed.push(connectionId)
      },
    },
    async wake(tick, afterSeconds) {
      ticks.push({ ...tick, afterSeconds })
    },
    async schedule(more, afterSeconds = 0) {
      steps.push(...more.map((step) => ({ ...step, afterSeconds })))
    },
    courier: courierOf(posted, deliveries, buried),
    masterSecret: async () => MASTER_SECRET,
    clock: clock.now,
    newMessageId: v7,
    settings: {
      heartbeatInterval: 300,
      unknownChargePoints: 'refuse',
      readConfigurationAfter: 10,
      messageLogDays: 30,
      auditDays: 400,
      silentAfterHours: 24,
      fileMaxBytes: 1_000_000,
      eventDays: 7,
    },
    log: { info: log('info'), warn: log('warn'), error: log('error') },
    count: (what, dimensions) => void counted.push(dimensions ? `${what} ${dimensions.status}` : what),
  }
  const stream = new TableStream(engine.endpoint, tableName)
  return {
    system,
    store: own,
    tableName,
    stream,
    async catchUp() {
      const changes = (await stream.read()).flatMap((record) => changeOf(record) ?? [])
      const failed = await relistChanged(system, changes)
      if (failed.size > 0) throw new Error(`${failed.size} changes could not be listed`)
    },
    client,
    clock,
    pushed,
    gone,
    closed,
    ticks,
    steps,
    async takeSteps() {
      for (let due = steps.findIndex(isDue); due >= 0; due = steps.findIndex(isDue)) {
        const [step] = steps.splice(due, 1)
        if (step) await takeStep(system, step, importRow)
      }
    },
    files,
    posted,
    deliveries,
    buried,
    logged,
    counted,
    async stop() {
      client.destroy()
      await engine.stop()
    },
  }
}

const isDue = ({ afterSeconds }: { afterSeconds: number }) => afterSeconds === 0

function courierOf(
  posted: TestSystem['posted'],
  deliveries: TestSystem['deliveries'],
  buried: TestSystem['buried'],
): Courier {
  return {
    retryAfter: [10, 60],
    async post(url, headers, body) {
      posted.push({ url, headers, body })
      return posted.answers?.get(url) ?? { status: 204 }
    },
    async enqueue(more, afterSeconds = 0) {
      deliveries.push(...more.map((delivery) => ({ ...delivery, afterSeconds })))
    },
    async bury(delivery) {
      buried.push(delivery)
    },
  }
}

/** A depot that takes every file's URL for its content. */
function depotOf(files: TestSystem['files']): Depot {
  const url = (fileId: string, verb: string, seconds: number) =>
    `https://depot.test/${fileId}?${verb}=${seconds}`
  return {
    downloadUrl: async (fileId, { seconds }) => url(fileId, 'get', seconds),
    uploadUrl: async (fileId, { seconds }) => url(fileId, 'put', seconds),
    sizeOf: async (fileId) => files.get(fileId)?.bytes,
    async remove(fileId) {
      files.delete(fileId)
    },
  }
}

/** Begins anew with each system: what a test finds does not depend on the files before it in the same process. */
let serial = 0

/** A charge point nobody else in the file uses, registered and, unless told otherwise, connected. */
export async function aChargePoint(
  { system, store, clock }: TestSystem,
  {
    status = 'Accepted',
    connected = true,
    ...more
  }: Partial<ChargePoint> & { status?: RegistrationStatus; connected?: boolean } = {},
): Promise<TestChargePoint> {
  const chargePointId = more.chargePointId ?? `CP${++serial}`
  const at = clock.iso()
  await store.createChargePoint({
    chargePointId,
    registrationStatus: status,
    securityProfile: 0,
    createdAt: at,
    updatedAt: at,
    version: 1,
    ...more,
  })
  const chargePoint = new TestChargePoint(system, chargePointId, clock)
  if (connected) await chargePoint.connect()
  return chargePoint
}

export async function anIdTag({ store, clock }: TestSystem, more: Partial<IdTag> = {}): Promise<string> {
  const at = clock.iso()
  const idTag = more.idTag ?? `Tag${++serial}`
  await store.createIdTag({
    blocked: false,
    maxActiveTransactions: 1,
    createdAt: at,
    updatedAt: at,
    version: 1,
    ...more,
    idTag,
  })
  return idTag
}

/** Speaks frames to the central system over the connection it opened last. */
export class TestChargePoint {
  readonly chargePointId: string
  connectionId = ''
  private readonly system: CentralSystem
  private readonly clock: TestClock

  constructor(system: CentralSystem, chargePointId: string, clock: TestClock) {
    this.system = system
    this.chargePointId = chargePointId
    this.clock = clock
  }

  async connect(connectionId = `connection-${++serial}`): Promise<string> {
    this.connectionId = connectionId
    await open(this.system, {
      chargePointId: this.chargePointId,
      connectionId,
      connectedAt: this.clock.iso(),
      offered: 'ocpp1.6',
      known: true,
    })
    return connectionId
  }

  /** Sends text as it is; the text that answers it. */
  send(text: string, connectionId = this.connectionId): Promise<string | undefined> {
    return receive(this.system, { chargePointId: this.chargePointId, connectionId }, text)
  }

  /** A CALL and the payload of its CALLRESULT, or `[code, description]` of its CALLERROR. */
  async call(
    action: string,
    payload: unknown = {},
    over: { messageId?: string; connectionId?: string } = {},
  ): Promise<any> {
    const messageId = over.messageId ?? randomUUID()
    const text = await this.send(JSON.stringify([2, messageId, action, payload]), over.connectionId)
    if (text === undefined) throw new Error(`${action} was not answered`)
    const [type, id, ...rest] = JSON.parse(text)
    if (id !== messageId) throw new Error(`the answer names ${id}, the call was ${messageId}`)
    return type === 3 ? rest[0] : rest.slice(0, 2)
  }

  /** Answers a call of the central system's. */
  async answer(messageId: string, payload: unknown, connectionId = this.connectionId): Promise<void> {
    await this.send(JSON.stringify([3, messageId, payload]), connectionId)
  }
}
