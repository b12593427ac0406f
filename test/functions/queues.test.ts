import { SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSchedule, createWake } from '../../functions/queues.ts'
import type { TaskStep } from '../../lib/central-system/system.ts'
import { asObject, asText } from '../../lib/local/json.ts'
import { silent } from '../../lib/local/log.ts'
import { type Local, startLocal } from '../../lib/local/runtime.ts'
import { Client, eventually } from '../local/fixture/client.ts'
import { FakeClock } from '../local/fixture/fake-clock.ts'
import { writeFixture } from '../local/fixture/fixture.ts'

describe('what the functions put into queues', () => {
  const clock = new FakeClock()
  const fixture = writeFixture()
  let local: Local
  let client: Client
  let sqs: SQSClient
  let queueUrl: string
  beforeAll(async () => {
    local = await startLocal({ cdkOut: fixture.cdkOut, dataDir: 'memory', clock, log: silent })
    client = await Client.open(`${local.wsUrl}/ws/functions`)
    const { Variables } = asObject(local.stack.read('Message', 'Environment'))
    queueUrl = asText(asObject(Variables).QUEUE_URL) ?? ''
    const credentials = { accessKeyId: 'Message', secretAccessKey: 'local' }
    sqs = new SQSClient({ endpoint: new URL(queueUrl).origin, region: 'us-east-1', credentials })
  })
  afterAll(async () => {
    sqs?.destroy()
    client?.socket.terminate()
    await local?.stop()
    fixture.remove()
  })

  const received = (message: unknown) => client.ask('recall', `tick ${JSON.stringify(message)} 1`)
  const stepsOf = (taskId: string, count: number): TaskStep[] =>
    Array.from({ length: count }, (_, batch) => ({ taskId, step: 'send', batch }))

  it('are all steps of a task, more than one request takes', async () => {
    const steps = stepsOf('now', 23)
    await createSchedule(sqs, queueUrl)(steps)
    for (const step of steps) expect(await eventually(() => received(step))).toBeTruthy()
  })

  it('are steps and ticks for later', async () => {
    const step: TaskStep = { taskId: 'later', step: 'finish' }
    const tick = { chargePointId: 'CP1', messageId: 'm1' }
    await createSchedule(sqs, queueUrl)([step], 60)
    await createWake(sqs, queueUrl)(tick, 30)
    clock.advance(30_000)
    expect(await eventually(() => received(tick))).toBeTruthy()
    expect(await received(step)).toBeNull()
    clock.advance(30_000)
    expect(await eventually(() => received(step))).toBeTruthy()
  })

  it('is nothing where there are no steps', async () => {
    await createSchedule(sqs, 'http://127.0.0.1:1/nowhere')([])
  })

  it('is known to have failed where a queue takes only some of it', async () => {
    const schedule = createSchedule(sqs, queueUrl)
    await expect(schedule(stepsOf('far', 2), 901)).rejects.toThrow('2 messages could not be sent')
  })
})
