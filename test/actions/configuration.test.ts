import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { afterChange, afterReading } from '../../lib/actions/configuration.ts'
import { aChargePoint, startSystem, type TestChargePoint, type TestSystem } from '../support/system.ts'
import { ask, askAndAnswer, settleAgain } from './asking.ts'

const [T1, T2, T3, T4] = ['01', '02', '03', '04'].map((day) => `2026-03-${day}T00:00:00.000Z`) as [
  string,
  string,
  string,
  string,
]

describe('a reading of the configuration', () => {
  const setting = (value: string, askedAt?: string) => ({
    value,
    readonly: false,
    ...(askedAt ? { askedAt } : {}),
  })
  const told = (settings: object, more: object = {}) => ({
    all: true,
    settings: settings as Record<string, ReturnType<typeof setting>>,
    unknownKeys: [],
    askedAt: T2,
    settledAt: T3,
    ...more,
  })

  it.each([
    ['the first one is all there is', undefined, told({ A: setting('1') }), { A: setting('1', T2) }],
    [
      'what is not read any more is gone',
      { B: setting('2', T1) },
      told({ A: setting('1') }),
      { A: setting('1', T2) },
    ],
    ['unless a later call set it', { B: setting('2', T3) }, told({}), { B: setting('2', T3) }],
    [
      'a later call counts for more',
      { A: setting('9', T3) },
      told({ A: setting('1') }),
      { A: setting('9', T3) },
    ],
    ['whatever the case', { a: setting('9', T1) }, told({ A: setting('1') }), { A: setting('1', T2) }],
    [
      'of some keys leaves the others',
      { B: setting('2', T1) },
      told({ A: setting('1') }, { all: false }),
      {
        A: setting('1', T2),
        B: setting('2', T1),
      },
    ],
    [
      'of a key that is unknown removes it',
      { B: setting('2', T1) },
      told({}, { all: false, unknownKeys: ['b'] }),
      {},
    ],
  ])('%s', (_, known, reading, keys) => {
    expect(afterReading(known && { at: T1, keys: known }, reading)).toMatchObject({ at: T3 })
    expect(afterReading(known && { at: T1, keys: known }, reading).keys).toEqual(keys)
  })

  it('remembers what is unknown, until it is known', () => {
    const first = afterReading(undefined, told({}, { all: false, unknownKeys: ['Nope', 'Soon'] }))
    expect(first.unknownKeys).toEqual(['Nope', 'Soon'])
    const then = afterReading(first, told({ soon: setting('1') }, { unknownKeys: ['nope'] }))
    expect(then.unknownKeys).toEqual(['nope'])
  })

  it('keeps what waits for a boot waiting until then', () => {
    const known = { at: T1, keys: { A: { ...setting('9', T1), rebootRequired: true } } }
    const reading = told({ A: setting('1') })
    expect(afterReading(known, reading).keys.A).toEqual({ ...setting('1', T2), rebootRequired: true })
    expect(afterReading(known, { ...reading, bootedAt: T1 }).keys.A).toHaveProperty('rebootRequired')
    expect(afterReading(known, { ...reading, bootedAt: T2 }).keys.A).toEqual(setting('1', T2))
  })

  it('a change keeps the name a key has, and gives way to a later one', () => {
    const known = { at: T1, keys: { HeartbeatInterval: setting('300', T2) } }
    const change = { ...setting('60'), askedAt: T3 }
    expect(afterChange(known, 'heartbeatinterval', change, T4)).toEqual({
      at: T1,
      keys: { HeartbeatInterval: setting('60', T3) },
    })
    expect(afterChange(known, 'HeartbeatInterval', { ...change, askedAt: T1 }, T4)).toBe(known)
    expect(afterChange(undefined, 'New', change, T4)).toEqual({ at: T4, keys: { New: setting('60', T3) } })
  })
})

describe('GetConfiguration and ChangeConfiguration (§5.8, §5.3)', () => {
  let test: TestSystem
  beforeAll(async () => {
    test = await startSystem()
  })
  afterAll(() => test.stop())

  const keysOf = async ({ chargePointId }: TestChargePoint) =>
    (await test.store.getConfiguration(chargePointId))?.keys
  const entry = (key: string, value: string) => ({ key, value, readonly: false })
  const change = (key: string, value: string) => ['ChangeConfiguration', { key, value }] as const

  it('a late answer to a reading does not undo what was set since', async () => {
    const chargePoint = await aChargePoint(test)
    const reading = await ask(test, chargePoint, 'GetConfiguration')
    test.clock.advance(60)
    await askAndAnswer(test, chargePoint, ...change('Interval', '60'), { status: 'Accepted' })
    await chargePoint.answer(reading.messageId, {
      configurationKey: [entry('Interval', '300'), entry('Other', '1')],
    })
    expect(await keysOf(chargePoint)).toMatchObject({ Interval: { value: '60' }, Other: { value: '1' } })
  })

  it.each([
    ['Accepted', { Key: { value: 'v', readonly: false } }],
    ['RebootRequired', { Key: { value: 'v', readonly: false, rebootRequired: true } }],
    ['Rejected', undefined],
    ['NotSupported', undefined],
  ])('%s: what is set is known', async (status, keys) => {
    const chargePoint = await aChargePoint(test)
    const call = await askAndAnswer(test, chargePoint, ...change('Key', 'v'), { status })
    if (keys) expect(await keysOf(chargePoint)).toMatchObject(keys)
    else expect(await keysOf(chargePoint)).toBeUndefined()
    const before = await keysOf(chargePoint)
    await settleAgain(test, call, { status })
    expect(await keysOf(chargePoint)).toEqual(before)
  })

  it.each<[from: 0 | 1 | 2 | 3, value: string, status: string, to: number, password: boolean]>([
    [1, '2', 'Accepted', 2, true],
    [1, '2', 'RebootRequired', 2, true],
    [2, '3', 'Accepted', 3, false],
    [1, '2', 'Rejected', 1, true],
    [2, '1', 'Accepted', 2, true],
    [3, '0', 'Accepted', 3, false],
    [0, '1', 'Accepted', 0, false],
    [1, '4', 'Accepted', 1, true],
  ])('profile %i told %s, %s: held to %i', async (securityProfile, value, status, held, hasPassword) => {
    const passwordHash = hasPassword ? { passwordHash: 'scrypt$…' } : {}
    const chargePoint = await aChargePoint(test, { securityProfile, ...passwordHash })
    await askAndAnswer(test, chargePoint, ...change('SecurityProfile', value), { status })
    expect(await test.store.getChargePoint(chargePoint.chargePointId)).toMatchObject({
      securityProfile: held,
    })
  })

  it('a secret is never in the snapshot', async () => {
    const chargePoint = await aChargePoint(test)
    await askAndAnswer(test, chargePoint, ...change('AuthorizationKey', 'abcdefghijklmnop'), {
      status: 'Accepted',
    })
    await askAndAnswer(
      test,
      chargePoint,
      'GetConfiguration',
      {},
      {
        configurationKey: [entry('authorizationKey', 'abcdefghijklmnop')],
      },
    )
    expect(await keysOf(chargePoint)).toMatchObject({ authorizationKey: { value: '***' } })
  })

  it('the late answer to an earlier password does not lock the charge point out', async () => {
    const chargePoint = await aChargePoint(test)
    const { chargePointId } = chargePoint
    const hash = async () => (await test.store.getChargePoint(chargePointId))?.passwordHash
    const first = await ask(test, chargePoint, ...change('AuthorizationKey', 'abcdefghijklmnop'))
    test.clock.advance(60)
    const second = await ask(test, chargePoint, ...change('AuthorizationKey', 'ponmlkjihgfedcba'))
    await chargePoint.answer(second.messageId, { status: 'Accepted' })
    expect(await hash()).toBe(second.sealed)
    await chargePoint.answer(first.messageId, { status: 'Accepted' })
    expect(await hash()).toBe(second.sealed)
  })

  it('only a reading of our own is noted as such', async () => {
    const chargePoint = await aChargePoint(test)
    const reading = async () => (await test.store.getFacts(chargePoint.chargePointId)).reading
    await ask(test, chargePoint, 'GetConfiguration', {}, { origin: 'somebody' })
    expect(await reading()).toBeUndefined()
    await ask(test, chargePoint, 'GetConfiguration', {}, { origin: 'busbar' })
    expect(await reading()).toMatchObject({ askedAt: test.clock.iso() })
  })

  it('keeps what can be kept where a name cannot', async () => {
    const chargePoint = await aChargePoint(test)
    const configurationKey = ['', '__proto__', 'constructor', 'toString', 'A'].map((key) => ({
      key,
      readonly: false,
      value: '1',
    }))
    await askAndAnswer(test, chargePoint, 'GetConfiguration', {}, { configurationKey })
    const keys = async () =>
      Object.keys((await test.store.getConfiguration(chargePoint.chargePointId))?.keys ?? {}).sort()
    expect(await keys()).toEqual(['A', 'toString'])
    for (const key of ['__proto__', 'constructor'])
      await askAndAnswer(test, chargePoint, ...change(key, '2'), { status: 'Accepted' })
    expect(await keys()).toEqual(['A', 'toString'])
    expect((await test.store.getLive(chargePoint.chargePointId))?.inFlight).toBeUndefined()
  })
})
