import { randomUUID } from 'node:crypto'
import type { Clock } from './clock.ts'
import { type Deliver, readTargets, type TargetServices } from './event-target.ts'
import type { JsonObject } from './json.ts'
import { UserError } from './log.ts'
import { WORLD } from './world.ts'

const MINUTES: Record<string, number> = { minute: 1, hour: 60, day: 24 * 60 }

export interface ScheduleServices extends TargetServices {
  clock: Clock
}

/** EventBridge's rules with a rate: their targets are told again and again, for the first time a rate after the start. */
export class Schedules {
  private readonly timers = new Map<string, () => void>()

  constructor(services: ScheduleServices) {
    const { stack, clock } = services
    for (const id of stack.ids('AWS::Events::Rule')) {
      const expression = stack.text(id, 'ScheduleExpression')
      if (expression === undefined || stack.text(id, 'State') === 'DISABLED') continue
      const every = rateOf(expression, id)
      const targets = readTargets(services, id)
      const wait = () => {
        const cancel = clock.after(every, () => {
          tell(targets, stack.attributeOf(id, 'Arn'), clock.now())
          wait()
        })
        this.timers.set(id, cancel)
      }
      wait()
    }
  }

  stop(): void {
    for (const cancel of this.timers.values()) cancel()
    this.timers.clear()
  }
}

function tell(targets: Deliver[], ruleArn: string, now: number): void {
  const event: JsonObject = {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: WORLD.account,
    time: new Date(now).toISOString().replace(/\.\d+Z$/, 'Z'),
    region: WORLD.region,
    resources: [ruleArn],
    detail: {},
  }
  for (const deliver of targets) deliver(event)
}

/** `rate(5 minutes)`, in milliseconds. */
function rateOf(expression: string, id: string): number {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? []
  const minutes = Number(count) * (MINUTES[unit ?? ''] ?? 0)
  if (!(minutes > 0)) throw new UserError(`${id}: the schedule ${expression} is not emulated, only rates are`)
  return minutes * 60_000
}
