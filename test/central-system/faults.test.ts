import { AsyncLocalStorage } from 'node:async_hooks'
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

/** Counts every request to the outside, those to the table one by one, and lets the one at `at` go wrong, once. */
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

  /** Runs something as a process of its own; a process that has died does nothing any more. */
  process<T>(test: TestSystem, run: (system: CentralSystem) => Promise<T>): Promise<T> {
    const { system } = test
    const guard: Guard = this.guard()
    const outside =
      <A extends unknown[], R>(name: string, verb: (...args: A) => Promise<R>) =>
      (...args: A): Promise<R> =>
        guard(name, () => verb(...args))
    const { push } = system
    const own: CentralSystem = {
      ...system,
      push: {
        send: outside('push', (...args) => push.send(...args)),
        close: outside('close', (...args) => push.close(...args)),
      },
      wake: outside('wake', system.wake),
      schedule: outside('schedule', system.schedule),
    }
    return PROCESS.run(guard, () => run(own))
  }

  private guard(): Guard {
    let dead = false
    return async (name, verb) => {
      if (dead) throw new Injected('dead')
      const mine = this.count++ === this.at
      this.names.push(name)
      if (!mine) return verb()
      this.hit = true
      dead = this.fault.startsWith('died')
      if (this.fault === 'throttled' || this.fault === 'died before') throw new Injected(this.fault)
      await verb()
      throw new Injected(this.fault)
    }
  }
}

type Guard = <R>(name: string, verb: () => Promise<R>) => Promise<R>

/** Whose requests to the table these are. */
const PROCESS = new AsyncLocalStorage<Guard>()

function sabotageTable({ client }: TestSystem): void {
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      (args) => {
        const guard = PROCESS.getStore()
        return guard ? guard(commandName, () => next(args)) : next(args)
      },
    { step: 'initialize', name: 'sabotage' },
  )
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
      const answer = JSON.stringify([3, messageId, { status: 'Accepted' }])
      await saboteur.process(this.test, (system) => receive(system, { chargePointId, connectionId }, answer))
    }
    return frames.length > 0
  }
}

const ENDS = ['Answered', 'Refused', 'TimedOut', 'Undelivered', 'Expired', 'Cancelled']

interface Play {
  station: Station
  saboteur: Saboteur
  /** Calls whose asker was told that they wait or are on their way. */
  promised: string[]
}

describe('a fault at any await between slot, record, push, reply, settle and next', () => {
  let test: TestSystem
  beforeAll(async () => {
    test = await startSystem()
    sabotageTable(test)
  })
  afterAll(() => test.stop())

  async function begin(at: number, fault: Fault): Promise<Play> {
    const chargePoint = await aChargePoint(test)
    test.ticks.length = 0
    test.steps.length = 0
    return {
      station: new Station(test, chargePoint),
      saboteur: new Saboteur(at, fault),
      promised: [],
    }
  }

  const change = (key: string, value: string) => ({ action: 'ChangeConfiguration', payload: { key, value } })

  /** Two calls at once: the second waits for the first, and leaves when it is answered. */
  async function twoCalls({ station, saboteur, promised }: Play): Promise<void> {
    const { chargePointId } = station.chargePoint
    for (const value of ['1', '2']) {
      const wish = { ...change('Key', value), whenOffline: 'queue' as const }
      const call = await saboteur
        .process(test, (system) => request(system, chargePointId, wish))
        .catch(() => undefined)
      if (call && 'status' in call && call.status === 'Queued') promised.push(call.messageId)
    }
    while (await station.answerAll(saboteur));
  }

  /** A task for the one charge point: its step comes again until it is taken, as SQS delivers it. */
  async function aTask({ station, saboteur }: Play): Promise<void> {
    const { chargePointId } = station.chargePoint
    const wish = { ...change('Key', '3'), chargePointIds: [chargePointId] }
    await saboteur.process(test, (system) => createTask(system, wish)).catch(() => undefined)
    await takeSteps(saboteur)
    while (await station.answerAll(saboteur));
  }

  async function aCancelledTask(play: Play): Promise<void> {
    const { station, saboteur } = play
    const { chargePointId } = station.chargePoint
    const wish = { ...change('Key', '4'), chargePointIds: [chargePointId] }
    const task = await saboteur.process(test, (system) => createTask(system, wish)).catch(() => undefined)
    if (task && 'taskId' in task)
      await saboteur.process(test, (system) => cancelTask(system, task.taskId)).catch(() => undefined)
    await takeSteps(saboteur)
    while (await station.answerAll(saboteur));
  }

  async function takeSteps(saboteur: Saboteur): Promise<void> {
    const due = test.steps.splice(0).filter(({ afterSeconds }) => afterSeconds === 0)
    for (const { afterSeconds: _, ...step } of due) {
      for (let delivery = 0; delivery < 3; delivery++) {
        const outcome = await saboteur
          .process(test, (system) => runTaskStep(system, step as TaskStep))
          .then(
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

  async function check({ station, saboteur, promised }: Play): Promise<void> {
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
    // Sent, or on record as sent by a process that died before it was: never left lying while the station is there.
    for (const { status, messageId } of calls)
      if (promised.includes(messageId))
        expect(status, `what was promised is sent (${where})`).not.toBe('Expired')
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
