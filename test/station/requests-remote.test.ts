import { describe, expect, test } from 'vitest'
import { profile } from './charging-profile.ts'
import { accepted } from './harness.ts'

describe('RemoteStartTransaction and RemoteStopTransaction (§5.11, §5.12)', () => {
  test('the driver plugs in, the tag is authorized, it charges; remotely stopped, the driver leaves', async () => {
    const { system, station, time } = await accepted()
    expect(await system.request('RemoteStartTransaction', { idTag: 'APP1' })).toEqual({ status: 'Accepted' })
    await system.next('Authorize')
    await station.idle()
    expect(system.statuses(1)).toEqual(['Available', 'Preparing'])
    time.advance(2_000)
    await station.idle()
    expect(system.payloads('StartTransaction')).toMatchObject([{ connectorId: 1, idTag: 'APP1' }])
    expect(await system.request('RemoteStopTransaction', { transactionId: 102 })).toEqual({
      status: 'Rejected',
    })
    expect(await system.request('RemoteStopTransaction', { transactionId: 101 })).toEqual({
      status: 'Accepted',
    })
    await station.idle()
    expect(system.payloads('StopTransaction')).toMatchObject([{ transactionId: 101, reason: 'Remote' }])
    time.advance(2_000)
    await station.idle()
    expect(system.statuses(1).slice(2)).toEqual(['Charging', 'Finishing', 'Available'])
  })

  test('AuthorizeRemoteTxRequests false: without asking; a cable that is in is preferred', async () => {
    const { system, station } = await accepted({ configuration: { AuthorizeRemoteTxRequests: 'false' } })
    station.plug(2)
    await system.request('RemoteStartTransaction', { idTag: 'APP1' })
    expect((await system.next('StartTransaction')).payload).toMatchObject({ connectorId: 2 })
    await station.idle()
    expect(system.payloads('Authorize')).toHaveLength(0)
  })

  test('a tag that is refused starts nothing', async () => {
    const { system, station } = await accepted()
    system.answers.Authorize = { idTagInfo: { status: 'Blocked' } }
    expect(await system.request('RemoteStartTransaction', { idTag: 'APP1', connectorId: 2 })).toEqual({
      status: 'Accepted',
    })
    await system.next('Authorize')
    await station.idle()
    expect(system.statuses(2)).toEqual(['Available', 'Preparing', 'Available'])
    expect(system.payloads('StartTransaction')).toHaveLength(0)
  })

  test('whoever starts in the meantime is not disturbed by the answer', async () => {
    const { system, station } = await accepted()
    system.isSilent = true
    system.answers.Authorize = undefined
    station.plug(1)
    await system.request('RemoteStartTransaction', { idTag: 'APP1', connectorId: 1 })
    await system.next('Authorize')
    const start = station.start(1, 'TAG001')
    station.cut()
    expect(system.payloads('StartTransaction')).toHaveLength(0)
    await station.authorize('TAG001')
    expect(station.status().connectors[0]?.transaction?.idTag).toBe('TAG001')
    expect(station.status().connectors[0]?.status).toBe('Charging')
    station.close()
    await start
  })

  test('nobody plugs in: it ends with ConnectionTimeOut; in time, it starts', async () => {
    const { system, station, time } = await accepted({
      driverActs: false,
      configuration: { ConnectionTimeOut: '90' },
    })
    await system.request('RemoteStartTransaction', { idTag: 'APP1', connectorId: 1 })
    await station.idle()
    expect(await system.request('RemoteStartTransaction', { idTag: 'APP2', connectorId: 1 })).toEqual({
      status: 'Rejected',
    })
    time.advance(90_000)
    await station.idle()
    expect(system.statuses(1)).toEqual(['Available', 'Preparing', 'Available'])
    await system.request('RemoteStartTransaction', { idTag: 'APP1', connectorId: 1 })
    await station.idle()
    time.advance(60_000)
    station.plug(1)
    await station.idle()
    time.advance(60_000)
    expect(station.status().connectors[0]?.status).toBe('Charging')
  })

  test.each([
    ['an unknown connector', { idTag: 'A', connectorId: 9 }],
    ['connector 0', { idTag: 'A', connectorId: 0 }],
    ['a connector in use', { idTag: 'A', connectorId: 1 }],
    ['a profile that is no TxProfile', { idTag: 'A', connectorId: 2, chargingProfile: profile() }],
    [
      'a profile with a transactionId',
      {
        idTag: 'A',
        connectorId: 2,
        chargingProfile: profile({ chargingProfilePurpose: 'TxProfile', transactionId: 1 }),
      },
    ],
  ])('%s is Rejected', async (_, payload) => {
    const { system, station } = await accepted()
    await station.start(1, 'TAG001')
    expect(await system.request('RemoteStartTransaction', payload)).toEqual({ status: 'Rejected' })
  })

  test('its profile limits the transaction', async () => {
    const { system, station } = await accepted({ configuration: { AuthorizeRemoteTxRequests: 'false' } })
    station.plug(1)
    const chargingProfile = profile({ chargingProfilePurpose: 'TxProfile', chargingProfileKind: 'Relative' })
    await system.request('RemoteStartTransaction', { idTag: 'APP1', connectorId: 1, chargingProfile })
    await station.idle()
    expect(station.status().connectors[0]?.powerW).toBe(3000)
  })
})
