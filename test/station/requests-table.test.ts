import { describe, expect, test } from 'vitest'
import { REQUESTS } from '../../lib/station/requests/index.ts'
import { accepted } from './harness.ts'

describe('the table', () => {
  test('holds the nineteen requests of OCPP 1.6, and those of the security whitepaper that move files', () => {
    expect(REQUESTS).toEqual([
      'CancelReservation',
      'ChangeAvailability',
      'ChangeConfiguration',
      'ClearCache',
      'ClearChargingProfile',
      'DataTransfer',
      'GetCompositeSchedule',
      'GetConfiguration',
      'GetDiagnostics',
      'GetLocalListVersion',
      'GetLog',
      'RemoteStartTransaction',
      'RemoteStopTransaction',
      'ReserveNow',
      'Reset',
      'SendLocalList',
      'SetChargingProfile',
      'SignedUpdateFirmware',
      'TriggerMessage',
      'UnlockConnector',
      'UpdateFirmware',
    ])
  })

  test.each([
    ['GetInstalledCertificateIds', { certificateType: 'ManufacturerRootCertificate' }, 'NotSupported'],
    [
      'GetLog',
      { logType: 'Toast', requestId: 1, log: { remoteLocation: 'ftp://x' } },
      'PropertyConstraintViolation',
    ],
    ['ExtendedTriggerMessage', { requestedMessage: 'Heartbeat' }, 'NotSupported'],
    ['Toast', {}, 'NotImplemented'],
    ['reset', { type: 'Soft' }, 'NotImplemented'],
    ['toString', {}, 'NotImplemented'],
    ['Reset', {}, 'OccurenceConstraintViolation'],
    ['Reset', { type: 'Firm' }, 'PropertyConstraintViolation'],
    ['Reset', { type: 'Soft', now: true }, 'FormationViolation'],
    ['UnlockConnector', { connectorId: '1' }, 'TypeConstraintViolation'],
    ['RemoteStartTransaction', { idTag: 'x'.repeat(21) }, 'PropertyConstraintViolation'],
  ])('%s %j is refused: %s', async (action, payload, error) => {
    const { system } = await accepted()
    expect(await system.request(action, payload)).toEqual({ error })
  })

  test('frames that break the form are answered if they can be, and never end the connection', async () => {
    const { system, station } = await accepted()
    for (const text of [
      '',
      'hello',
      '{}',
      '[9,"a","Reset",{}]',
      '[3,"nobody asked",{}]',
      '[4,"nobody asked"]',
    ]) {
      system.sendText(text)
    }
    system.sendText('[2,"long","Reset"]')
    expect(await system.request('GetLocalListVersion')).toEqual({ listVersion: 0 })
    expect(await station.heartbeat()).toBe(true)
    expect(system.strays.map((frame) => frame.slice(0, 3))).toEqual([[4, 'long', 'FormationViolation']])
    expect(system.connections).toBe(1)
  })
})
