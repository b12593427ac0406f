import { describe, expect, it } from 'vitest'
import type { Template } from '../../lib/local/assembly.ts'
import { startEventSources } from '../../lib/local/event-source.ts'
import { Iam } from '../../lib/local/iam.ts'
import { silent } from '../../lib/local/log.ts'
import { QueueJournal } from '../../lib/local/queue-journal.ts'
import { Queues } from '../../lib/local/sqs.ts'
import { Stack } from '../../lib/local/template.ts'
import { FakeClock } from './fixture/fake-clock.ts'
import { template as fixture } from './fixture/fixture.ts'

/** The fixture's queue, feeding a function as the mapping says; how many batches were under way, and how large. */
async function feed(mapping: Record<string, unknown>, messages: number) {
  const template: Template = structuredClone(fixture)
  Object.assign(template.Resources.Mapping?.Properties ?? {}, mapping)
  const stack = new Stack({ stackName: 'Test', template, assets: new Map() })
  const queues = new Queues(stack, new QueueJournal(undefined), new FakeClock(), silent)
  const sizes: number[] = []
  let underWay = 0
  let most = 0
  const invoke = async (_functionId: string, event: unknown) => {
    sizes.push((event as { Records: unknown[] }).Records.length)
    underWay += 1
    most = Math.max(most, underWay)
    await new Promise((resolve) => setTimeout(resolve, 10))
    underWay -= 1
  }
  startEventSources(stack, queues, new Iam(stack, silent), invoke, silent)
  for (let sent = 0; sent < messages; sent++) queues.byId('Queue')?.send(String(sent))
  await expect.poll(() => sizes.reduce((sum, size) => sum + size, 0)).toBe(messages)
  return { sizes, most }
}

describe('an event source mapping', () => {
  it('bounds how many batches are under way at once', async () => {
    const { sizes, most } = await feed({ BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } }, 7)
    expect(most).toBe(2)
    expect(sizes).toEqual([1, 1, 1, 1, 1, 1, 1])
  })

  it('may allow more than a poller begins with', async () => {
    expect((await feed({ BatchSize: 1, ScalingConfig: { MaximumConcurrency: 8 } }, 10)).most).toBe(8)
  })

  it('hands over five batches at once where it says nothing', async () => {
    const { sizes, most } = await feed({ BatchSize: 2 }, 14)
    expect([most, sizes]).toEqual([5, [2, 2, 2, 2, 2, 2, 2]])
  })
})
