import { describe, expect, test } from 'vitest'
import { until } from './central-system.ts'
import { accepted, scene } from './harness.ts'

const now = () => new Date().toISOString()

describe('boot (§4.2)', () => {
  test('an accepted station tells the status of all its connectors, itself first', async () => {
    const { system } = await accepted({
      connectors: 2,
      vendor: 'V',
      model: 'M',
      serial: 'S1',
      firmwareVersion: '2.1',
    })
    expect(system.calls.map(({ action }) => action)).toEqual([
      'BootNotification',
      'StatusNotification',
      'StatusNotification',
      'StatusNotification',
    ])
    expect(system.payloads('BootNotification')[0]).toEqual({
      chargePointVendor: 'V',
      chargePointModel: 'M',
      chargePointSerialNumber: 'S1',
      firmwareVersion: '2.1',
      meterType: 'Simulated',
    })
    expect(system.payloads('StatusNotification')).toMatchObject(
      [0, 1, 2].map((connectorId) => ({ connectorId, status: 'Available', errorCode: 'NoError' })),
    )
  })

  test('the connection URL holds the percent-encoded identity, the password goes as Basic credentials', async () => {
    const { system } = await accepted({ id: 'RDAM 1/2', password: Buffer.from([0, 1, 0xff]) })
    expect(system.attempts[0]?.path).toBe('/ocpp/RDAM%201%2F2')
    expect(system.attempts[0]?.headers['sec-websocket-protocol']).toBe('ocpp1.6')
    const credentials = Buffer.concat([Buffer.from('RDAM 1/2:'), Buffer.from([0, 1, 0xff])]).toString(
      'base64',
    )
    expect(system.attempts[0]?.headers.authorization).toBe(`Basic ${credentials}`)
  })

  test('while pending it boots again after the interval, says nothing else and answers', async () => {
    const { system, station, time } = await scene()
    system.answers.BootNotification = { status: 'Pending', currentTime: now(), interval: 45 }
    await station.connect()
    await station.idle()
    station.plug(1)
    const authorized = await station.authorize('TAG001')
    expect(authorized.status).toBe('Invalid')
    const { configurationKey } = await system.request('GetConfiguration', { key: ['NumberOfConnectors'] })
    expect(configurationKey).toEqual([{ key: 'NumberOfConnectors', readonly: true, value: '2' }])
    expect(await system.request('ChangeConfiguration', { key: 'HeartbeatInterval', value: '60' })).toEqual({
      status: 'Accepted',
    })
    expect(await system.request('RemoteStartTransaction', { idTag: 'TAG001' })).toEqual({
      status: 'Rejected',
    })
    time.advance(44_999)
    await station.idle()
    expect(system.calls).toHaveLength(1)
    system.answers.BootNotification = { status: 'Accepted', currentTime: now(), interval: 300 }
    time.advance(1)
    await station.accepted()
    await station.idle()
    expect(system.calls.map(({ action }) => action)).toEqual([
      'BootNotification',
      'BootNotification',
      ...Array(3).fill('StatusNotification'),
    ])
    expect(system.statuses(1)).toEqual(['Preparing'])
  })

  test('while pending it sends what TriggerMessage asks for', async () => {
    const { system, station } = await scene()
    system.answers.BootNotification = { status: 'Pending', currentTime: now(), interval: 45 }
    await station.connect()
    await station.idle()
    const trigger = { requestedMessage: 'StatusNotification', connectorId: 1 }
    expect(await system.request('TriggerMessage', trigger)).toEqual({ status: 'Accepted' })
    expect((await system.next('StatusNotification')).payload).toMatchObject({
      connectorId: 1,
      status: 'Available',
    })
    system.answers.BootNotification = { status: 'Accepted', currentTime: now(), interval: 300 }
    expect(await system.request('TriggerMessage', { requestedMessage: 'BootNotification' })).toEqual({
      status: 'Accepted',
    })
    expect(await station.accepted()).toBe(true)
  })

  test('while rejected it does not even answer, and waits its time out on a new connection, too', async () => {
    const { system, station, time } = await scene()
    system.answers.BootNotification = { status: 'Rejected', currentTime: now(), interval: 600 }
    await station.connect()
    await station.idle()
    let isAnswered = false
    void system.send('GetConfiguration').then(() => {
      isAnswered = true
    })
    system.sendText('[2,"broken"]')
    await until(() => station.status().calls.received === 2)
    system.cut()
    await until(() => station.status().connection === 'connecting')
    time.advance(2_000)
    await until(() => system.connections === 2)
    time.advance(597_000)
    await station.idle()
    expect(system.calls).toHaveLength(1)
    expect([isAnswered, system.strays]).toEqual([false, []])
    time.advance(1_000)
    await until(() => system.calls.length === 2)
  })

  test.each([
    ['an interval of 0', { status: 'Rejected', currentTime: now(), interval: 0 }],
    ['a CALLERROR', { error: 'InternalError' }],
    ['an answer nobody can read', { status: 'Perhaps' }],
  ])('%s: it chooses a wait of its own', async (_, answer) => {
    const { system, station, time } = await scene()
    system.answers.BootNotification = answer
    await station.connect()
    await station.idle()
    time.advance(29_999)
    await station.idle()
    expect(system.calls).toHaveLength(1)
    time.advance(1)
    await until(() => system.calls.length === 2)
  })

  test('no answer: it times out and tries again', async () => {
    const { system, station, time } = await scene()
    system.isSilent = true
    system.answers.BootNotification = undefined
    await station.connect()
    await until(() => system.calls.length === 1)
    time.advance(30_000)
    await station.idle()
    expect(station.status().calls).toMatchObject({ sent: 1, timedOut: 1 })
    time.advance(30_000)
    await until(() => system.calls.length === 2)
  })

  test('a missing field in the answer is read kindly where it can be, and noted', async () => {
    const { system, station, events } = await scene()
    system.answers.BootNotification = {
      status: 'accepted',
      currentTime: '2026-11-21 08:00:00',
      interval: '120',
    }
    await station.connect()
    expect(await station.accepted()).toBe(true)
    expect(events.filter((event) => event.includes('breaks the specification'))).not.toHaveLength(0)
  })
})

describe('heartbeat (§4.6)', () => {
  test('only after the whole interval without a word from the station', async () => {
    const { system, station, time } = await accepted()
    time.advance(200_000)
    await station.authorize('TAG001')
    time.advance(299_999)
    await station.idle()
    expect(system.payloads('Heartbeat')).toHaveLength(0)
    time.advance(1)
    await system.next('Heartbeat')
    await station.idle()
    time.advance(300_000)
    await system.next('Heartbeat')
  })

  test('HeartbeatInterval changes it at once, 0 ends it', async () => {
    const { system, station, time } = await accepted()
    await system.request('ChangeConfiguration', { key: 'heartbeatinterval', value: '10' })
    time.advance(10_000)
    await system.next('Heartbeat')
    await system.request('ChangeConfiguration', { key: 'HeartbeatInterval', value: '0' })
    await station.idle()
    time.advance(3_600_000)
    await station.idle()
    expect(system.payloads('Heartbeat')).toHaveLength(1)
  })
})
