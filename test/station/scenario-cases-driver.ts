import { vi } from 'vitest'
import type { Busbar } from '../support/e2e.ts'
import { inSeconds } from '../support/fleet.ts'

/** The central system's side of a case, played through the operator API. */
export interface Operator {
  idTag: string
  /** Once the charge point has booted and told of its connectors. */
  ready(): Promise<void>
  /** A call, once it has ended; it must have been answered. */
  send(action: string, payload?: object): Promise<any>
  /** Once a connector has this status: how it stands then. */
  connector(connectorId: number, status: string): Promise<any>
  /** A reservation, once the charge point has answered. */
  reserve(more?: object): Promise<any>
  /** Gives the charge point a new password, which it must accept. */
  rotatePassword(): Promise<void>
  api: Busbar['api']
}

const PATIENCE = { timeout: 60_000, interval: 50 }
const PEM = '-----BEGIN CERTIFICATE-----\nTUlJQg==\n-----END CERTIFICATE-----\n'
const SIX_AMPERES = {
  chargingProfileId: 1,
  stackLevel: 0,
  chargingProfilePurpose: 'TxDefaultProfile',
  chargingProfileKind: 'Absolute',
}
const schedule = () => ({
  chargingSchedule: {
    duration: 3600,
    startSchedule: inSeconds(-60),
    chargingRateUnit: 'A',
    chargingSchedulePeriod: [{ startPeriod: 0, limit: 6 }],
  },
})
const sixAmperes = (more: object = {}) => ({ ...SIX_AMPERES, ...schedule(), ...more })
const relative = {
  chargingProfilePurpose: 'TxProfile',
  chargingProfileKind: 'Relative',
  chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 6 }] },
}

export function operatorFor(busbar: Busbar, chargePointId: string, idTag: string): Operator {
  const { api } = busbar
  const operator: Operator = {
    idTag,
    api,
    async ready() {
      await operator.connector(2, 'Available')
    },
    async send(action, payload) {
      const { status, body } = await busbar.command(chargePointId, action, payload)
      if (status !== 200 || body.status !== 'Answered')
        throw new Error(JSON.stringify({ action, status, body }))
      return body
    },
    connector: (connectorId, status) =>
      vi.waitFor(async () => {
        const { body } = await api('GET', `/charge-points/${chargePointId}/connectors`)
        const found = body.items.find((each: any) => each.connectorId === connectorId)
        if (found?.status !== status) throw new Error(`connector ${connectorId}: ${found?.status}`)
        return found
      }, PATIENCE),
    async reserve(more = {}) {
      const wish = { chargePointId, connectorId: 1, idTag, expiryDate: inSeconds(600), ...more }
      const { status, body } = await api('POST', '/reservations', wish, { prefer: 'wait=25' })
      if (status !== 200) throw new Error(JSON.stringify({ status, body }))
      return body
    },
    async rotatePassword() {
      const path = `/charge-points/${chargePointId}/password-rotation`
      const { body } = await api('POST', path, {}, { prefer: 'wait=25' })
      if (body.status !== 'Rotated') throw new Error(`the password is ${body.status}`)
    },
  }
  return operator
}

type Play = (operator: Operator) => Promise<unknown>

const sends =
  (action: string, payload?: object): Play =>
  (operator) =>
    operator.send(action, payload)
const localList = (listVersion: number, updateType: string, idTag: string) => ({
  ...{ listVersion, updateType },
  localAuthorizationList: [{ idTag, idTagInfo: { status: 'Accepted' } }],
})
const remoteStart: Play = ({ send, idTag }) => send('RemoteStartTransaction', { connectorId: 1, idTag })
const whileCharging =
  (then: (operator: Operator, transactionId: number) => Promise<unknown>): Play =>
  async (operator) => {
    const { transactionId } = await operator.connector(1, 'Charging')
    return then(operator, transactionId)
  }
const reserves =
  (more?: object): Play =>
  (operator) =>
    operator.reserve(more)
const getFile = { location: 'http://127.0.0.1:9/files' }
const firmware = { location: 'http://127.0.0.1:9/firmware-2.0.bin', retrieveDate: inSeconds(0) }
const signedFirmware = () => ({
  firmware: {
    location: firmware.location,
    retrieveDateTime: inSeconds(0),
    signingCertificate: PEM,
    signature: 'c2lnbmF0dXJl',
  },
})

/** Of the cases in which the central system has something to do. */
export const PLAYS: Record<string, Play> = {
  TC_061: sends('ClearCache'),
  TC_010: async (operator) => {
    await operator.connector(1, 'Preparing')
    return remoteStart(operator)
  },
  TC_011_1: remoteStart,
  TC_011_2: remoteStart,
  TC_012: whileCharging(({ send }, transactionId) => send('RemoteStopTransaction', { transactionId })),
  TC_013: whileCharging(({ send }) => send('Reset', { type: 'Hard' })),
  TC_014: whileCharging(({ send }) => send('Reset', { type: 'Soft' })),
  TC_017_1: sends('UnlockConnector', { connectorId: 1 }),
  TC_017_2: sends('UnlockConnector', { connectorId: 1 }),
  TC_030: sends('UnlockConnector', { connectorId: 1 }),
  TC_031: sends('UnlockConnector', { connectorId: 3 }),
  TC_018_1: whileCharging(({ send }) => send('UnlockConnector', { connectorId: 1 })),
  TC_019_1: sends('GetConfiguration'),
  TC_019_2: sends('GetConfiguration', { key: ['SupportedFeatureProfiles'] }),
  TC_021: sends('ChangeConfiguration', { key: 'MeterValueSampleInterval', value: '60' }),
  TC_026: remoteStart,
  TC_028: whileCharging(({ send }, transactionId) =>
    send('RemoteStopTransaction', { transactionId: transactionId === 4711 ? 4712 : 4711 }),
  ),
  TC_040_1: sends('ChangeConfiguration', { key: 'NoSuchKey', value: '1' }),
  TC_040_2: sends('ChangeConfiguration', { key: 'MeterValueSampleInterval', value: '-1' }),
  TC_042_1: sends('GetLocalListVersion'),
  TC_042_2: sends('GetLocalListVersion'),
  TC_043_1: sends('SendLocalList', { updateType: 'Full' }),
  TC_043_3: sends('SendLocalList', { updateType: 'Full' }),
  TC_043_4: ({ send, idTag }) => send('SendLocalList', localList(1, 'Full', idTag)),
  TC_043_5: async ({ send, idTag }) => {
    await send('SendLocalList', localList(1, 'Full', idTag))
    await send('SendLocalList', localList(2, 'Differential', `${idTag}B`))
  },
  TC_044_1: sends('UpdateFirmware', firmware),
  TC_044_2: sends('UpdateFirmware', firmware),
  TC_044_3: sends('UpdateFirmware', firmware),
  TC_045_1: sends('GetDiagnostics', getFile),
  TC_045_2: sends('GetDiagnostics', getFile),
  TC_046: reserves(),
  TC_047: (operator) => operator.reserve({ expiryDate: inSeconds(3) }),
  TC_048_1: async (operator) => {
    await operator.connector(1, 'Faulted')
    return operator.reserve()
  },
  TC_048_2: async (operator) => {
    await operator.connector(1, 'Preparing')
    return operator.reserve()
  },
  TC_048_3: async (operator) => {
    await operator.send('ChangeAvailability', { connectorId: 1, type: 'Inoperative' })
    await operator.connector(1, 'Unavailable')
    return operator.reserve()
  },
  TC_048_4: reserves(),
  TC_049: reserves({ connectorId: 0 }),
  TC_051: async (operator) => {
    const { reservationId } = await operator.reserve()
    await operator.connector(1, 'Reserved')
    await operator.send('CancelReservation', { reservationId })
  },
  TC_052: async (operator) => {
    const { reservationId } = await operator.reserve()
    await operator.connector(1, 'Reserved')
    await operator.send('CancelReservation', { reservationId })
  },
  TC_053: reserves(),
  TC_054: async ({ send }) => {
    const requested = ['MeterValues', 'Heartbeat', 'StatusNotification', 'DiagnosticsStatusNotification']
    for (const requestedMessage of [...requested, 'FirmwareStatusNotification', 'BootNotification']) {
      const isOfConnector = ['MeterValues', 'StatusNotification'].includes(requestedMessage)
      await send('TriggerMessage', { requestedMessage, ...(isOfConnector ? { connectorId: 1 } : {}) })
    }
  },
  TC_055: sends('TriggerMessage', { requestedMessage: 'MeterValues', connectorId: 1 }),
  TC_056: ({ send }) => send('SetChargingProfile', { connectorId: 1, csChargingProfiles: sixAmperes() }),
  TC_057: whileCharging(({ send }, transactionId) =>
    send('SetChargingProfile', {
      connectorId: 1,
      csChargingProfiles: sixAmperes({ chargingProfilePurpose: 'TxProfile', transactionId }),
    }),
  ),
  TC_059: async ({ send, idTag, connector }) => {
    await connector(1, 'Preparing')
    const chargingProfile = { ...SIX_AMPERES, ...relative }
    await send('RemoteStartTransaction', { connectorId: 1, idTag, chargingProfile })
  },
  TC_066: sends('GetCompositeSchedule', { connectorId: 1, duration: 600, chargingRateUnit: 'A' }),
  TC_067: async ({ send }) => {
    for (const chargingProfileId of [1, 2, 3]) {
      const csChargingProfiles = sixAmperes({ chargingProfileId, stackLevel: chargingProfileId })
      await send('SetChargingProfile', { connectorId: 1, csChargingProfiles })
    }
    await send('ClearChargingProfile', { id: 1 })
    await send('ClearChargingProfile', { chargingProfilePurpose: 'TxDefaultProfile', stackLevel: 2 })
    await send('ClearChargingProfile')
  },
  TC_073: async ({ rotatePassword }) => {
    await rotatePassword()
  },
  TC_083: async ({ send }) => {
    const { response } = await send('ChangeConfiguration', { key: 'SecurityProfile', value: '2' })
    if (response.status !== 'Accepted') throw new Error(`SecurityProfile: ${response.status}`)
    await send('Reset', { type: 'Hard' })
  },
  TC_074: sends('ExtendedTriggerMessage', { requestedMessage: 'SignChargePointCertificate' }),
  TC_075_1: async ({ send }) => {
    const certificateType = 'ManufacturerRootCertificate'
    await send('InstallCertificate', { certificateType, certificate: PEM })
    await send('GetInstalledCertificateIds', { certificateType })
  },
  TC_075_2: async ({ send }) => {
    const certificateType = 'CentralSystemRootCertificate'
    await send('InstallCertificate', { certificateType, certificate: PEM })
    await send('GetInstalledCertificateIds', { certificateType })
  },
  TC_076: async ({ send }) => {
    const certificateType = 'CentralSystemRootCertificate'
    const { response } = await send('GetInstalledCertificateIds', { certificateType })
    const [certificateHashData] = response.certificateHashData
    await send('DeleteCertificate', { certificateHashData })
  },
  TC_077: sends('CertificateSigned', { certificateChain: PEM }),
  TC_078: sends('InstallCertificate', {
    certificateType: 'CentralSystemRootCertificate',
    certificate: PEM,
  }),
  TC_079: sends('GetLog', { logType: 'SecurityLog', log: { remoteLocation: getFile.location } }),
  TC_080: ({ send }) => send('SignedUpdateFirmware', signedFirmware()),
  TC_081: ({ send }) => send('SignedUpdateFirmware', signedFirmware()),
}
