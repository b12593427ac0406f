import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  aChargePoint,
  anIdTag,
  startSystem,
  type TestChargePoint,
  type TestSystem,
} from '../support/system.ts'
import { ask, askAndAnswer, refusedFor, sentTo, settleAgain } from './asking.ts'

describe('SendLocalList and GetLocalListVersion (§5.15, §5.10)', () => {
  let test: TestSystem
  beforeEach(async () => {
    test = await startSystem()
  })
  afterEach(() => test.stop())

  const listOf = ({ chargePointId }: TestChargePoint) => test.store.getLocalList(chargePointId)
  const lists = (chargePoint: TestChargePoint) =>
    sentTo(test, chargePoint).filter(({ action }) => action === 'SendLocalList')
  const last = (chargePoint: TestChargePoint) => lists(chargePoint).at(-1)
  /** Sends a list, and answers it and whatever follows it. */
  const send = async (chargePoint: TestChargePoint, payload: object = {}, status = 'Accepted') => {
    test.clock.advance(1)
    const before = lists(chargePoint).length
    await ask(test, chargePoint, 'SendLocalList', payload)
    for (let position = before; position < lists(chargePoint).length; position++) {
      test.clock.advance(1)
      await chargePoint.answer(lists(chargePoint)[position]?.messageId, { status })
    }
    return lists(chargePoint)
      .slice(before)
      .map(({ payload: sent }) => sent)
  }
  const limits = (chargePoint: TestChargePoint, values: Record<string, string>) =>
    askAndAnswer(
      test,
      chargePoint,
      'GetConfiguration',
      {},
      {
        configurationKey: Object.entries(values).map(([key, value]) => ({ key, value, readonly: true })),
      },
    )

  it('makes a Full list of our tags, every one with its verdict', async () => {
    const chargePoint = await aChargePoint(test)
    await anIdTag(test, { idTag: 'A', parentIdTag: 'Group', expiryDate: '2027-01-01T00:00:00.000Z' })
    await anIdTag(test, { idTag: 'B', blocked: true })
    await anIdTag(test, { idTag: 'C', expiryDate: '2026-01-01T00:00:00.000Z' })
    await anIdTag(test, { idTag: 'D', maxActiveTransactions: 0 })
    expect(await send(chargePoint)).toEqual([
      {
        listVersion: 1,
        updateType: 'Full',
        localAuthorizationList: [
          {
            idTag: 'A',
            idTagInfo: { status: 'Accepted', parentIdTag: 'Group', expiryDate: '2027-01-01T00:00:00.000Z' },
          },
          { idTag: 'B', idTagInfo: { status: 'Blocked' } },
          { idTag: 'C', idTagInfo: { status: 'Expired', expiryDate: '2026-01-01T00:00:00.000Z' } },
          { idTag: 'D', idTagInfo: { status: 'Blocked' } },
        ],
      },
    ])
    expect(await listOf(chargePoint)).toMatchObject({ version: 1, at: test.clock.iso() })
    expect(Object.keys((await listOf(chargePoint))?.entries ?? {})).toEqual(['a', 'b', 'c', 'd'])
  })

  it('then what differs: new, changed, gone', async () => {
    const chargePoint = await aChargePoint(test)
    for (const idTag of ['Same', 'Changed', 'Gone']) await anIdTag(test, { idTag })
    await send(chargePoint)
    await anIdTag(test, { idTag: 'New' })
    await test.store.updateIdTag('Changed', { blocked: true }, test.clock.iso())
    await test.store.deleteIdTag('Gone')
    expect(await send(chargePoint)).toEqual([
      {
        listVersion: 2,
        updateType: 'Differential',
        localAuthorizationList: [
          { idTag: 'gone' },
          { idTag: 'Changed', idTagInfo: { status: 'Blocked' } },
          { idTag: 'New', idTagInfo: { status: 'Accepted' } },
        ],
      },
    ])
    expect(await send(chargePoint)).toEqual([
      { listVersion: 3, updateType: 'Differential', localAuthorizationList: [] },
    ])
    expect(await send(chargePoint, { updateType: 'Full' })).toMatchObject([
      { listVersion: 4, updateType: 'Full', localAuthorizationList: [{}, {}, {}] },
    ])
  })

  it('of more tags than one message takes, as many messages as it takes', async () => {
    const chargePoint = await aChargePoint(test)
    await limits(chargePoint, { sendLocalListMaxLength: '2', LocalAuthListMaxLength: '100' })
    for (const idTag of ['A', 'B', 'C', 'D', 'E']) await anIdTag(test, { idTag })
    const sent = await send(chargePoint)
    const tags = ({ localAuthorizationList }: any) => localAuthorizationList.map(({ idTag }: any) => idTag)
    expect(sent.map(({ updateType, listVersion }) => [updateType, listVersion])).toEqual([
      ['Full', 1],
      ['Differential', 2],
      ['Differential', 3],
    ])
    expect(sent.map(tags)).toEqual([['A', 'B'], ['C', 'D'], ['E']])
    expect(Object.keys((await listOf(chargePoint))?.entries ?? {})).toHaveLength(5)
  })

  it('of more tags than the list takes, first those that may charge', async () => {
    const chargePoint = await aChargePoint(test)
    await limits(chargePoint, { LocalAuthListMaxLength: '2' })
    await anIdTag(test, { idTag: 'A', blocked: true })
    for (const idTag of ['B', 'C']) await anIdTag(test, { idTag })
    expect(await send(chargePoint)).toMatchObject([
      { localAuthorizationList: [{ idTag: 'B' }, { idTag: 'C' }] },
    ])
  })

  it('keeps a message below the size of a frame', async () => {
    const chargePoint = await aChargePoint(test)
    await limits(chargePoint, { SendLocalListMaxLength: '5000', LocalAuthListMaxLength: '5000' })
    for (let tag = 0; tag < 400; tag++)
      await anIdTag(test, {
        idTag: `${'é'.repeat(16)}${1000 + tag}`,
        parentIdTag: 'P'.repeat(20),
        expiryDate: '2027-01-01T00:00:00.000Z',
      })
    const sent = await send(chargePoint)
    expect(sent.length).toBeGreaterThan(1)
    for (const payload of sent) expect(Buffer.byteLength(JSON.stringify(payload))).toBeLessThan(29_000)
    expect(Object.keys((await listOf(chargePoint))?.entries ?? {})).toHaveLength(400)
  })

  it.each(['VersionMismatch', 'Failed'])(
    'a Differential answered %s is followed by one Full',
    async (status) => {
      const chargePoint = await aChargePoint(test)
      await anIdTag(test, { idTag: 'A' })
      await send(chargePoint)
      await anIdTag(test, { idTag: 'B' })
      expect((await send(chargePoint, {}, status)).map(({ updateType }) => updateType)).toEqual([
        'Differential',
        'Full',
      ])
      expect(await listOf(chargePoint)).not.toHaveProperty('entries')
      expect(await send(chargePoint)).toMatchObject([
        { updateType: 'Full', localAuthorizationList: [{}, {}] },
      ])
    },
  )

  describe('to a station that takes a Full list and no Differential', () => {
    const types = async (chargePoint: TestChargePoint, payload: object = {}) => {
      test.clock.advance(1)
      const before = lists(chargePoint).length
      await ask(test, chargePoint, 'SendLocalList', payload)
      for (let position = before; position < lists(chargePoint).length && position < before + 9; position++) {
        const { messageId, payload: sent } = lists(chargePoint)[position] ?? {}
        test.clock.advance(1)
        await chargePoint.answer(messageId, { status: sent.updateType === 'Full' ? 'Accepted' : 'Failed' })
      }
      return lists(chargePoint)
        .slice(before)
        .map(({ payload: { updateType } }) => updateType)
    }
    const aStation = async () => {
      const chargePoint = await aChargePoint(test)
      await limits(chargePoint, { SendLocalListMaxLength: '2' })
      for (const idTag of ['A', 'B', 'C']) await anIdTag(test, { idTag })
      return chargePoint
    }

    it('the Full that mends is sent once, whoever asks, and a day later once more', async () => {
      const chargePoint = await aStation()
      expect(await types(chargePoint)).toEqual(['Full', 'Differential', 'Full', 'Differential'])
      expect(await listOf(chargePoint)).not.toHaveProperty('entries')
      expect(await types(chargePoint, { updateType: 'Full' })).toEqual(['Full', 'Differential'])
      test.clock.advance(24 * 3600)
      expect(await types(chargePoint)).toEqual(['Full', 'Differential', 'Full', 'Differential'])
    })

    it('it may be mended anew once it had all of it', async () => {
      const chargePoint = await aStation()
      await types(chargePoint)
      await limits(chargePoint, { SendLocalListMaxLength: '9' })
      expect(await types(chargePoint)).toEqual(['Full'])
      expect(await listOf(chargePoint)).not.toHaveProperty('mended')
      await anIdTag(test, { idTag: 'D' })
      expect(await types(chargePoint)).toEqual(['Differential', 'Full'])
      expect(Object.keys((await listOf(chargePoint))?.entries ?? {})).toHaveLength(4)
    })

    it('the mismatch settled again asks for the same Full again', async () => {
      const chargePoint = await aStation()
      await types(chargePoint)
      const { chargePointId } = chargePoint
      const messageId = lists(chargePoint)[1]?.messageId
      const call = await test.store.getCall(chargePointId, messageId)
      if (!call) throw new Error('there is no such call')
      const followUps = [{ action: 'SendLocalList', payload: { updateType: 'Full' } }]
      expect(await settleAgain(test, call, { status: 'Failed' })).toEqual(followUps)
      const last = await test.store.getCall(chargePointId, lists(chargePoint)[3]?.messageId)
      expect(last && (await settleAgain(test, last, { status: 'Failed' }))).toEqual([])
    })
  })

  it('settled again asks for the same again, and changes nothing', async () => {
    const chargePoint = await aChargePoint(test)
    await limits(chargePoint, { SendLocalListMaxLength: '1' })
    for (const idTag of ['A', 'B']) await anIdTag(test, { idTag })
    const call = await askAndAnswer(test, chargePoint, 'SendLocalList', {}, { status: 'Accepted' })
    const before = await listOf(chargePoint)
    test.clock.advance(1)
    const followUps = [{ action: 'SendLocalList', payload: { updateType: 'Differential' } }]
    expect(await settleAgain(test, call, { status: 'Accepted' })).toEqual(followUps)
    expect({ ...(await listOf(chargePoint)), at: '' }).toEqual({ ...before, at: '' })
    expect(lists(chargePoint)).toHaveLength(2)
  })

  it('a late answer does not undo what a later one told', async () => {
    const chargePoint = await aChargePoint(test)
    await anIdTag(test, { idTag: 'A' })
    const late = await ask(test, chargePoint, 'SendLocalList')
    test.clock.advance(60)
    const payload = { listVersion: 9, updateType: 'Full', localAuthorizationList: [] }
    await send(chargePoint, payload)
    test.clock.advance(60)
    await chargePoint.answer(late.messageId, { status: 'Accepted' })
    expect(await listOf(chargePoint)).toMatchObject({ version: 9, entries: {} })
  })

  it('NotSupported: there is no list', async () => {
    const chargePoint = await aChargePoint(test)
    await send(chargePoint, {}, 'NotSupported')
    expect(await listOf(chargePoint)).toEqual({ version: -1, at: test.clock.iso() })
    expect((await send(chargePoint))[0]).toMatchObject({ listVersion: 1, updateType: 'Full' })
  })

  describe("an operator's own list", () => {
    const line = (idTag: string, more: object = { idTagInfo: { status: 'Accepted' } }) => ({ idTag, ...more })

    it.each([
      ['version 0', { listVersion: 0, updateType: 'Full' }, ['listVersion']],
      ['version -1', { listVersion: -1, updateType: 'Differential' }, ['listVersion']],
      [
        'a tag twice',
        { listVersion: 1, updateType: 'Full', localAuthorizationList: [line('A'), line('a')] },
        ['localAuthorizationList[1].idTag'],
      ],
      [
        'a Full line without verdict',
        { listVersion: 1, updateType: 'Full', localAuthorizationList: [line('A', {})] },
        ['localAuthorizationList[0].idTagInfo'],
      ],
      ['a list without version', { updateType: 'Full', localAuthorizationList: [] }, ['listVersion']],
      ['no type', { listVersion: 1 }, ['updateType']],
      ['an unheard-of type', { updateType: 'Half' }, ['updateType']],
      [
        'lines that are none',
        { listVersion: 1, updateType: 'Full', localAuthorizationList: [null] },
        ['localAuthorizationList[0].idTagInfo'],
      ],
    ])('is not sent with %s', async (_, payload, paths) => {
      expect(await refusedFor(test, await aChargePoint(test), 'SendLocalList', payload)).toEqual(paths)
    })

    it('is sent as it is, is known from then on, and nothing follows it', async () => {
      const chargePoint = await aChargePoint(test)
      await anIdTag(test, { idTag: 'A' })
      const full = { listVersion: 5, updateType: 'Full', localAuthorizationList: [line('X'), line('Y')] }
      expect(await send(chargePoint, full)).toEqual([full])
      await send(chargePoint, {
        listVersion: 6,
        updateType: 'Differential',
        localAuthorizationList: [line('x', {})],
      })
      expect(await listOf(chargePoint)).toMatchObject({ version: 6, entries: { y: 'Accepted||' } })
      expect(await listOf(chargePoint)).not.toHaveProperty('entries.x')
      const mismatch = { listVersion: 6, updateType: 'Differential' }
      expect(await send(chargePoint, mismatch, 'VersionMismatch')).toHaveLength(1)
      expect(await listOf(chargePoint)).toMatchObject({ version: 6, entries: { y: 'Accepted||' } })
    })

    it('that amends an unknown list leaves it unknown', async () => {
      const chargePoint = await aChargePoint(test)
      await send(chargePoint, {
        listVersion: 5,
        updateType: 'Differential',
        localAuthorizationList: [line('X')],
      })
      expect(await listOf(chargePoint)).toEqual({ version: 5, at: test.clock.iso() })
      expect(last(chargePoint)?.payload).toMatchObject({ listVersion: 5 })
    })
  })

  it.each([
    ['what we know', 1, { version: 1, entries: { a: 'Accepted||' } }],
    ['another version: what is in it is unknown', 7, { version: 7 }],
    ['an empty list', 0, { version: 0, entries: {} }],
    ['no lists at all', -1, { version: -1 }],
  ])('the version tells %s', async (_, listVersion, expected) => {
    const chargePoint = await aChargePoint(test)
    await anIdTag(test, { idTag: 'A' })
    await send(chargePoint)
    test.clock.advance(1)
    await askAndAnswer(test, chargePoint, 'GetLocalListVersion', {}, { listVersion })
    const { at: _at, ...list } = (await listOf(chargePoint)) ?? {}
    expect(list).toEqual(expected)
  })
})
