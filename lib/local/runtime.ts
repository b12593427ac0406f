import { networkInterfaces } from 'node:os'
import { loadAssembly, type Template } from './assembly.ts'
import { AwsEndpoint } from './aws-endpoint.ts'
import { type CallerKeysOf, loadCallerKeys } from './caller-keys.ts'
import { ChangeCapture } from './change-capture.ts'
import { type Clock, systemClock } from './clock.ts'
import { ConnectionsApi } from './connections-api.ts'
import { type Credentials, loadCredentials } from './credentials.ts'
import { DataFolder } from './data-folder.ts'
import { DynamoDbProxy } from './dynamodb-proxy.ts'
import { type Engine, startEngine } from './dynoxide.ts'
import { readEdge, type ViewerOf } from './edge.ts'
import { EventBuses } from './event-bus.ts'
import { startEventSources } from './event-source.ts'
import { Front } from './front.ts'
import { Functions, type Invoke } from './functions.ts'
import { HttpApi } from './http-api.ts'
import { readHttpApi } from './http-routes.ts'
import { Iam } from './iam.ts'
import { Issuer } from './issuer.ts'
import { clientsOf } from './issuer-clients.ts'
import { loadSigningKey } from './issuer-keys.ts'
import { JwtVerifier } from './jwt.ts'
import { limited } from './limit.ts'
import { type Log, logToStderr } from './log.ts'
import { Objects } from './objects.ts'
import { QueueJournal } from './queue-journal.ts'
import { S3, S3_PATH } from './s3.ts'
import { Schedules } from './schedules.ts'
import { Secrets } from './secrets.ts'
import { type EventStreamOptions, ServerSentEvents } from './server-sent-events.ts'
import { Sites } from './sites.ts'
import { Queues } from './sqs.ts'
import { SqsApi } from './sqs-api.ts'
import { StreamJournal } from './stream-journal.ts'
import { readStreamMappings, type StreamMapping } from './stream-mapping.ts'
import { startStreamSources } from './stream-source.ts'
import { createTables, keyNamesOf, readItems } from './table.ts'
import { Stack } from './template.ts'
import { WebSocketApi } from './web-socket-api.ts'
import { readWebSocketApi } from './web-socket-definition.ts'
import { bucketHost, executeApiHost, userPoolDomainUrl, userPoolIssuer, WORLD } from './world.ts'

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
  /** Where a console may be beside `/`: addresses that people who sign in may be sent back to. */
  consoleUrls?: string[]
  /** Serves the events of the buses as they happen; without it nobody hears them but the rules' targets. */
  events?: EventStreamOptions
  /** Changes the template before it runs: to take a grant away, for one. */
  edit?: (template: Template) => Template
  /** For tests: who is at the other end of a connection, where that is more than this machine's sockets show. */
  viewerOf?: ViewerOf
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
  const stream = new StreamJournal(folder?.file('stream.jsonl'), systemClock.now)
  teardown.add(() => stream.close())
  const kept = { signIns: folder?.file('sign-ins.json'), secrets: folder?.file('secrets.json') }
  return { front, endpoint, engine, key, keysOf, objects, journal, stream, credentials, kept, ...at }
}

async function start(options: LocalOptions, teardown: Teardown): Promise<Local> {
  const { clock = systemClock, log = logToStderr } = options
  const loaded = loadAssembly(options.cdkOut)
  const edited = options.edit?.(structuredClone(loaded.template))
  const assembly = edited ? { ...loaded, template: edited } : loaded
  const opened = await open(options, log, teardown)
  const { front, endpoint, engine, credentials, keysOf, url, wsUrl } = opened
  const client = clientsOf(new Stack(assembly)).machine
  const stack = new Stack(assembly, {
    names: client ? { [client.id]: credentials.clientId } : {},
    rewrites: addresses(new Stack(assembly), endpoint.url, opened),
  })
  const tables = await createTables(stack, engine.url, log)

  const functions = new Functions(stack, endpoint.url, keysOf, log)
  teardown.add(() => functions.stop())
  const { invoke } = functions
  const issuer = createIssuer(stack, opened, options.consoleUrls ?? [], clock, log)
  const webSocketApi = startWebSocketApi(stack, invoke, clock, log)
  teardown.add(() => webSocketApi?.stop())
  const http = readHttpApi(stack, log)
  const events = options.events && new ServerSentEvents(options.events)
  teardown.add(() => events?.stop())
  const verifier = new JwtVerifier(issuer, clock)
  const httpApi = http && new HttpApi(http, verifier, limited(invoke, REQUESTS_AT_ONCE), clock, log, events)

  const iam = new Iam(stack, log)
  const queues = new Queues(stack, opened.journal, clock, log)
  teardown.add(() => queues.stop())
  const buses = new EventBuses({ stack, queues, invoke, clock, log })
  const schedules = new Schedules({ stack, queues, invoke, clock, log })
  teardown.add(() => schedules.stop())
  if (events) buses.listen((event) => events.publish(event))
  const mappings = readStreamMappings(stack)
  const capture = await startCapture(stack, mappings, opened, teardown)
  const dynamoDb = new DynamoDbProxy(() => engine.url, capture)
  const connections = new ConnectionsApi(webSocketApi ? [webSocketApi] : [])
  const secrets = new Secrets(stack, opened.kept.secrets)
  const resolve = (text: string) => secrets.resolveReferences(text)
  const edge = readEdge({ stack, webSocketApi, resolve, viewerOf: options.viewerOf, log })
  endpoint.serve({ iam, dynamoDb, sqs: new SqsApi(queues), events: buses, secrets, connections })
  const streams = startStreamSources(mappings, {
    stack,
    journal: opened.stream,
    queues,
    iam,
    invoke,
    clock: systemClock,
    log,
  })
  teardown.add(() => streams.stop())
  const sources = [...startEventSources(stack, queues, iam, invoke, log), ...streams.functionIds]
  const s3 = new S3(stack, opened.objects, iam, keysOf, clock)
  front.serve({ edge, webSocketApi, httpApi, issuer, s3, sites: new Sites(stack) })
  functions.warm([...(httpApi?.functionIds ?? []), ...(webSocketApi?.functionIds ?? []), ...sources])

  teardown.add(() => front.suspend())
  const stop = () => teardown.run(log)
  return { url, wsUrl, credentials, stack, engine, tables, functions, keysOf, queues, webSocketApi, stop }
}

/** The template's clients, which people may come back to by `/` as well. */
function createIssuer(
  stack: Stack,
  { url, key, credentials, kept }: Awaited<ReturnType<typeof open>>,
  consoleUrls: string[],
  clock: Clock,
  log: Log,
): Issuer {
  const { web, ...clients } = clientsOf(stack)
  const here = (uris: string[]) => [...new Set([...uris, `${url}/`, ...consoleUrls])]
  const ours = web && {
    ...web,
    redirectUris: here(web.redirectUris),
    signedOutUris: here(web.signedOutUris),
  }
  const withWeb = ours ? { ...clients, web: ours } : clients
  return new Issuer({ url, key, credentials, clients: withWeb, file: kept.signIns, clock, log })
}

/** Nothing is captured where nobody reads it. */
async function startCapture(
  stack: Stack,
  mappings: StreamMapping[],
  { engine, stream }: Awaited<ReturnType<typeof open>>,
  teardown: Teardown,
): Promise<ChangeCapture | undefined> {
  if (mappings.length === 0) return undefined
  const capture = new ChangeCapture({
    keyNames: keyNamesOf(stack),
    wants: (table, keys) => mappings.some((each) => each.table === table && each.mayMatch(keys)),
    read: (table, keys) => readItems(engine.url, table, keys),
    journal: stream,
  })
  teardown.add(() => capture.stop())
  await capture.recover()
  return capture
}

function startWebSocketApi(stack: Stack, invoke: Invoke, clock: Clock, log: Log): WebSocketApi | undefined {
  const definition = readWebSocketApi(stack, log)
  return definition && new WebSocketApi(definition, limited(invoke, EVENTS_AT_ONCE), clock, log)
}

/** From the addresses that things have on AWS to those that they have here. */
function addresses(
  stack: Stack,
  endpoint: string,
  { url: publicUrl, wsUrl, filesUrl }: { url: string; wsUrl: string; filesUrl: string },
): Record<string, string> {
  const webSocket = stack
    .ids('AWS::ApiGatewayV2::Api')
    .filter((id) => stack.text(id, 'ProtocolType') === 'WEBSOCKET')
    .map((id) => stack.refOf(id))
  const buckets = stack.ids('AWS::S3::Bucket').map((id) => stack.refOf(id))
  const http = stack
    .ids('AWS::ApiGatewayV2::Api')
    .filter((id) => stack.text(id, 'ProtocolType') === 'HTTP')
    .map((id) => stack.refOf(id))
  const edges = stack.ids('AWS::CloudFront::Distribution').map((id) => stack.attributeOf(id, 'DomainName'))
  const pools = stack.ids('AWS::Cognito::UserPool').map((id) => stack.refOf(id))
  const domains = stack.ids('AWS::Cognito::UserPoolDomain').map((id) => stack.refOf(id))
  return Object.fromEntries([
    [`https://sqs.${WORLD.region}.${WORLD.urlSuffix}`, endpoint],
    ...webSocket.map((apiId) => [`https://${executeApiHost(apiId)}`, `${endpoint}/_apis/${apiId}`]),
    ...buckets.map((bucket) => [`https://${bucketHost(bucket)}`, `${filesUrl}${S3_PATH}/${bucket}`]),
    ...http.map((apiId) => [`https://${executeApiHost(apiId)}`, publicUrl]),
    ...edges.map((host) => [`https://${host}`, publicUrl]),
    ...edges.map((host) => [`wss://${host}`, wsUrl]),
    ...pools.map((pool) => [userPoolIssuer(pool), publicUrl]),
    ...domains.map((domain) => [userPoolDomainUrl(domain), publicUrl]),
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
