import { describe, expect, test } from 'vitest'
import { until } from './central-system.ts'
import { accepted, scene } from './harness.ts'

describe('the connection (OCPP-J §3, §5)', () => {
  test('a reconnect sends no BootNotification (§5.4), but what has changed meanwhile', async () => {
    const { system, station, time } = await accepted()
    system.cut()
    await until(() => station.status().connection === 'connecting')
    station.plug(2)
    station.unplug(2)
    station.plug(1)
    time.advance(2_000)
    await until(() => system.connections === 2)
    await station.idle()
    expect(system.payloads('BootNotification')).toHaveLength(1)
    expect(
      system.calls.filter(({ connection }) => connection === 2).map(({ payload }) => payload),
    ).toMatchObject([{ connectorId: 1, status: 'Preparing' }])
  })

  test('a status nobody confirmed is told again', async () => {
    const { system, station, time } = await accepted()
    system.isSilent = true
    system.answers.StatusNotification = undefined
    station.plug(1)
    await until(() => system.statuses(1).at(-1) === 'Preparing')
    system.answers.StatusNotification = {}
    station.cut()
    await new Promise((resolve) => setImmediate(resolve))
    time.advance(2_000)
    await until(() => system.connections === 2)
    await station.idle()
    expect(system.statuses(1)).toEqual(['Available', 'Preparing', 'Preparing'])
  })

  test('an unanswered CALL ends with its connection', async () => {
    const { system, station } = await accepted()
    system.isSilent = true
    system.answers.DataTransfer = undefined
    const call = station.call('DataTransfer', { vendorId: 'V' })
    await system.next('DataTransfer')
    station.cut()
    await expect(call).rejects.toMatchObject({ reason: 'Offline' })
    expect(station.status().calls.interrupted).toBe(1)
  })

  test('it tries again ever later, up to a minute, also when the central system does not know it', async () => {
    const { system, station, time, events } = await scene()
    system.refuses = 404
    void station.connect()
    const waits: number[] = []
    for (let attempt = 1; attempt <= 8; attempt += 1) {
      await until(() => events.length === attempt)
      waits.push(time.untilNext)
      if (attempt < 8) time.advance(time.untilNext)
    }
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000])
    const why = 'no connection (HTTP 404: it does not know this charge point, or the address is another one)'
    expect(events[0]).toBe(`${why}; trying again in 1.0 s`)
    expect(station.status().trouble).toBe(why)
    system.refuses = undefined
    time.advance(60_000)
    expect(await station.accepted()).toBe(true)
    await station.idle()
    station.cut()
    expect(events.at(-1)).toBe('cut; trying again in 1.0 s')
  })

  test('pings go out every WebSocketPingInterval; a connection that answers none is given up', async () => {
    const { system, station, time } = await accepted({ configuration: { WebSocketPingInterval: '20' } })
    time.advance(20_000)
    await until(() => system.pings === 1)
    await system.request('GetLocalListVersion')
    time.advance(20_000)
    await until(() => system.pings === 2)
    await system.request('GetLocalListVersion')
    time.advance(40_000)
    await until(() => station.status().connection !== 'open')
  })

  test('close leaves no timer behind and answers those who wait', async () => {
    const { station, time } = await scene({ configuration: { MeterValueSampleInterval: '10' } })
    const accepting = station.accepted()
    await station.connect()
    const start = station.start(1, 'TAG001')
    station.close()
    expect((await start).delivered).toBe(false)
    expect(typeof (await accepting)).toBe('boolean')
    void station.start(2, 'TAG001')
    expect(time.pending).toBe(0)
  })
})
