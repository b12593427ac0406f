import type { Schema } from '../ocpp/schema.ts'
import type { CentralSystemAction, StationAction } from './action.ts'
import { Authorize } from './authorize.ts'
import { BootNotification } from './boot-notification.ts'
import { CancelReservation } from './cancel-reservation.ts'
import { CertificateSigned } from './certificate-signed.ts'
import { ChangeAvailability } from './change-availability.ts'
import { ChangeConfiguration } from './change-configuration.ts'
import { ClearCache } from './clear-cache.ts'
import { ClearChargingProfile } from './clear-charging-profile.ts'
import { DataTransferFromCentralSystem, DataTransferFromChargePoint } from './data-transfer.ts'
import { DeleteCertificate } from './delete-certificate.ts'
import { DiagnosticsStatusNotification } from './diagnostics-status-notification.ts'
import { ExtendedTriggerMessage } from './extended-trigger-message.ts'
import { FirmwareStatusNotification } from './firmware-status-notification.ts'
import { GetCompositeSchedule } from './get-composite-schedule.ts'
import { GetConfiguration } from './get-configuration.ts'
import { GetDiagnostics } from './get-diagnostics.ts'
import { GetInstalledCertificateIds } from './get-installed-certificate-ids.ts'
import { GetLocalListVersion } from './get-local-list-version.ts'
import { GetLog } from './get-log.ts'
import { Heartbeat } from './heartbeat.ts'
import { InstallCertificate } from './install-certificate.ts'
import { LogStatusNotification } from './log-status-notification.ts'
import { MeterValues } from './meter-values.ts'
import { RemoteStartTransaction } from './remote-start-transaction.ts'
import { RemoteStopTransaction } from './remote-stop-transaction.ts'
import { ReserveNow } from './reserve-now.ts'
import { Reset } from './reset.ts'
import { SecurityEventNotification } from './security-event-notification.ts'
import { SendLocalList } from './send-local-list.ts'
import { SetChargingProfile } from './set-charging-profile.ts'
import { SignCertificate } from './sign-certificate.ts'
import { SignedFirmwareStatusNotification } from './signed-firmware-status-notification.ts'
import { SignedUpdateFirmware } from './signed-update-firmware.ts'
import { StartTransaction } from './start-transaction.ts'
import { StatusNotification } from './status-notification.ts'
import { StopTransaction } from './stop-transaction.ts'
import { TriggerMessage } from './trigger-message.ts'
import { UnlockConnector } from './unlock-connector.ts'
import { UpdateFirmware } from './update-firmware.ts'

/** What charge points ask of us (spec ch. 4, whitepaper), by the name on the wire. */
export const STATION_ACTIONS: ReadonlyMap<string, StationAction> = byName<StationAction>([
  Authorize,
  BootNotification,
  DataTransferFromChargePoint,
  DiagnosticsStatusNotification,
  FirmwareStatusNotification,
  Heartbeat,
  LogStatusNotification,
  MeterValues,
  SecurityEventNotification,
  SignCertificate,
  SignedFirmwareStatusNotification,
  StartTransaction,
  StatusNotification,
  StopTransaction,
])

/** What we ask of charge points (spec ch. 5, whitepaper), by the name on the wire. */
export const CENTRAL_SYSTEM_ACTIONS: ReadonlyMap<string, CentralSystemAction> = byName<CentralSystemAction>([
  CancelReservation,
  CertificateSigned,
  ChangeAvailability,
  ChangeConfiguration,
  ClearCache,
  ClearChargingProfile,
  DataTransferFromCentralSystem,
  DeleteCertificate,
  ExtendedTriggerMessage,
  GetCompositeSchedule,
  GetConfiguration,
  GetDiagnostics,
  GetInstalledCertificateIds,
  GetLocalListVersion,
  GetLog,
  InstallCertificate,
  RemoteStartTransaction,
  RemoteStopTransaction,
  ReserveNow,
  Reset,
  SendLocalList,
  SetChargingProfile,
  SignedUpdateFirmware,
  TriggerMessage,
  UnlockConnector,
  UpdateFirmware,
])

export type Initiator = 'ChargePoint' | 'CentralSystem'

/** An action as both sides see it. */
export interface ActionDescription {
  action: string
  initiatedBy: Initiator[]
  request: Schema<unknown>
  response: Schema<unknown>
}

/** Every action once, by name: DataTransfer alone can come from either side. */
export const ALL_ACTIONS: readonly ActionDescription[] = [
  ...new Map([...STATION_ACTIONS, ...CENTRAL_SYSTEM_ACTIONS]).values(),
]
  .map(({ action, request, response }) => ({ action, initiatedBy: initiatorsOf(action), request, response }))
  .sort((a, b) => (a.action < b.action ? -1 : 1))

function initiatorsOf(action: string): Initiator[] {
  const initiators: Initiator[] = []
  if (STATION_ACTIONS.has(action)) initiators.push('ChargePoint')
  if (CENTRAL_SYSTEM_ACTIONS.has(action)) initiators.push('CentralSystem')
  return initiators
}

function byName<Row extends { action: string }>(rows: readonly Row[]): ReadonlyMap<string, Row> {
  return new Map(rows.map((row) => [row.action, row]))
}
