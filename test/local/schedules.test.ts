import { describe, expect, it } from 'vitest'
import { silent } from '../../lib/local/log.ts'
import { QueueJournal } from '../../lib/local/queue-journal.ts'
import { Schedules } from '../../lib/local/schedules.ts'
import { Queues } from '../../lib/local/sqs.ts'
import { FakeClock } from './fixture/fake-clock.ts'
import { stackOf, streamed } from './fixture/streamed.ts'

const MINUTE = 60_000

function start(rule: Record<string, unknown> = {}) {
  const clock = new FakeClock(Date.parse('2026-11-21T08:00:00.000Z'))
  const stack = stackOf(
    streamed({}, { EventPattern: undefined, ScheduleExpression: 'rate(5 minutes)', ...rule }),
  )
  const queues = new Queues(stack, new QueueJournal(undefined), clock, silent)
  const schedules = new Schedules({ stack, queues, invoke: async () => undefined, clock, log: silent })
  const queued = () =>
    (queues.byId('DeadQueue')?.receive(100) ?? []).map(({ message, done }) => {
      done()
      return JSON.parse(message.body)
    })
  return { clock, schedules, queued }
}

const target = (more: object) => ({
  Targets: [{ Id: 'Target0', Arn: { 'Fn::GetAtt': ['DeadQueue', 'Arn'] }, ...more }],
})

describe('a rule with a rate', () => {
  it('tells its target at every turn, until it is stopped', () => {
    const { clock, schedules, queued } = start(target({ Input: '{"look":"here"}' }))
    clock.advance(5 * MINUTE - 1)
    expect(queued()).toEqual([])
    clock.advance(1)
    expect(queued()).toEqual([{ look: 'here' }])
    clock.advance(10 * MINUTE)
    expect(queued()).toEqual([{ look: 'here' }, { look: 'here' }])
    schedules.stop()
    clock.advance(60 * MINUTE)
    expect(queued()).toEqual([])
  })

  it('words the event as EventBridge does where the target names no input', () => {
    const { clock, queued } = start()
    clock.advance(5 * MINUTE)
    expect(queued()).toEqual([
      expect.objectContaining({
        'detail-type': 'Scheduled Event',
        source: 'aws.events',
        time: '2026-11-21T08:05:00Z',
        resources: [expect.stringContaining('rule/')],
        detail: {},
      }),
    ])
  })

  it('says nothing where it is disabled', () => {
    const { clock, queued } = start({ State: 'DISABLED' })
    clock.advance(60 * MINUTE)
    expect(queued()).toEqual([])
  })

  it.each(['cron(0 8 * * ? *)', 'rate(0 minutes)', 'rate(5)'])('refuses to start with %s', (expression) => {
    expect(() => start({ ScheduleExpression: expression })).toThrow('only rates are')
  })
})
