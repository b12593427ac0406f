import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { receive } from '../../lib/central-system/receive.ts'
import { recordedCall, request } from '../../lib/central-system/request.ts'
import type { CentralSystem, TaskStep } from '../../lib/central-system/system.ts'
import { cancelTask, createTask, readTask, runTaskStep } from '../../lib/central-system/tasks.ts'
import { tick } from '../../lib/central-system/tick.ts'
import type { CallRecord } from '../../lib/store/port.ts'
import { aChargePoint, startSystem, type TestChargePoint, type TestSystem } from '../support/system.ts'

/**
 * What goes wrong at one await: it is refused before it is done (a throttle), it is done and nobody is told (a timeout), or
 * the process dies at it, before or after it is done.
 */
const FAULTS = ['throttled', 'timed out', 'died before', 'died after'] as const
type Fault = (typeof FAULTS)[number]

class Injected extends Error {
  override name = 'Injected'
}

/** Counts every call to the outside and lets the one at `at` go wrong, once. */
class Saboteur {
  count = 0
  names: string[] = []
  hit = false
  private readonly at: number
  private readonly fault: Fault
  constructor(at: number, fault: Fault) {
    this.at = at
    this.fault = fault
  }

  /** The system as one process sees it; a process that has died does nothing any more. */
  process(system: CentralSystem): CentralSystem {
    const life = { over: false }
    const guard =
      (name: string, verb: (...args: never[]) => Promise<unknown>) =>
      async (...args: never[]) => {
        if (life.over) throw new Injected('dead')
        const mine = this.count++ === this.at
        this.names.push(name)
        if (!mine) return verb(...args)
        this.hit = true
        if (this.fault === 'throttled') throw new Injected('throttled')
        if (this.fault === 'died before') {
          life.over = true
          throw new Injected('dead')
        }
        await verb(...args)
        if (this.fault === 'died after') life.over = true
        throw new Injected(this.fault)
      }
    const guarded = <T extends object>(room: string, target: T): T =>
      new Proxy(target, {
        get: (of, name) => {
          const verb = Reflect.get(of, name) as (...args: never[]) => Promise<unknown>
          return guard(`${room}.${String(name)}`, verb.bind(of))
        },
      })
    return {
      ...system,
      store: guarded('store', system.store),
      push: guarded('push', system.push),
      wake: guard('wake', system.wake as never) as CentralSystem['wake'],
      schedule: guard('schedule', system.schedule as never) as CentralSystem['schedule'],
    }
  }
}

/** A station that answers each call it is sent. */
class Station {
  readonly received: string[] = []
  private read = 0
  private readonly test: TestSystem
  readonly chargePoint: TestChargePoint
  constructor(test: TestSystem, chargePoint: TestChargePoint) {
    this.test = test
    this.chargePoint = chargePoint
    this.read = test.pushed.length
  }

  /** Answers what came in since, each answer in a process of its own. */
  async answerAll(saboteur: Saboteur): Promise<boolean> {
    const { chargePointId, connectionId } = this.chargePoint
    const frames = this.test.pushed.slice(this.read).filter((each) => each.connectionId === connectionId)
    this.read = this.test.pushed.length
    for (const { frame } of frames) {
      const [type, messageId] = JSON.parse(frame)
      if (type !== 2) continue
      this.received.push(messageId)
      this.test.clock.advance(1)
      await receive(
        saboteur.process(this.test.system),
        { chargePointId, connectionId },
        JSON.stringify([3, messageId, { status: 'Accepted' }]),
      )
    }
    return frames.length > 0
  }
}

const ENDS = ['Answered', 'Refused', 'TimedOut', 'Undelivered', 'Expired', 'Cancelled']

interface Play {
  station: Station
  saboteur: Saboteur
}

describe('a fault at any await between slot, record, push, reply, settle and next', () => {
  let test: TestSystem
  beforeAll(async () => {
    test = await startSystem()
  })
  afterAll(() => test.stop())

  async function begin(at: number, fault: Fault): Promise<Play> {
    const chargePoint = await aChargePoint(test)
    test.ticks.length = 0
    test.steps.length = 0
    return {
      station: new Station(test, chargePoint),
      saboteur: new Saboteur(at, fault),
    }
  }

  const change = (key: string, value: string) => ({ action: 'ChangeConfiguration', payload: { key, value } })

  /** Two calls at once: the second waits for the first, and leaves when it is answered. */
  async function twoCalls({ station, saboteur }: Play): Promise<void> {
    const { chargePointId } = station.chargePoint
    for (const value of ['1', '2']) {
      await request(saboteur.process(test.system), chargePointId, {
        ...change('Key', value),
        whenOffline: 'queue',
      }).catch(() => undefined)
    }
    while (await station.answerAll(saboteur));
  }

  /** A task for the one charge point: its step comes again until it is taken, as SQS delivers it. */
  async function aTask({ station, saboteur }: Play): Promise<void> {
    const { chargePointId } = station.chargePoint
    await createTask(saboteur.process(test.system), {
      ...change('Key', '3'),
      chargePointIds: [chargePointId],
    }).catch(() => undefined)
    await takeSteps(saboteur)
    while (await station.answerAll(saboteur));
  }

  async function aCancelledTask(play: Play): Promise<void> {
    const { station, saboteur } = play
    const { chargePointId } = station.chargePoint
    const task = await createTask(saboteur.process(test.system), {
      ...change('Key', '4'),
      chargePointIds: [chargePointId],
    }).catch(() => undefined)
    if (task && 'taskId' in task)
      await cancelTask(saboteur.process(test.system), task.taskId).catch(() => undefined)
    await takeSteps(saboteur)
    while (await station.answerAll(saboteur));
  }

  async function takeSteps(saboteur: Saboteur): Promise<void> {
    const due = test.steps.splice(0).filter(({ afterSeconds }) => afterSeconds === 0)
    for (const { afterSeconds: _, ...step } of due) {
      for (let delivery = 0; delivery < 3; delivery++) {
        const outcome = await runTaskStep(saboteur.process(test.system), step as TaskStep).then(
          () => 'taken',
          () => 'failed',
        )
        if (outcome === 'taken') break
      }
    }
  }

  /** Time passes; ticks that were set come, steps that were asked for are taken, the station is heard of. */
  async function recover({ station }: Play, delivered: 'with ticks' | 'without ticks'): Promise<void> {
    const quiet = new Saboteur(-1, 'throttled')
    const { chargePoint } = station
    for (let round = 0; round < 3; round++) {
      test.clock.advance(32)
      if (delivered === 'with ticks') for (const each of test.ticks.splice(0)) await tick(test.system, each)
      await chargePoint.call('Heartbeat')
      while (await station.answerAll(quiet));
    }
    test.clock.advance(20 * 60)
    await chargePoint.call('Heartbeat')
    while (await station.answerAll(quiet));
  }

  async function check({ station, saboteur }: Play): Promise<void> {
    const { chargePointId } = station.chargePoint
    const where = saboteur.names.at(-1)
    const { items } = await test.store.listCalls(chargePointId, { limit: 50 })
    const calls: CallRecord[] = []
    for (const { messageId } of items) {
      const call = await recordedCall(test.system, chargePointId, messageId)
      expect(ENDS, `${call?.status} (${where})`).toContain(call?.status)
      if (call) calls.push(call)
    }
    expect(station.received, 'nothing is sent twice').toEqual([...new Set(station.received)])
    for (const { status, messageId } of calls)
      if (['Expired', 'Cancelled'].includes(status)) expect(station.received).not.toContain(messageId)
    await checkState(station, calls)
    const live = await test.store.getLive(chargePointId)
    expect(live?.queue, 'nothing is left in the queue').toEqual([])
    // The charge point can be called as ever.
    const after = await request(test.system, chargePointId, change('After', 'all'))
    expect(after).toMatchObject({ status: 'Sent' })
    await station.answerAll(new Saboteur(-1, 'throttled'))
  }

  /** What it is recorded to have said last is what is recorded of it. */
  async function checkState({ chargePoint, received }: Station, calls: CallRecord[]): Promise<void> {
    const { chargePointId } = chargePoint
    const told = received
      .map((id) => calls.find(({ messageId, status }) => messageId === id && status === 'Answered'))
      .findLast((call) => call !== undefined)
    const known = (await test.store.getConfiguration(chargePointId))?.keys.Key?.value
    const late = calls.filter(({ lateReply }) => lateReply).map(({ payload }) => payload.value)
    if (told && late.length === 0) expect(known).toBe(told.payload.value)
  }

  const plays = { twoCalls, aTask, aCancelledTask }
  for (const [name, play] of Object.entries(plays)) {
    for (const delivered of ['with ticks', 'without ticks'] as const) {
      it.each(FAULTS)(
        `${name}, ${delivered}: each call has one end after it %s`,
        async (fault) => {
          let at = 0
          for (; ; at++) {
            const stage = await begin(at, fault)
            await play(stage)
            if (!stage.saboteur.hit) break
            stage.saboteur.names.length = at + 1
            await recover(stage, delivered)
            await check(stage)
          }
          // All that a play does was tried, one by one.
          expect(at).toBeGreaterThan(name === 'aCancelledTask' ? 5 : 10)
        },
        120_000,
      )
    }
  }

  it('a task whose every step is lost ends by its deadline, when it is read', async () => {
    const chargePoint = await aChargePoint(test)
    const task = await createTask(test.system, {
      ...change('Key', '5'),
      chargePointIds: [chargePoint.chargePointId],
    })
    if ('refused' in task) throw new Error(task.detail)
    test.steps.length = 0
    test.clock.advance(20 * 60)
    const state = await readTask(test.system, task.taskId)
    expect(state).toMatchObject({ waiting: 0, counts: { Expired: 1 }, task: { endedAt: task.expiresAt } })
  })
})
