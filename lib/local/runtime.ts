import { networkInterfaces } from 'node:os'
import { loadAssembly, type Template } from './assembly.ts'
import { AwsEndpoint } from './aws-endpoint.ts'
import { type CallerKeysOf, loadCallerKeys } from './caller-keys.ts'
import { type Clock, systemClock } from './clock.ts'
import { ConnectionsApi } from './connections-api.ts'
import { type Credentials, loadCredentials } from './credentials.ts'
import { DataFolder } from './data-folder.ts'
import { DynamoDbProxy } from './dynamodb-proxy.ts'
import { type Engine, startEngine } from './dynoxide.ts'
import { readEdge } from './edge.ts'
import { startEventSources } from './event-source.ts'
import { Front } from './front.ts'
import { Functions, type Invoke } from './functions.ts'
import { HttpApi } from './http-api.ts'
import { readHttpApi } from './http-routes.ts'
import { Iam } from './iam.ts'
import { Issuer, loadSigningKey, machineClientOf } from './issuer.ts'
import { JwtVerifier } from './jwt.ts'
import { limited } from './limit.ts'
import { type Log, logToStderr } from './log.ts'
import { Objects } from './objects.ts'
import { QueueJournal } from './queue-journal.ts'
import { S3, S3_PATH } from './s3.ts'
import { Queues } from './sqs.ts'
import { SqsApi } from './sqs-api.ts'
import { createTables } from './table.ts'
import { Stack } from './template.ts'
import { WebSocketApi } from './web-socket-api.ts'
import { readWebSocketApi } from './web-socket-definition.ts'
import { bucketHost, executeApiHost, userPoolIssuer, WORLD } from './world.ts'

export interface LocalOptions {
  /** The folder of the synthesized app. */
  cdkOut: string
  /** Where everything is kept, or `memory` to keep nothing. */
  dataDir: string
  /** Default 0: one that is free. */
  port?: number
  /** Default 127.0.0.1. */
  host?: string
  /** That of the gateway and the queues; functions go by the machine's own. */
  clock?: Clock
  /** Changes the template before it runs: to take a grant away, for one. */
  edit?: (template: Template) => Template
  log?: Log
}

export interface Local {
  /** `http://…`, without a slash at the end. */
  url: string
  /** `ws://…`, without a slash at the end. */
  wsUrl: string
  credentials: Credentials
  stack: Stack
  /** The engine itself, past the grants; and its tables' names. */
  engine: Engine
  tables: string[]
  functions: Functions
  /** What the functions sign with. */
  keysOf: CallerKeysOf
  queues: Queues
  webSocketApi: WebSocketApi | undefined
  stop(): Promise<void>
}

/** Charge points' events that are under way together: enough to keep the store busy, few enough to be served soon. */
const EVENTS_AT_ONCE = 32

/** Operators' requests: most of them only wait for a charge point's answer. */
const REQUESTS_AT_ONCE = 200

/** Undone last first, whatever happens to one of them. */
class Teardown {
  private readonly steps: (() => unknown)[] = []
  private done: Promise<void> | undefined

  add(step: () => unknown): void {
    this.steps.push(step)
  }

  run(log: Log): Promise<void> {
    this.done ??= this.undo(log)
    return this.done
  }

  private async undo(log: Log): Promise<void> {
    for (const step of this.steps.reverse()) {
      try {
        await step()
      } catch (error) {
        log(`stop: ${error}`)
      }
    }
  }
}

/** Runs a synthesized app on this machine. */
export async function startLocal(options: LocalOptions): Promise<Local> {
  const teardown = new Teardown()
  try {
    return await start(options, teardown)
  } catch (error) {
    await teardown.run(options.log ?? logToStderr)
    throw error
  }
}

/** What there is before the template says anything: servers, the store, secrets. */
async function open(options: LocalOptions, log: Log, teardown: Teardown) {
  const { dataDir, port = 0, host = '127.0.0.1' } = options
  const folder = dataDir === 'memory' ? undefined : new DataFolder(dataDir)
  teardown.add(() => folder?.release())
  const front = new Front(log)
  const listening = await front.listen(port, host)
  const address = `${publicName(host)}:${listening}`
  teardown.add(() => front.stop())
  const endpoint = new AwsEndpoint(log)
  await endpoint.listen()
  teardown.add(() => endpoint.stop())
  const files = folder && { database: folder.file('store.db'), pid: folder.file('store.pid') }
  const key = await loadSigningKey(folder?.file('signing-key.json'))
  const keysOf = loadCallerKeys(folder?.file('caller-key.json'))
  const engine = await startEngine({ log, ...(files ? { files } : {}) })
  teardown.add(() => engine.stop())
  const objects = new Objects(folder?.file('files'))
  teardown.add(() => objects.stop())
  const journal = new QueueJournal(folder?.file('queues.jsonl'))
  teardown.add(() => journal.close())
  const credentials = loadCredentials(folder?.file('credentials.json'), process.env)
  const at = {
    url: `http://${address}`,
    wsUrl: `ws://${address}`,
    filesUrl: `http://${nameFromOutside(host)}:${listening}`,
  }
  return { front, endpoint, engine, key, keysOf, objects, journal, credentials, ...at }
}

async function start(options: LocalOptions, teardown: Teardown): Promise<Local> {
  const { clock = systemClock, log = logToStderr } = options
  const loaded = loadAssembly(options.cdkOut)
  const edited = options.edit?.(structuredClone(loaded.template))
  const assembly = edited ? { ...loaded, template: edited } : loaded
  const opened = await open(options, log, teardown)
  const { front, endpoint, engine, credentials, keysOf, url, wsUrl } = opened
  const client = machineClientOf(new Stack(assembly))
  const stack = new Stack(assembly, {
    names: client ? { [client.id]: credentials.clientId } : {},
    rewrites: addresses(new Stack(assembly), endpoint.url, url, opened.filesUrl),
  })
  const tables = await createTables(stack, engine.url, log)

  const functions = new Functions(stack, endpoint.url, keysOf, log)
  teardown.add(() => functions.stop())
  const { invoke } = functions
  const issuer = new Issuer(url, opened.key, credentials, client?.scopes ?? [], clock)
  const { webSocketApi, edge } = startWebSocketApi(stack, invoke, clock, log)
  teardown.add(() => webSocketApi?.stop())
  const http = readHttpApi(stack, log)
  const httpApi =
    http &&
    new HttpApi(http, new JwtVerifier(issuer.keys, clock), limited(invoke, REQUESTS_AT_ONCE), clock, log)

  const iam = new Iam(stack, log)
  const queues = new Queues(stack, opened.journal, clock, log)
  teardown.add(() => queues.stop())
  const dynamoDb = new DynamoDbProxy(() => engine.url)
  const connections = new ConnectionsApi(webSocketApi ? [webSocketApi] : [])
  endpoint.serve({ iam, dynamoDb, sqs: new SqsApi(queues), connections })
  const sources = startEventSources(stack, queues, iam, invoke, log)
  front.serve({ edge, webSocketApi, httpApi, issuer, s3: new S3(stack, opened.objects, iam, keysOf, clock) })
  functions.warm([...(webSocketApi?.functionIds ?? []), ...(httpApi?.functionIds ?? []), ...sources])

  teardown.add(() => front.suspend())
  const stop = () => teardown.run(log)
  return { url, wsUrl, credentials, stack, engine, tables, functions, keysOf, queues, webSocketApi, stop }
}

function startWebSocketApi(stack: Stack, invoke: Invoke, clock: Clock, log: Log) {
  const definition = readWebSocketApi(stack, log)
  const edge = readEdge(stack, definition?.domainName ?? '', log)
  return {
    edge,
    webSocketApi: definition && new WebSocketApi(definition, limited(invoke, EVENTS_AT_ONCE), clock, log),
  }
}

/** From the addresses that things have on AWS to those that they have here. */
function addresses(
  stack: Stack,
  endpoint: string,
  publicUrl: string,
  filesUrl: string,
): Record<string, string> {
  const webSocket = stack
    .ids('AWS::ApiGatewayV2::Api')
    .filter((id) => stack.text(id, 'ProtocolType') === 'WEBSOCKET')
    .map((id) => stack.refOf(id))
  const buckets = stack.ids('AWS::S3::Bucket').map((id) => stack.refOf(id))
  const pools = stack.ids('AWS::Cognito::UserPool').map((id) => stack.refOf(id))
  return Object.fromEntries([
    [`https://sqs.${WORLD.region}.${WORLD.urlSuffix}`, endpoint],
    ...webSocket.map((apiId) => [`https://${executeApiHost(apiId)}`, `${endpoint}/_apis/${apiId}`]),
    ...buckets.map((bucket) => [`https://${bucketHost(bucket)}`, `${filesUrl}${S3_PATH}/${bucket}`]),
    ...pools.map((pool) => [userPoolIssuer(pool), publicUrl]),
  ])
}

/** How a machine calls itself, where it listens on every address. */
const publicName = (host: string): string =>
  ['0.0.0.0', '::', '127.0.0.1', '::1'].includes(host) ? 'localhost' : host.includes(':') ? `[${host}]` : host

/** How others call it, who fetch files from it: by an address of its own, where it listens on every one. */
function nameFromOutside(host: string): string {
  if (!['0.0.0.0', '::'].includes(host)) return publicName(host)
  const own = Object.values(networkInterfaces()).flatMap((each) => each ?? [])
  return own.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? 'localhost'
}
