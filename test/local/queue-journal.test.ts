import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { silent } from '../../lib/local/log.ts'
import { QueueJournal } from '../../lib/local/queue-journal.ts'
import { type Queue, Queues } from '../../lib/local/sqs.ts'
import { Stack } from '../../lib/local/template.ts'
import { FakeClock } from './fixture/fake-clock.ts'
import { template } from './fixture/fixture.ts'

const second = 1_000

describe('queues over the death of their process', () => {
  let folder: string
  let file: string
  let clock: FakeClock
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'busbar-queues-'))
    file = join(folder, 'queues.jsonl')
    clock = new FakeClock()
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const stack = new Stack({ stackName: 'Test', template, assets: new Map() })
  const start = (time = clock) => {
    const journal = new QueueJournal(file)
    const queues = new Queues(stack, journal, time, silent)
    return { journal, queues, queue: queues.byId('Queue') as Queue, dead: queues.byId('DeadQueue') as Queue }
  }
  const bodies = (queue: Queue) => queue.receive(10).map(({ message }) => message.body)
  /** The time as another process finds it: what waited in this one never comes. */
  const restart = (seconds = 0) => {
    clock = new FakeClock(clock.now() + seconds * second)
    return start()
  }

  it('keep what can be received, and what it is', () => {
    const sent = start().queue.send('a', 0, { x: { DataType: 'String', StringValue: '1' } })
    const [received] = restart().queue.receive(10)
    expect(received?.message).toEqual({ ...sent, receiveCount: 1, firstReceivedAt: clock.now() })
  })

  it('keep a delayed message for the time that is left', () => {
    start().queue.send('later', 30)
    const { queue } = restart(20)
    expect(queue.depth).toBe(0)
    clock.advance(9 * second)
    expect(queue.depth).toBe(0)
    clock.advance(second)
    expect(bodies(queue)).toEqual(['later'])
  })

  it('give a message at once whose time came while nobody was there', () => {
    start().queue.send('later', 30)
    expect(bodies(restart(31).queue)).toEqual(['later'])
  })

  it('give what was being handled again, and what was handled not', () => {
    const { queue } = start()
    queue.send('done')
    queue.send('under way')
    queue.receive(1)[0]?.done()
    expect(bodies(queue)).toEqual(['under way'])
    expect(bodies(restart().queue)).toEqual(['under way'])
  })

  it('remember how often a message has failed', () => {
    const { queue } = start()
    queue.send('fails')
    queue.receive(1)
    clock.advance(60 * second)
    const later = restart()
    later.queue.receive(1)
    clock.advance(60 * second)
    expect([later.queue.depth, later.dead.depth]).toEqual([0, 1])
    const last = restart()
    expect([last.queue.depth, last.dead.depth]).toEqual([0, 1])
  })

  it('do not forget a message that came back while its handler still ran', () => {
    const { queue } = start()
    queue.send('slow')
    const [slow] = queue.receive(1)
    clock.advance(60 * second)
    slow?.done()
    expect(queue.depth).toBe(1)
    expect(bodies(restart().queue)).toEqual(['slow'])
  })

  it('tell a reader that comes after them that there is something', () => {
    start().queue.send('a')
    let woken = 0
    restart().queue.onMessage(() => {
      woken += 1
    })
    expect(woken).toBe(1)
  })

  it('survive a line that was cut off, and lines of queues that are no more', () => {
    start().queue.send('kept')
    appendFileSync(
      file,
      '{"queue":"Gone","message":{"messageId":"1","body":"x"},"visibleAt":1}\n{"queue":"Que',
    )
    const { queue, journal } = restart()
    journal.close()
    expect(bodies(queue)).toEqual(['kept'])
  })

  it('do not grow with what is gone', () => {
    const { queue } = start()
    queue.send('stays', 900)
    for (let sent = 0; sent < 6_000; sent++) {
      queue.send('passes')
      queue.receive(1)[0]?.done()
    }
    expect(readFileSync(file, 'utf8').split('\n').length).toBeLessThan(6_000)
    const { journal } = restart()
    expect(readFileSync(file, 'utf8').trimEnd().split('\n')).toHaveLength(1)
    expect(journal.messages.map(({ message }) => message.body)).toEqual(['stays'])
  })

  it('keep nothing where there is no file', () => {
    const journal = new QueueJournal(undefined)
    const queues = new Queues(stack, journal, clock, silent)
    queues.byId('Queue')?.send('a')
    expect(journal.messages).toEqual([])
  })
})
