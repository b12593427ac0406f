import { MEASURANDS } from './meter.ts'

/** What one configuration key may hold. */
export interface KeyRule {
  readonly: boolean
  /** Write-only: kept out of GetConfiguration and of every log. */
  secret: boolean
  initial: string
  accepts(value: string): boolean
}

export type ConfigurationKey = keyof ReturnType<typeof keyRules>

export const GET_CONFIGURATION_MAX_KEYS = 50
const LONGEST_LIST = 20

/** Every key this station knows: §9 and its errata, OCPP-J §7, and two of the security whitepaper. */
export function keyRules(connectors: number) {
  return {
    AllowOfflineTxForUnknownId: flag(false),
    AuthorizationCacheEnabled: flag(true),
    AuthorizeRemoteTxRequests: flag(true),
    ClockAlignedDataInterval: whole(0),
    ConnectionTimeOut: whole(60),
    ConnectorPhaseRotation: list(phaseRotations(connectors), (item) => PHASE_ROTATION.test(item)),
    ConnectorPhaseRotationMaxLength: fixed(connectors + 1),
    GetConfigurationMaxKeys: fixed(GET_CONFIGURATION_MAX_KEYS),
    HeartbeatInterval: whole(300),
    LocalAuthorizeOffline: flag(true),
    LocalPreAuthorize: flag(false),
    MessageTimeout: whole(30, 1),
    MeterValuesAlignedData: list('Energy.Active.Import.Register', isMeasurand),
    MeterValuesAlignedDataMaxLength: fixed(LONGEST_LIST),
    MeterValuesSampledData: list(
      'Energy.Active.Import.Register,Power.Active.Import,Current.Import,SoC',
      isMeasurand,
    ),
    MeterValuesSampledDataMaxLength: fixed(LONGEST_LIST),
    MeterValueSampleInterval: whole(10),
    NumberOfConnectors: fixed(connectors),
    ResetRetries: whole(1),
    StopTransactionMaxMeterValues: fixed(200, /^\d+$/),
    StopTransactionOnEVSideDisconnect: flag(true),
    StopTransactionOnInvalidId: flag(true),
    StopTxnAlignedData: list('', isMeasurand),
    StopTxnAlignedDataMaxLength: fixed(LONGEST_LIST),
    StopTxnSampledData: list('', isMeasurand),
    StopTxnSampledDataMaxLength: fixed(LONGEST_LIST),
    SupportedFeatureProfiles: fixed(
      'Core,FirmwareManagement,LocalAuthListManagement,Reservation,SmartCharging,RemoteTrigger',
    ),
    TransactionMessageAttempts: whole(3, 1),
    TransactionMessageRetryInterval: whole(10),
    UnlockConnectorOnEVSideDisconnect: flag(true),
    WebSocketPingInterval: whole(60),
    LocalAuthListEnabled: flag(true),
    LocalAuthListMaxLength: fixed(1000, /^\d+$/),
    SendLocalListMaxLength: fixed(200, /^\d+$/),
    ReserveConnectorZeroSupported: fixed('true', /^(true|false)$/),
    ChargeProfileMaxStackLevel: fixed(20, /^\d+$/),
    ChargingScheduleAllowedChargingRateUnit: fixed('Current,Power'),
    ChargingScheduleMaxPeriods: fixed(100, /^\d+$/),
    ConnectorSwitch3to1PhaseSupported: fixed('false'),
    MaxChargingProfilesInstalled: fixed(50, /^\d+$/),
    SupportedFileTransferProtocols: fixed('HTTP,HTTPS'),
    SecurityProfile: writable('0', (value) => /^[0-3]$/.test(value)),
    AuthorizationKey: { ...writable('', (value) => passwordOf(value) !== undefined), secret: true },
  } satisfies Record<string, KeyRule>
}

/**
 * The password an AuthorizationKey stands for. In hexadecimal it is 16 to 20 bytes (security whitepaper A00.FR.205);
 * other text of 16 to 20 characters is taken as it is.
 */
export function passwordOf(key: string): Uint8Array | undefined {
  if (/^([0-9a-f]{2}){16,20}$/i.test(key)) return Buffer.from(key, 'hex')
  return /^[\x20-\x7e]{16,20}$/.test(key) ? Buffer.from(key) : undefined
}

const PHASE_ROTATION = /^\d+\.(NotApplicable|Unknown|RST|RTS|SRT|STR|TRS|TSR)$/

function phaseRotations(connectors: number): string {
  return Array.from({ length: connectors + 1 }, (_, id) => `${id}.RST`).join(',')
}

function isMeasurand(item: string): boolean {
  return MEASURANDS.includes(item)
}

function writable(initial: string, accepts: (value: string) => boolean): KeyRule {
  return { readonly: false, secret: false, initial, accepts }
}

function flag(initial: boolean): KeyRule {
  return writable(String(initial), (value) => /^(true|false)$/i.test(value))
}

function whole(initial: number, least = 0): KeyRule {
  return writable(String(initial), (value) => /^\d{1,9}$/.test(value) && Number(value) >= least)
}

/** §3.16.4: one item that is not supported refuses the whole list. */
function list(initial: string, accepts: (item: string) => boolean): KeyRule {
  return writable(initial, (value) => {
    const parts = value.trim() === '' ? [] : value.split(',')
    return parts.length <= LONGEST_LIST && parts.every((part) => accepts(part.trim()))
  })
}

/** A read-only key. `settable`: what the station's own options may set it to. */
function fixed(initial: string | number, settable?: RegExp): KeyRule {
  return {
    readonly: true,
    secret: false,
    initial: String(initial),
    accepts: (value) => settable?.test(value) ?? false,
  }
}
