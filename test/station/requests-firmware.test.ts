import { createSign, generateKeyPairSync, randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { until } from './central-system.ts'
import { FileServer } from './file-server.ts'
import { accepted, type Scene } from './harness.ts'
import { certificateFor } from './signing-certificate.ts'

let server: FileServer

beforeEach(async () => {
  server = await FileServer.listen()
})
afterEach(() => server.close())

const statusesOf = ({ system }: Scene, action: string) => system.payloads(action).map(({ status }) => status)

describe('GetDiagnostics (§5.9)', () => {
  const told = (scene: Scene) => statusesOf(scene, 'DiagnosticsStatusNotification')

  test('the name of the file, then the file itself, which tells of the station and of no secret', async () => {
    const scene = await accepted({ id: 'CP 1/2' })
    const { system, station, time } = scene
    await system.request('ChangeConfiguration', { key: 'HeartbeatInterval', value: '77' })
    const location = `${server.url}/up/?signature=geheim`
    const fileName = 'diagnostics-CP_1_2-20261121T080000Z.log'
    expect(await system.request('GetDiagnostics', { location })).toEqual({ fileName })
    await until(() => told(scene).at(-1) === 'Uploaded')
    expect(told(scene)).toEqual(['Uploading', 'Uploaded'])
    expect(server.received).toMatchObject([{ method: 'PUT', path: `/up/${fileName}?signature=geheim` }])
    const content = server.received[0]?.body.toString() ?? ''
    expect(content).toContain('DIAGNOSTICS of CP 1/2')
    expect(content).toContain('connector 1: Available NoError')
    expect(content).toContain('HeartbeatInterval = 77')
    expect(content).toContain('"BootNotification"')
    expect(content).not.toContain('geheim')
    await system.request('TriggerMessage', { requestedMessage: 'DiagnosticsStatusNotification' })
    await station.idle()
    expect(told(scene).at(-1)).toBe('Idle')
    time.advance(3_600_000)
    await system.request('GetDiagnostics', { location, startTime: '2026-11-21T08:59:00Z' })
    await until(() => server.received.length === 2)
    expect(server.received[1]?.body.toString()).not.toContain('"BootNotification"')
  })

  test.each([
    ['to a server that refuses it', () => `${server.url}/up`],
    ['over FTP, which this station does not speak', () => 'ftp://example.com/up'],
  ])('%s: UploadFailed', async (_, location) => {
    server.serves = [500]
    const scene = await accepted()
    await scene.system.request('GetDiagnostics', { location: location() })
    await until(() => told(scene).length === 2)
    expect(told(scene)).toEqual(['Uploading', 'UploadFailed'])
  })
})

describe('GetLog (security whitepaper N01)', () => {
  const ask = ({ system }: Scene, remoteLocation: string, requestId = 5) =>
    system.request('GetLog', { logType: 'SecurityLog', requestId, log: { remoteLocation } })
  const told = ({ system }: Scene) => system.payloads('LogStatusNotification')

  test('the security log is sent, and every notification has the id of the request', async () => {
    const scene = await accepted()
    expect(await ask(scene, `${server.url}/log`)).toEqual({
      status: 'Accepted',
      filename: 'security-CP001-20261121T080000Z.log',
    })
    await until(() => told(scene).length === 2)
    expect(told(scene)).toEqual([
      { status: 'Uploading', requestId: 5 },
      { status: 'Uploaded', requestId: 5 },
    ])
    const content = server.received[0]?.body.toString()
    expect(content).toContain('SECURITY LOG of CP001')
    expect(content).toContain('connected to')
    expect(content).not.toContain('BootNotification')
  })

  test.each([
    ['ftp://example.com', 'NotSupportedOperation', 200],
    ['nowhere', 'BadMessage', 200],
    ['', 'PermissionDenied', 403],
    ['', 'UploadFailure', 500],
  ])('%s: %s', async (location, status, code) => {
    server.serves = [code]
    const scene = await accepted()
    await ask(scene, location || server.url)
    await until(() => told(scene).length === 2)
    expect(told(scene)[1]).toEqual({ status, requestId: 5 })
  })

  test('another request takes the place of the one under way', async () => {
    server.serves = ['silence', 200]
    const scene = await accepted()
    await ask(scene, server.url, 5)
    await until(() => server.received.length === 1)
    expect(await ask(scene, server.url, 6)).toMatchObject({ status: 'AcceptedCanceled' })
    await until(() => told(scene).length === 3)
    expect(told(scene).at(-1)).toEqual({ status: 'Uploaded', requestId: 6 })
  })
})

/** Turns the clock until it is so. */
async function turnUntil({ time, station }: Scene, isSo: () => boolean): Promise<void> {
  for (let turns = 0; !isSo(); turns += 1) {
    if (turns > 300) throw new Error('it never came to be so')
    time.advance(2_000)
    await station.idle()
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

describe('UpdateFirmware (§5.19)', () => {
  const told = (scene: Scene) => statusesOf(scene, 'FirmwareStatusNotification')

  test('from retrieveDate on, not during a transaction, and the boot names the new version', async () => {
    const scene = await accepted({ firmwareVersion: '1.0.0' })
    const { system, station, time } = scene
    server.serves = [randomBytes(100_000)]
    const location = `${server.url}/firmware-2.3.1.bin?signature=4.5`
    await station.start(1, 'TAG001')
    const request = { location, retrieveDate: '2026-11-21T08:01:00Z' }
    expect(await system.request('UpdateFirmware', request)).toEqual({})
    await station.idle()
    time.advance(59_999)
    await station.idle()
    expect(told(scene)).toEqual([])
    await turnUntil(scene, () => told(scene).at(-1) === 'Downloaded')
    for (let minutes = 0; minutes < 5; minutes += 1) {
      time.advance(60_000)
      await station.idle()
    }
    expect(told(scene)).toEqual(['Downloading', 'Downloaded'])
    expect(server.received).toMatchObject([{ method: 'GET', path: '/firmware-2.3.1.bin?signature=4.5' }])
    await station.stop(1)
    await turnUntil(scene, () => system.payloads('BootNotification').length === 2)
    expect(told(scene)).toEqual(['Downloading', 'Downloaded', 'Installing', 'Installed'])
    expect(system.payloads('BootNotification')[1]).toMatchObject({ firmwareVersion: '2.3.1' })
    await station.accepted()
    await station.idle()
    await system.request('TriggerMessage', { requestedMessage: 'FirmwareStatusNotification' })
    await station.idle()
    expect(told(scene).at(-1)).toBe('Idle')
  })

  test('what cannot be fetched, after all retries: DownloadFailed, and no boot', async () => {
    server.serves = [404]
    const scene = await accepted()
    const retrieveDate = '2026-11-21T07:00:00Z'
    await scene.system.request('UpdateFirmware', {
      ...{ location: `${server.url}/x`, retrieveDate },
      ...{ retries: 2, retryInterval: 10 },
    })
    await turnUntil(scene, () => told(scene).at(-1) === 'DownloadFailed')
    expect(told(scene)).toEqual(['Downloading', 'DownloadFailed'])
    expect(server.received).toHaveLength(3)
    expect(scene.system.payloads('BootNotification')).toHaveLength(1)
  })
})

describe('SignedUpdateFirmware (security whitepaper L01)', () => {
  const told = ({ system }: Scene) => system.payloads('SignedFirmwareStatusNotification')
  const events = ({ system }: Scene) => system.payloads('SecurityEventNotification').map(({ type }) => type)
  const content = randomBytes(50_000)

  function request(keys: ReturnType<typeof keyPairs>[number], tampered = false) {
    const sign = createSign('sha256').update(tampered ? 'something else' : content)
    return {
      requestId: 9,
      firmware: {
        location: `${server.url}/firmware-3.0.bin`,
        retrieveDateTime: '2026-11-21T07:00:00Z',
        installDateTime: '2026-11-21T08:05:00Z',
        signingCertificate: certificateFor(keys),
        signature: sign.sign(keys.privateKey, 'base64'),
      },
    }
  }
  const keyPairs = () =>
    [
      generateKeyPairSync('ec', { namedCurve: 'prime256v1' }),
      generateKeyPairSync('rsa', { modulusLength: 2048 }),
    ] as const

  test.each([0, 1] as const)(
    'fetched, verified, installed when it is time, and booted (key %i)',
    async (which) => {
      const scene = await accepted()
      server.serves = [content]
      const answer = await scene.system.request('SignedUpdateFirmware', request(keyPairs()[which]))
      expect(answer).toEqual({ status: 'Accepted' })
      await turnUntil(scene, () => scene.system.payloads('BootNotification').length === 2)
      const steps = [
        'Downloading',
        'Downloaded',
        'SignatureVerified',
        'InstallScheduled',
        'Installing',
        'Installed',
      ]
      expect(told(scene)).toEqual(steps.map((status) => ({ status, requestId: 9 })))
      expect(events(scene)).toEqual(['FirmwareUpdated'])
      expect(scene.system.payloads('BootNotification')[1]).toMatchObject({ firmwareVersion: '3.0' })
    },
  )

  test('firmware that was not signed so is not installed', async () => {
    const scene = await accepted()
    server.serves = [content]
    await scene.system.request('SignedUpdateFirmware', request(keyPairs()[0], true))
    await turnUntil(scene, () => events(scene).length === 1)
    expect(told(scene).map(({ status }) => status)).toEqual(['Downloading', 'Downloaded', 'InvalidSignature'])
    expect(events(scene)).toEqual(['InvalidFirmwareSignature'])
    expect(scene.system.payloads('BootNotification')).toHaveLength(1)
  })

  test('a certificate that has run out, or is none: InvalidCertificate', async () => {
    const { system } = await accepted()
    const [keys] = keyPairs()
    const signed = request(keys)
    const signingCertificate = certificateFor(keys, '260601000000Z')
    const late = { ...signed, firmware: { ...signed.firmware, signingCertificate } }
    const broken = { ...signed, firmware: { ...signed.firmware, signingCertificate: 'none' } }
    expect(await system.request('SignedUpdateFirmware', broken)).toEqual({ status: 'InvalidCertificate' })
    expect(await system.request('SignedUpdateFirmware', late)).toEqual({ status: 'InvalidCertificate' })
    expect(server.received).toEqual([])
  })
})
