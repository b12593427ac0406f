import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge'
import { afterEach, describe, expect, it } from 'vitest'
import { AwsEndpoint, type AwsServices } from '../../lib/local/aws-endpoint.ts'
import { systemClock } from '../../lib/local/clock.ts'
import { EventBuses } from '../../lib/local/event-bus.ts'
import { compile } from '../../lib/local/event-pattern.ts'
import { Iam } from '../../lib/local/iam.ts'
import { silent } from '../../lib/local/log.ts'
import { QueueJournal } from '../../lib/local/queue-journal.ts'
import { Queues } from '../../lib/local/sqs.ts'
import { stackOf, streamed } from './fixture/streamed.ts'

const cleanup: (() => unknown)[] = []
afterEach(async () => {
  for (const step of cleanup.splice(0).reverse()) await step()
})

/** The template's buses behind their endpoint, asked by the SDK. */
async function start(
  rule: Record<string, unknown> = {},
  edit = (template: ReturnType<typeof streamed>) => template,
) {
  const stack = stackOf(edit(streamed({}, rule)))
  const queues = new Queues(stack, new QueueJournal(undefined), systemClock, silent)
  const invoked: unknown[] = []
  const logged: string[] = []
  const services = {
    stack,
    queues,
    invoke: async (functionId: string, event: unknown) => void invoked.push([functionId, event]),
    clock: systemClock,
    log: (line: string) => void logged.push(line),
  }
  const events = new EventBuses(services)
  const endpoint = new AwsEndpoint(silent)
  await endpoint.listen()
  endpoint.serve({ iam: new Iam(stack, silent), events } as unknown as AwsServices)
  const credentials = { accessKeyId: 'Tick', secretAccessKey: 'x' }
  const client = new EventBridgeClient({
    endpoint: endpoint.url,
    region: 'us-east-1',
    credentials,
    maxAttempts: 1,
  })
  cleanup.push(
    () => endpoint.stop(),
    () => client.destroy(),
  )
  const putEvents = (...Entries: PutEventsRequestEntry[]) => client.send(new PutEventsCommand({ Entries }))
  const queued = () =>
    (queues.byId('DeadQueue')?.receive(100) ?? []).map(({ message }) => JSON.parse(message.body))
  return { events, putEvents, queued, invoked, logged }
}

const entry = (more: Partial<PutEventsRequestEntry> = {}): PutEventsRequestEntry => ({
  EventBusName: 'bus',
  Source: 'fixture',
  DetailType: 'Happened',
  Detail: '{"a":1}',
  ...more,
})
const targets = (more: object) => ({
  Targets: [{ Id: 'Target0', Arn: { 'Fn::GetAtt': ['DeadQueue', 'Arn'] }, ...more }],
})

describe('an event bus', () => {
  it('hands what a rule matches to its queue, as EventBridge words it, and drops the rest', async () => {
    const { putEvents, queued } = await start()
    const Time = new Date('2026-11-21T08:15:30.500Z')
    const arn = 'arn:aws:events:us-east-1:000000000000:event-bus/bus'
    const { FailedEntryCount, Entries } = await putEvents(
      entry({ Time, Resources: ['r'], EventBusName: arn }),
      entry({ Source: 'another' }),
    )
    expect([FailedEntryCount, Entries?.length]).toEqual([0, 2])
    expect(queued()).toEqual([
      {
        version: '0',
        id: Entries?.[0]?.EventId,
        'detail-type': 'Happened',
        source: 'fixture',
        account: '000000000000',
        time: '2026-11-21T08:15:30Z',
        region: 'us-east-1',
        resources: ['r'],
        detail: { a: 1 },
      },
    ])
  })

  it('hands over a part of the event where the target asks for it', async () => {
    const { putEvents, queued } = await start(targets({ InputPath: '$.detail' }))
    await putEvents(entry())
    expect(queued()).toEqual([{ a: 1 }])
  })

  it('invokes a function', async () => {
    const rule = { Targets: [{ Id: 'Target0', Arn: { 'Fn::GetAtt': ['Tick', 'Arn'] } }] }
    const permission = {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        Action: 'lambda:InvokeFunction',
        FunctionName: { Ref: 'Tick' },
        Principal: 'events.amazonaws.com',
      },
    }
    const { putEvents, invoked } = await start(rule, ({ Resources }) => ({
      Resources: { ...Resources, EventPermission: permission },
    }))
    await putEvents(entry())
    expect(invoked).toEqual([['Tick', expect.objectContaining({ detail: { a: 1 } })]])
  })

  it('tells its listeners of every event, until they have heard enough', async () => {
    const { events, putEvents } = await start()
    const heard: unknown[] = []
    const stop = events.listen(({ source }) => void heard.push(source))
    await putEvents(entry(), entry({ Source: 'another' }))
    stop()
    await putEvents(entry())
    expect(heard).toEqual(['fixture', 'another'])
  })

  it('reports the entries that failed, and takes the others', async () => {
    const { putEvents, queued } = await start()
    const { FailedEntryCount, Entries } = await putEvents(
      entry({ Detail: 'not JSON' }),
      entry({ Detail: '[]' }),
      entry({ DetailType: '' }),
      entry({ Detail: '{"b":2}' }),
    )
    expect(FailedEntryCount).toBe(3)
    expect(Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
      'MalformedDetail',
      'MalformedDetail',
      'InvalidArgument',
      undefined,
    ])
    expect(queued()).toHaveLength(1)
  })

  it('takes no more than EventBridge does', async () => {
    const { putEvents, queued } = await start()
    const many = Array.from({ length: 11 }, () => entry())
    await expect(putEvents(...many)).rejects.toThrow('1 to 10 entries')
    const large = entry({ Detail: JSON.stringify('x'.repeat(256 * 1024)) })
    await expect(putEvents(large)).rejects.toThrow('over the limit')
    expect(queued()).toEqual([])
  })

  it('refuses a caller whose role does not name the bus', async () => {
    const { putEvents } = await start()
    for (const EventBusName of ['other', 'unknown', undefined])
      await expect(putEvents(entry({ EventBusName }))).rejects.toMatchObject({
        name: 'AccessDeniedException',
      })
  })

  it('loses what the queue lets nobody send to it, and says so', async () => {
    const { putEvents, queued, logged } = await start({}, ({ Resources }) => {
      const { QueuePolicy: _, ...rest } = Resources
      return { Resources: rest }
    })
    await putEvents(entry())
    expect([queued(), logged.join()]).toEqual([[], expect.stringContaining('QueuePolicy')])
  })

  it.each([
    [{ EventPattern: { source: [{ numeric: ['>', 0] }] } }, 'is not emulated in a pattern'],
    [{ EventPattern: { $or: [{}] } }, 'is not emulated in a pattern'],
    [targets({ InputTransformer: {} }), 'input transformers'],
    [targets({ InputPath: '$.detail[0]' }), 'is not emulated'],
    [
      { Targets: [{ Id: 'Target0', Arn: 'arn:aws:sns:us-east-1:000000000000:topic' }] },
      'queues and functions',
    ],
  ])('refuses to start with %j', async (rule, message) => {
    await expect(start(rule)).rejects.toThrow(message)
  })
})

describe('an event pattern', () => {
  it.each<[object, object, boolean]>([
    [{}, { a: 1 }, true],
    [{ a: ['x', 'y'] }, { a: 'y' }, true],
    [{ a: ['x'] }, { a: 'X' }, false],
    [{ a: ['x'] }, {}, false],
    [{ a: [null] }, { a: null }, true],
    [{ a: ['1'] }, { a: 1 }, false],
    [{ a: ['x'], b: ['y'] }, { a: 'x', b: 'z' }, false],
    [{ a: { b: [1] } }, { a: { b: 1, c: 2 } }, true],
    [{ a: { b: [1] } }, { a: 'text' }, false],
    [{ a: [{ prefix: 'pre' }] }, { a: 'prefix' }, true],
    [{ a: [{ prefix: 'pre' }] }, { a: 7 }, false],
    [{ a: [{ suffix: 'fix' }] }, { a: 'prefix' }, true],
    [{ a: [{ 'anything-but': 'x' }] }, { a: 'y' }, true],
    [{ a: [{ 'anything-but': ['x', 'y'] }] }, { a: 'y' }, false],
    [{ a: [{ 'anything-but': { prefix: 'x' } }] }, { a: 'xy' }, false],
    [{ a: [{ 'anything-but': 'x' }] }, {}, false],
    [{ a: [{ exists: true }] }, { a: '' }, true],
    [{ a: [{ exists: false }] }, { a: '' }, false],
    [{ a: [{ exists: false }] }, {}, true],
    [{ a: { b: [{ exists: false }] } }, {}, true],
    [{ a: ['x'] }, { a: ['w', 'x'] }, true],
  ])('%j on %j: %s', (pattern, event, expected) => {
    expect(compile({ ...pattern }, 'here')({ ...event })).toBe(expected)
  })
})
