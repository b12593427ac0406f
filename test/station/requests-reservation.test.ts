import { describe, expect, test } from 'vitest'
import { accepted } from './harness.ts'

const inAnHour = '2026-11-21T09:00:00.000Z'

describe('ReserveNow and CancelReservation (§5.13, §5.1)', () => {
  const reservation = { connectorId: 1, expiryDate: inAnHour, idTag: 'TAG001', reservationId: 5 }

  test('reserved for one tag, whose start names the reservation', async () => {
    const { system, station } = await accepted()
    expect(await system.request('ReserveNow', reservation)).toEqual({ status: 'Accepted' })
    await station.idle()
    expect(system.statuses(1).at(-1)).toBe('Reserved')
    await expect(station.start(1, 'TAG002')).rejects.toThrow('reserved for somebody else')
    expect(await system.request('RemoteStartTransaction', { idTag: 'TAG002', connectorId: 1 })).toEqual({
      status: 'Rejected',
    })
    await station.start(1, 'tag001')
    expect(system.payloads('StartTransaction')).toMatchObject([{ reservationId: 5 }])
    expect(await system.request('CancelReservation', { reservationId: 5 })).toEqual({ status: 'Rejected' })
  })

  test('a tag of the same parent may use it', async () => {
    const { system, station } = await accepted()
    await system.request('ReserveNow', { ...reservation, parentIdTag: 'FAMILY' })
    await expect(station.start(1, 'TAG003')).rejects.toThrow('reserved')
    system.answers.Authorize = { idTagInfo: { status: 'Accepted', parentIdTag: 'family' } }
    await station.authorize('TAG003')
    await station.start(1, 'TAG003')
    expect(system.payloads('StartTransaction')).toMatchObject([{ reservationId: 5, idTag: 'TAG003' }])
  })

  test('it ends when it is cancelled, and when its time is over', async () => {
    const { system, station, time } = await accepted()
    await system.request('ReserveNow', reservation)
    expect(await system.request('CancelReservation', { reservationId: 6 })).toEqual({ status: 'Rejected' })
    expect(await system.request('CancelReservation', { reservationId: 5 })).toEqual({ status: 'Accepted' })
    await system.request('ReserveNow', reservation)
    await station.idle()
    await system.request('ChangeConfiguration', { key: 'HeartbeatInterval', value: '0' })
    time.advance(3_600_000)
    await station.idle()
    expect(system.statuses(1)).toEqual(['Available', 'Reserved', 'Available', 'Reserved', 'Available'])
  })

  test('a fault ends it', async () => {
    const { system, station } = await accepted()
    await system.request('ReserveNow', reservation)
    station.fault(1, 'OtherError')
    station.fault(1)
    await station.idle()
    expect(system.statuses(1)).toEqual(['Available', 'Reserved', 'Faulted', 'Available'])
  })

  test('the verdicts', async () => {
    const { system, station } = await accepted({ connectors: 5 })
    const verdict = async (more: Record<string, unknown>) =>
      (await system.request('ReserveNow', { ...reservation, reservationId: 9, ...more })).status
    await station.start(1, 'TAG001')
    station.fault(2, 'OtherError')
    await system.request('ChangeAvailability', { connectorId: 3, type: 'Inoperative' })
    await system.request('ReserveNow', { ...reservation, connectorId: 4 })
    expect(await verdict({ connectorId: 1 })).toBe('Occupied')
    expect(await verdict({ connectorId: 2 })).toBe('Faulted')
    expect(await verdict({ connectorId: 3 })).toBe('Unavailable')
    expect(await verdict({ connectorId: 4 })).toBe('Occupied')
    expect(await verdict({ connectorId: 4, reservationId: 5, idTag: 'TAG007' })).toBe('Accepted')
    expect(await verdict({ connectorId: 6 })).toBe('Rejected')
    expect(await verdict({ connectorId: 5, expiryDate: '2026-11-21T07:59:00Z' })).toBe('Rejected')
  })

  test('connector 0: one connector is kept free, whichever', async () => {
    const { system, station } = await accepted({ connectors: 2 })
    expect(await system.request('ReserveNow', { ...reservation, connectorId: 0 })).toEqual({
      status: 'Accepted',
    })
    await station.start(1, 'TAG002')
    await expect(station.start(2, 'TAG003')).rejects.toThrow('reserved')
    expect(await system.request('ReserveNow', { ...reservation, reservationId: 6 })).toEqual({
      status: 'Occupied',
    })
    await station.start(2, 'TAG001')
    expect(system.payloads('StartTransaction').at(-1)).toMatchObject({ connectorId: 2, reservationId: 5 })
  })

  test.each([
    ['ChangeAvailability', 'Unavailable'],
    ['fault', 'Faulted'],
  ])('connector 0 with all connectors down by %s: %s', async (how, status) => {
    const { system, station } = await accepted({ connectors: 2 })
    for (const connectorId of [1, 2]) {
      if (how === 'fault') station.fault(connectorId, 'OtherError')
      else await system.request('ChangeAvailability', { connectorId, type: 'Inoperative' })
    }
    expect(await system.request('ReserveNow', { ...reservation, connectorId: 0 })).toEqual({ status })
  })

  test('connector 0 is Rejected without ReserveConnectorZeroSupported', async () => {
    const { system } = await accepted({ configuration: { ReserveConnectorZeroSupported: 'false' } })
    expect(await system.request('ReserveNow', { ...reservation, connectorId: 0 })).toEqual({
      status: 'Rejected',
    })
  })
})
