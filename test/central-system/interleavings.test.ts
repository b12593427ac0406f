import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { close, open } from '../../lib/central-system/accept.ts'
import { receive } from '../../lib/central-system/receive.ts'
import type { CentralSystem } from '../../lib/central-system/system.ts'
import type { Store } from '../../lib/store/port.ts'
import { aChargePoint, anIdTag, startSystem, type TestSystem } from '../support/system.ts'

/** Lets every verb of the store wait its turn, before it is done and after, as concurrent Lambdas on a network do. */
function shaken(store: Store, pauses: readonly number[]): Store {
  let next = 0
  const pause = () => new Promise((resolve) => setTimeout(resolve, pauses[next++ % pauses.length]))
  return new Proxy(store, {
    get(target, name) {
      const verb = Reflect.get(target, name) as (...args: unknown[]) => Promise<unknown>
      return async (...args: unknown[]) => {
        await pause()
        const result = await verb.apply(target, args)
        await pause()
        return result
      }
    },
  })
}

type Step = { do: 'start' | 'stop'; on: number } | { do: 'reconnect' } | { do: 'disconnect'; on: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('start' as const), on: fc.nat(3) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('stop' as const), on: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.constant({ do: 'reconnect' as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('disconnect' as const), on: fc.nat(3) }) },
)

describe('starts and stops, resent over any connection, at once', () => {
  let test: TestSystem
  beforeAll(async () => {
    test = await startSystem()
  })
  afterAll(() => test.stop())

  it('are one transaction with one id and one verdict, and end with connector and tag free', {
    timeout: 180_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 2, maxLength: 12 }),
        fc.array(fc.nat(4), { minLength: 5, maxLength: 30 }),
        async (steps, pauses) => {
          const idTag = await anIdTag(test)
          const chargePoint = await aChargePoint(test)
          const { chargePointId } = chargePoint
          const system: CentralSystem = { ...test.system, store: shaken(test.store, pauses) }
          const connections = [chargePoint.connectionId]
          const start = { connectorId: 1, idTag, meterStart: 100, timestamp: test.clock.iso() }
          const send = async (action: string, payload: object, connectionId: string | undefined) => {
            const caller = { chargePointId, connectionId: connectionId ?? 'gone' }
            const text = await receive(
              system,
              caller,
              JSON.stringify([2, crypto.randomUUID(), action, payload]),
            )
            const [type, , body] = JSON.parse(text ?? '[]')
            expect(type, text).toBe(3)
            return body
          }
          // A station stops only what it was given an id for.
          const first = await send('StartTransaction', start, connections[0])
          const stop = {
            transactionId: first.transactionId,
            meterStop: 900,
            timestamp: test.clock.advance(60),
            idTag,
          }
          const answers = await Promise.all(
            steps.map(async (each) => {
              switch (each.do) {
                case 'start':
                  return { start: await send('StartTransaction', start, connections[each.on]) }
                case 'stop':
                  return { stop: await send('StopTransaction', stop, connections[each.on]) }
                case 'reconnect': {
                  const connectionId = `${chargePointId}-${connections.length}`
                  connections.push(connectionId)
                  await open(system, {
                    chargePointId,
                    connectionId,
                    connectedAt: test.clock.advance(1),
                    offered: 'ocpp1.6',
                    known: true,
                  })
                  return {}
                }
                case 'disconnect':
                  await close(system, chargePointId, connections[each.on] ?? 'gone')
                  return {}
              }
            }),
          )
          for (const answer of answers) {
            if (answer.start) expect(answer.start).toEqual(first)
            if (answer.stop) expect(answer.stop).toEqual({ idTagInfo: { status: 'Accepted' } })
          }
          expect(first.idTagInfo).toEqual({ status: 'Accepted' })
          expect((await test.store.listTransactions({ chargePointId }, { limit: 9 })).items).toHaveLength(1)
          const stopped = steps.some((each) => each.do === 'stop')
          const active = (await test.store.getIdTag(idTag))?.active
          const shown = (await test.store.getLive(chargePointId))?.connectors[1]?.transactionId
          expect({ active, shown }).toEqual(
            stopped
              ? { active: [], shown: undefined }
              : { active: [first.transactionId], shown: first.transactionId },
          )
        },
      ),
      { numRuns: 80 },
    )
  })

  it('the very first start, sent many times at once, is one transaction as well', {
    timeout: 180_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: 6 }),
        fc.array(fc.nat(4), { minLength: 5, maxLength: 30 }),
        async (sends, pauses) => {
          const idTag = await anIdTag(test)
          const { chargePointId, connectionId } = await aChargePoint(test)
          const system: CentralSystem = { ...test.system, store: shaken(test.store, pauses) }
          const start = { connectorId: 1, idTag, meterStart: 100, timestamp: test.clock.iso() }
          const texts = await Promise.all(
            Array.from({ length: sends }, (_, send) =>
              receive(
                system,
                { chargePointId, connectionId },
                JSON.stringify([2, `m${send}`, 'StartTransaction', start]),
              ),
            ),
          )
          const answers = texts.map((text) => JSON.parse(text ?? '[]')[2])
          for (const answer of answers)
            expect(answer).toEqual({ ...answers[0], idTagInfo: { status: 'Accepted' } })
          expect((await test.store.getIdTag(idTag))?.active).toEqual([answers[0].transactionId])
        },
      ),
      { numRuns: 40 },
    )
  })

  it('a tag for one transaction gets one, however many stations ask at once', async () => {
    const idTag = await anIdTag(test)
    const chargePoints = await Promise.all(Array.from({ length: 8 }, () => aChargePoint(test)))
    const start = { connectorId: 1, idTag, meterStart: 0, timestamp: test.clock.iso() }
    const answers = await Promise.all(chargePoints.map((each) => each.call('StartTransaction', start)))
    expect(answers.filter(({ idTagInfo }) => idTagInfo.status === 'Accepted')).toHaveLength(1)
    expect(answers.filter(({ idTagInfo }) => idTagInfo.status === 'ConcurrentTx')).toHaveLength(7)
  })
})
