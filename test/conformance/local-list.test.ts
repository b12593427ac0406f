import { describe, expect, it } from 'vitest'
import { centralSystem } from './stage.ts'
import type { Station } from './station.ts'

const OWN_LIST = [
  { idTag: 'A1', idTagInfo: { status: 'Accepted', parentIdTag: 'FLEET' } },
  { idTag: 'B2', idTagInfo: { status: 'Blocked' } },
]
const OWN_FULL = { listVersion: 5, updateType: 'Full', localAuthorizationList: OWN_LIST }

describe('Local authorization list', () => {
  const { api, station, idTag, command, ended, chargePoint, read } = centralSystem()

  const listOf = (cp: Station) => chargePoint(cp, '/local-list')

  /** What all our tags come to in a list. */
  async function wholeList(): Promise<object[]> {
    const { items } = await read('/id-tags?limit=100')
    return items.map(({ idTag, blocked, parentIdTag, expiryDate }: any) => ({
      idTag,
      idTagInfo: {
        status: blocked ? 'Blocked' : 'Accepted',
        ...(parentIdTag ? { parentIdTag } : {}),
        ...(expiryDate ? { expiryDate } : {}),
      },
    }))
  }

  /** A charge point with the list that we made of our tags. */
  async function listedStation(): Promise<Station> {
    const cp = await station()
    await idTag()
    cp.on('SendLocalList', { status: 'Accepted' })
    const call = await command(cp, 'SendLocalList', { updateType: 'Full' })
    expect(call.response).toEqual({ status: 'Accepted' })
    return cp
  }

  it.each([
    ['TC_042_1_CSMS GetLocalListVersion, lists not supported', -1, { version: -1 }],
    ['TC_042_2_CSMS GetLocalListVersion, empty list', 0, { version: 0, entries: 0 }],
  ])('%s: the version is known', async (_, listVersion, known) => {
    const cp = await station()
    cp.on('GetLocalListVersion', { listVersion })
    const call = await command(cp, 'GetLocalListVersion')
    expect(cp.received('GetLocalListVersion')).toEqual([{ messageId: call.messageId, payload: {} }])
    expect(call).toMatchObject({ status: 'Answered', response: { listVersion } })
    const { at, ...list } = await listOf(cp)
    expect(list).toEqual(known)
    expect(at).toBe(call.closedAt)
  })

  it.each([
    ['of our tags', { updateType: 'Full' }],
    ['of an operator’s own', OWN_FULL],
  ])('TC_043_1_CSMS SendLocalList Full %s NotSupported: there is no list', async (_, payload) => {
    const cp = await station()
    cp.on('SendLocalList', { status: 'NotSupported' })
    const call = await command(cp, 'SendLocalList', payload)
    expect(call).toMatchObject({ status: 'Answered', response: { status: 'NotSupported' } })
    expect(cp.received('SendLocalList')).toHaveLength(1)
    const { version, entries } = await listOf(cp)
    expect({ version, entries }).toEqual({ version: -1 })
  })

  it.each([
    ['of our tags', { updateType: 'Full' }],
    ['of an operator’s own', OWN_FULL],
  ])('TC_043_3_CSMS SendLocalList Full %s Failed: what was known of the list stays', async (_, payload) => {
    const cp = await station()
    cp.on('GetLocalListVersion', { listVersion: 3 })
    await command(cp, 'GetLocalListVersion')
    const before = await listOf(cp)
    cp.on('SendLocalList', { status: 'Failed' })
    const call = await command(cp, 'SendLocalList', payload)
    expect(call).toMatchObject({ status: 'Answered', response: { status: 'Failed' } })
    expect(await listOf(cp)).toEqual(before)
    expect(cp.received('SendLocalList')).toHaveLength(1)
  })

  it('TC_043_4_CSMS SendLocalList Full of our tags: every entry has idTagInfo, and the list is known', async () => {
    await idTag({ parentIdTag: 'FLEET', expiryDate: '2099-01-01T00:00:00.000Z' })
    await idTag({ blocked: true })
    const cp = await station()
    cp.on('SendLocalList', { status: 'Accepted' })
    const call = await command(cp, 'SendLocalList', { updateType: 'Full' })
    const localAuthorizationList = await wholeList()
    expect(cp.received('SendLocalList')).toEqual([
      {
        messageId: call.messageId,
        payload: { listVersion: 1, updateType: 'Full', localAuthorizationList },
      },
    ])
    expect(call).toMatchObject({ status: 'Answered', response: { status: 'Accepted' }, composed: true })
    expect(await listOf(cp)).toMatchObject({ version: 1, entries: localAuthorizationList.length })
  })

  it('TC_043_4_CSMS SendLocalList Full of an operator’s own: sent as given, and the list is known', async () => {
    const cp = await station()
    cp.on('SendLocalList', { status: 'Accepted' })
    const call = await command(cp, 'SendLocalList', OWN_FULL)
    expect(cp.received('SendLocalList')).toEqual([{ messageId: call.messageId, payload: OWN_FULL }])
    expect(await listOf(cp)).toMatchObject({ version: 5, entries: 2 })

    const withoutInfo = { ...OWN_FULL, localAuthorizationList: [{ idTag: 'A1' }] }
    const request = { action: 'SendLocalList', payload: withoutInfo }
    const { status } = await api('POST', `/charge-points/${cp.chargePointId}/calls`, request)
    expect(status).toBe(400)
    expect(cp.received('SendLocalList')).toHaveLength(1)
  })

  it('TC_043_5_CSMS SendLocalList Differential of our tags: what differs, with a greater version', async () => {
    const cp = await listedStation()
    const { version, entries } = await listOf(cp)
    cp.on('GetLocalListVersion', { listVersion: version })
    await command(cp, 'GetLocalListVersion')
    const added = await idTag()
    const removed = await idTag()
    await command(cp, 'SendLocalList', { updateType: 'Differential' })
    await api('DELETE', `/id-tags/${removed}`)
    await command(cp, 'SendLocalList', { updateType: 'Differential' })
    expect(cp.received('SendLocalList').map(({ payload }) => payload)).toEqual([
      expect.objectContaining({ listVersion: version, updateType: 'Full' }),
      {
        listVersion: version + 1,
        updateType: 'Differential',
        localAuthorizationList: [
          { idTag: added, idTagInfo: { status: 'Accepted' } },
          { idTag: removed, idTagInfo: { status: 'Accepted' } },
        ],
      },
      {
        listVersion: version + 2,
        updateType: 'Differential',
        localAuthorizationList: [{ idTag: expect.stringMatching(new RegExp(`^${removed}$`, 'i')) }],
      },
    ])
    expect(await listOf(cp)).toMatchObject({ version: version + 2, entries: entries + 1 })
  })

  it('TC_043_5_CSMS SendLocalList Differential of an operator’s own: sent as given, and the list is known', async () => {
    const cp = await station()
    cp.on('SendLocalList', { status: 'Accepted' })
    await command(cp, 'SendLocalList', OWN_FULL)
    const localAuthorizationList = [
      { idTag: 'A1' },
      { idTag: 'C3', idTagInfo: { status: 'Accepted' } },
      { idTag: 'D4', idTagInfo: { status: 'Accepted' } },
    ]
    const payload = { listVersion: 6, updateType: 'Differential', localAuthorizationList }
    const call = await command(cp, 'SendLocalList', payload)
    expect(cp.received('SendLocalList').at(-1)).toEqual({ messageId: call.messageId, payload })
    expect(await listOf(cp)).toMatchObject({ version: 6, entries: 3 })
  })

  it('TC_043_5_CSMS SendLocalList Differential VersionMismatch: the whole list follows', async () => {
    const cp = await listedStation()
    const { version } = await listOf(cp)
    await idTag()
    cp.on('SendLocalList', ({ updateType }) => ({
      status: updateType === 'Full' ? 'Accepted' : 'VersionMismatch',
    }))
    const call = await command(cp, 'SendLocalList', { updateType: 'Differential' })
    expect(call).toMatchObject({ status: 'Answered', response: { status: 'VersionMismatch' } })
    const [, , repair] = await cp.receives('SendLocalList', 3)
    const localAuthorizationList = await wholeList()
    expect(repair?.payload).toEqual({
      listVersion: expect.any(Number),
      updateType: 'Full',
      localAuthorizationList,
    })
    expect(repair?.payload.listVersion).toBeGreaterThan(version)
    expect(await ended(cp, String(repair?.messageId))).toMatchObject({ status: 'Answered' })
    expect(await listOf(cp)).toMatchObject({
      version: repair?.payload.listVersion,
      entries: localAuthorizationList.length,
    })
    expect(cp.received('SendLocalList')).toHaveLength(3)
  })
})
