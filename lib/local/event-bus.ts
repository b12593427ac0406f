import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { type Authorize, AwsError } from './aws-error.ts'
import type { Clock } from './clock.ts'
import { compile } from './event-pattern.ts'
import { type Deliver, readTargets, type TargetServices } from './event-target.ts'
import { asArray, asNumber, asObject, asText, asTexts, isObject, type JsonObject, parseJson } from './json.ts'
import { arn, WORLD } from './world.ts'

const REQUEST_BYTES = 256 * 1024
const ENTRIES = 10
const DEFAULT_BUS = arn('events', 'event-bus/default')

interface Rule {
  bus: string
  matches: (event: JsonObject) => boolean
  targets: Deliver[]
}

export interface BusServices extends TargetServices {
  clock: Clock
}

/** EventBridge: the template's buses, and its rules with queues and functions as their targets. */
export class EventBuses {
  private readonly services: BusServices
  private readonly buses: { name: string; arn: string }[]
  private readonly rules: Rule[]
  private readonly listeners = new Set<Deliver>()

  constructor(services: BusServices) {
    const { stack } = services
    this.services = services
    this.buses = stack
      .ids('AWS::Events::EventBus')
      .map((id) => ({ name: stack.refOf(id), arn: stack.attributeOf(id, 'Arn') }))
    this.rules = stack
      .ids('AWS::Events::Rule')
      .filter((id) => stack.text(id, 'State') !== 'DISABLED' && stack.read(id, 'EventPattern') !== undefined)
      .map((id) => readRule(services, id))
  }

  /** Gives every event of every bus to a listener, until the returned function is called. */
  listen(listener: Deliver): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  handle(operation: string, body: Buffer, response: ServerResponse, authorize: Authorize): void {
    if (operation !== 'PutEvents')
      throw new AwsError(400, 'UnknownOperationException', `${operation} is not emulated`)
    const entries = asArray(asObject(parseJson(body.toString())).Entries).map(asObject)
    if (entries.length === 0 || entries.length > ENTRIES) throw invalid(`1 to ${ENTRIES} entries are allowed`)
    const size = entries.reduce((sum, entry) => sum + sizeOf(entry), 0)
    if (size > REQUEST_BYTES) throw invalid(`Total size of the entries in the request is over the limit`)
    for (const bus of new Set(entries.map((entry) => this.busOf(entry)?.arn ?? DEFAULT_BUS)))
      authorize('events:PutEvents', bus)
    const results = entries.map((entry) => this.put(entry))
    const FailedEntryCount = results.filter(({ ErrorCode }) => ErrorCode !== undefined).length
    const output = { FailedEntryCount, Entries: results }
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(output))
  }

  /** Returns when the targets have it for good. */
  private put(entry: JsonObject): JsonObject {
    const { Source, DetailType, Detail } = entry
    for (const [name, value] of Object.entries({ Source, DetailType, Detail }))
      if (typeof value !== 'string' || value === '')
        return { ErrorCode: 'InvalidArgument', ErrorMessage: `Parameter ${name} is not valid.` }
    const detail = parseJson(String(Detail))
    if (!isObject(detail)) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' }
    const bus = this.busOf(entry)
    if (!bus) return { ErrorCode: 'ResourceNotFoundException', ErrorMessage: 'The event bus does not exist.' }
    const event = this.event(entry, detail)
    for (const { targets } of this.rules.filter((rule) => rule.bus === bus.name && rule.matches(event)))
      for (const deliver of targets) deliver(event)
    for (const listener of this.listeners) listener(event)
    return { EventId: event.id }
  }

  private event({ Source, DetailType, Time, Resources }: JsonObject, detail: JsonObject): JsonObject {
    const seconds = asNumber(Time)
    const time = new Date(seconds === undefined ? this.services.clock.now() : seconds * 1000)
    return {
      version: '0',
      id: randomUUID(),
      'detail-type': DetailType,
      source: Source,
      account: WORLD.account,
      time: time.toISOString().replace(/\.\d+Z$/, 'Z'),
      region: WORLD.region,
      resources: asTexts(Resources),
      detail,
    }
  }

  private busOf({ EventBusName }: JsonObject) {
    return this.buses.find(({ name, arn }) => EventBusName === name || EventBusName === arn)
  }
}

const invalid = (message: string) => new AwsError(400, 'ValidationException', message)

const sizeOf = ({ Source, DetailType, Detail, Resources }: JsonObject): number =>
  [Source, DetailType, Detail, ...asTexts(Resources)].reduce<number>(
    (sum, text) => sum + Buffer.byteLength(asText(text) ?? ''),
    14,
  )

function readRule(services: BusServices, id: string): Rule {
  const { stack } = services
  const pattern = asObject(stack.read(id, 'EventPattern'))
  const bus = stack.text(id, 'EventBusName') ?? 'default'
  return {
    bus: bus.replace(/^arn:.*:event-bus\//, ''),
    matches: compile(pattern, `${id}.EventPattern`),
    targets: readTargets(services, id),
  }
}
