import { describe, expect, test } from 'vitest'
import { accepted } from './harness.ts'

const entry = (idTag: string, status = 'Accepted') => ({ idTag, idTagInfo: { status } })

describe('SendLocalList and GetLocalListVersion (§5.15, §5.10)', () => {
  test('full, then differential: versions must grow', async () => {
    const { system, station } = await accepted({ configuration: { LocalPreAuthorize: 'true' } })
    const send = async (listVersion: number, updateType: string, localAuthorizationList?: unknown) => {
      const list = localAuthorizationList ? { localAuthorizationList } : {}
      return (await system.request('SendLocalList', { listVersion, updateType, ...list })).status
    }
    expect(await system.request('GetLocalListVersion')).toEqual({ listVersion: 0 })
    expect(await send(2, 'Full', [entry('A'), entry('B')])).toBe('Accepted')
    expect(await send(2, 'Differential', [entry('C')])).toBe('VersionMismatch')
    expect(await send(3, 'Differential', [entry('C'), { idTag: 'a' }, entry('B', 'Blocked')])).toBe(
      'Accepted',
    )
    expect(await system.request('GetLocalListVersion')).toEqual({ listVersion: 3 })
    expect(await station.authorize('c')).toEqual({ status: 'Accepted' })
    expect(system.payloads('Authorize')).toHaveLength(0)
    await station.authorize('A')
    await station.authorize('B')
    expect(system.payloads('Authorize')).toHaveLength(2)
    expect(await send(1, 'Full')).toBe('Accepted')
    expect(await system.request('GetLocalListVersion')).toEqual({ listVersion: 0 })
    expect(await send(1, 'Differential', [entry('A')])).toBe('VersionMismatch')
  })

  test('what the list knew is not in the cache (§3.5.3)', async () => {
    const { system, station } = await accepted()
    await station.authorize('A')
    await system.request('SendLocalList', {
      listVersion: 1,
      updateType: 'Full',
      localAuthorizationList: [entry('A')],
    })
    await system.request('SendLocalList', {
      listVersion: 2,
      updateType: 'Differential',
      localAuthorizationList: [{ idTag: 'A' }],
    })
    station.cut()
    expect(await station.authorize('A')).toEqual({ status: 'Invalid' })
  })

  test.each([
    ['version 0', { listVersion: 0, updateType: 'Full' }],
    [
      'an entry of a full list without idTagInfo',
      { listVersion: 1, updateType: 'Full', localAuthorizationList: [{ idTag: 'A' }] },
    ],
    [
      'the same tag twice',
      { listVersion: 1, updateType: 'Full', localAuthorizationList: [entry('A'), entry('a')] },
    ],
    [
      'more than SendLocalListMaxLength',
      { listVersion: 1, updateType: 'Full', localAuthorizationList: [entry('A'), entry('B'), entry('C')] },
    ],
  ])('%s: Failed, and nothing changes', async (_, payload) => {
    const { system } = await accepted({ configuration: { SendLocalListMaxLength: '2' } })
    expect(await system.request('SendLocalList', payload)).toEqual({ status: 'Failed' })
    expect(await system.request('GetLocalListVersion')).toEqual({ listVersion: 0 })
  })

  test('a list that is switched off: NotSupported, version -1', async () => {
    const { system } = await accepted({ configuration: { LocalAuthListEnabled: 'false' } })
    expect(await system.request('SendLocalList', { listVersion: 1, updateType: 'Full' })).toEqual({
      status: 'NotSupported',
    })
    expect(await system.request('GetLocalListVersion')).toEqual({ listVersion: -1 })
  })

  test('a list that says otherwise than the central system is reported (§3.5.2)', async () => {
    const { system, station } = await accepted()
    await system.request('SendLocalList', {
      listVersion: 1,
      updateType: 'Full',
      localAuthorizationList: [entry('A')],
    })
    system.answers.StartTransaction = { transactionId: 1, idTagInfo: { status: 'Blocked' } }
    await station.start(1, 'A')
    await station.idle()
    expect(system.payloads('StatusNotification')).toContainEqual(
      expect.objectContaining({ connectorId: 0, errorCode: 'LocalListConflict', status: 'Available' }),
    )
  })
})
