/** A request and a response of every action the central system sends. */
export const EXAMPLES: Record<string, { request: object; response: object }> = {
  CancelReservation: { request: { reservationId: 1 }, response: { status: 'Accepted' } },
  CertificateSigned: { request: { certificateChain: 'PEM' }, response: { status: 'Accepted' } },
  ChangeAvailability: { request: { connectorId: 0, type: 'Inoperative' }, response: { status: 'Scheduled' } },
  ChangeConfiguration: {
    request: { key: 'MeterValueSampleInterval', value: '60' },
    response: { status: 'Accepted' },
  },
  ClearCache: { request: {}, response: { status: 'Accepted' } },
  ClearChargingProfile: { request: { id: 7 }, response: { status: 'Unknown' } },
  DataTransfer: { request: { vendorId: 'com.example', data: 'x' }, response: { status: 'UnknownVendorId' } },
  DeleteCertificate: {
    request: {
      certificateHashData: {
        hashAlgorithm: 'SHA256',
        issuerNameHash: 'a',
        issuerKeyHash: 'b',
        serialNumber: 'c',
      },
    },
    response: { status: 'NotFound' },
  },
  ExtendedTriggerMessage: { request: { requestedMessage: 'Heartbeat' }, response: { status: 'Accepted' } },
  GetCompositeSchedule: {
    request: { connectorId: 1, duration: 3600, chargingRateUnit: 'A' },
    response: { status: 'Rejected' },
  },
  GetConfiguration: {
    request: { key: ['HeartbeatInterval'] },
    response: { configurationKey: [{ key: 'HeartbeatInterval', readonly: false, value: '300' }] },
  },
  GetDiagnostics: {
    request: { location: 'ftp://files.example/diagnostics' },
    response: { fileName: 'diagnostics.zip' },
  },
  GetInstalledCertificateIds: {
    request: { certificateType: 'CentralSystemRootCertificate' },
    response: { status: 'NotFound' },
  },
  GetLocalListVersion: { request: {}, response: { listVersion: -1 } },
  GetLog: {
    request: { logType: 'SecurityLog', requestId: 1, log: { remoteLocation: 'ftp://files.example/log' } },
    response: { status: 'Accepted', filename: 'security.log' },
  },
  InstallCertificate: {
    request: { certificateType: 'ManufacturerRootCertificate', certificate: 'PEM' },
    response: { status: 'Rejected' },
  },
  RemoteStartTransaction: { request: { connectorId: 1, idTag: 'TAG' }, response: { status: 'Accepted' } },
  RemoteStopTransaction: { request: { transactionId: 1 }, response: { status: 'Rejected' } },
  ReserveNow: {
    request: { connectorId: 1, expiryDate: '2026-03-01T09:00:00.000Z', idTag: 'TAG', reservationId: 1 },
    response: { status: 'Occupied' },
  },
  Reset: { request: { type: 'Soft' }, response: { status: 'Accepted' } },
  SendLocalList: { request: { listVersion: 1, updateType: 'Full' }, response: { status: 'Accepted' } },
  SetChargingProfile: {
    request: {
      connectorId: 1,
      csChargingProfiles: {
        chargingProfileId: 1,
        stackLevel: 0,
        chargingProfilePurpose: 'TxDefaultProfile',
        chargingProfileKind: 'Absolute',
        chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 8.1 }] },
      },
    },
    response: { status: 'Accepted' },
  },
  SignedUpdateFirmware: {
    request: {
      requestId: 1,
      firmware: {
        location: 'https://files.example/firmware',
        retrieveDateTime: '2026-03-01T09:00:00.000Z',
        signingCertificate: 'PEM',
        signature: 'x',
      },
    },
    response: { status: 'Accepted' },
  },
  TriggerMessage: { request: { requestedMessage: 'Heartbeat' }, response: { status: 'NotImplemented' } },
  UnlockConnector: { request: { connectorId: 1 }, response: { status: 'Unlocked' } },
  UpdateFirmware: {
    request: { location: 'ftp://files.example/firmware', retrieveDate: '2026-03-01T09:00:00.000Z' },
    response: {},
  },
}
