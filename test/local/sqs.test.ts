import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silent } from '../../lib/local/log.ts'
import { type Local, startLocal } from '../../lib/local/runtime.ts'
import { Client, eventually } from './fixture/client.ts'
import { FakeClock } from './fixture/fake-clock.ts'
import { writeFixture } from './fixture/fixture.ts'

interface Tick {
  batch: number
  record: {
    messageId: string
    attributes: Record<string, string>
    eventSource: string
    eventSourceARN: string
  }
}

const second = 1_000

describe('a queue and the function that it feeds', () => {
  const clock = new FakeClock()
  const fixture = writeFixture()
  let local: Local
  let client: Client

  beforeAll(async () => {
    local = await startLocal({ cdkOut: fixture.cdkOut, dataDir: 'memory', clock, log: silent })
    client = await Client.open(`${local.wsUrl}/ws/sqs`)
  })
  afterAll(async () => {
    client?.socket.terminate()
    await local?.stop()
    fixture.remove()
  })

  const recall = (body: string, received = 1) => client.ask<Tick | null>('recall', `tick ${body} ${received}`)
  const ticked = (body: string, received = 1) => eventually(() => recall(body, received))
  const dead = () => local.queues.byId('DeadQueue')?.depth
  /** Long enough for a delivery that must not happen. */
  const settle = () => client.ask('sleep', 100)

  it('delivers at once, with the digest that the SDK checks', async () => {
    const outcome = await client.ask<{ ok: Record<string, string> }>('send', { body: 'now' })
    expect(outcome.ok.MD5OfMessageBody).toBe(createHash('md5').update('now').digest('hex'))
    const { record } = await ticked('now')
    expect(record).toMatchObject({
      messageId: outcome.ok.MessageId,
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:Fixture-Queue',
      attributes: { ApproximateReceiveCount: '1', SentTimestamp: String(clock.now()) },
    })
  })

  it('delivers a delayed message when its time has come and not before', async () => {
    await client.ask('send', { body: 'later', delay: 30 })
    clock.advance(29 * second)
    await settle()
    expect(await recall('later')).toBeNull()
    clock.advance(second)
    expect(await ticked('later')).toBeTruthy()
  })

  it('refuses a delay of more than fifteen minutes', async () => {
    expect(await client.ask('send', { body: 'far', delay: 901 })).toMatchObject({
      error: 'InvalidParameterValueException',
      status: 400,
    })
  })

  it('hands over in batches', async () => {
    await client.ask('sendBatch', ['b1', 'b2', 'b3'])
    expect((await ticked('b3')).batch).toBe(3)
  })

  it('retries what the function reports as failed, alone, and dead-letters it in the end', async () => {
    await client.ask('sendBatch', ['good', 'fail-1'])
    await ticked('fail-1')
    await settle()
    clock.advance(59 * second)
    await settle()
    expect(await recall('fail-1', 2)).toBeNull()
    clock.advance(second)
    expect((await ticked('fail-1', 2)).batch).toBe(1)
    await settle()
    expect(dead()).toBe(0)
    clock.advance(60 * second)
    expect(dead()).toBe(1)
    await settle()
    expect(await recall('good', 2)).toBeNull()
    expect(await recall('fail-1', 3)).toBeNull()
  })

  it('retries the whole batch after an error', async () => {
    await client.ask('sendBatch', ['first', 'throw-1'])
    await ticked('throw-1')
    await settle()
    clock.advance(60 * second)
    expect((await ticked('first', 2)).batch).toBe(2)
  })
})
