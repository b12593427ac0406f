import type { Fault } from './faults.ts'
import type { ConnectorState, IdTagInfo } from './messages.ts'
import type { MeterValue, Reading } from './meter.ts'
import type { ChargingProfile } from './schedule.ts'

export interface Transaction {
  idTag: string
  startedAt: number
  meterStart: number
  /** Undefined until StartTransaction was answered; -1 once it was given up (errata 3.18). */
  id: number | undefined
  idTagInfo?: IdTagInfo
  /** False: the central system does not accept the tag, but the transaction goes on without energy (§3.5.4). */
  isAuthorized: boolean
  /** For StopTransaction.req (§3.16.1). */
  readings: MeterValue[]
}

/** A RemoteStartTransaction that waits for authorization or for the cable. */
export interface Invitation {
  idTag: string
  isAuthorized: boolean
  profile?: ChargingProfile
}

/** One connector; 0 is the main controller, which has no cable (§3.8). */
export interface Connector {
  readonly id: number
  isPlugged: boolean
  isOperative: boolean
  /** A ChangeAvailability that waits for the end of the transaction (§5.2). */
  scheduled?: 'Operative' | 'Inoperative' | undefined
  fault?: Fault | undefined
  /** The transaction is over, the cable still there. */
  isFinishing: boolean
  invitation?: Invitation | undefined
  transaction?: Transaction | undefined
  registerWh: number
  battery: { capacityWh: number; levelWh: number }
  /** What the car takes at most; unset, all that is offered. */
  demandW?: number | undefined
  /** The station offers nothing, though it could. */
  isHeldBack?: boolean
  powerW: number
  offeredW: number
}

/** A car, as far as a charge point notices. */
export interface Car {
  batteryKwh?: number
  socPercent?: number
  /** `null`: all that is offered. */
  demandKw?: number | null
}

/** What a car brings. */
const BATTERY_WH = 60_000
/** A battery this close to its capacity takes no more. */
const FULL_WITHIN_WH = 1e-6

export function newConnector(id: number, registerWh: number): Connector {
  return {
    id,
    isPlugged: false,
    isOperative: true,
    isFinishing: false,
    registerWh,
    battery: { capacityWh: BATTERY_WH, levelWh: 0 },
    powerW: 0,
    offeredW: 0,
  }
}

/** §4.9: the status a connector is in, were it not reserved. */
export function stateOf(connector: Connector): ConnectorState {
  const { transaction, invitation, isPlugged, isFinishing, isOperative, fault, offeredW } = connector
  if (fault) return 'Faulted'
  if (transaction) {
    if (!transaction.isAuthorized || offeredW === 0) return 'SuspendedEVSE'
    return takesEnergy(connector) ? 'Charging' : 'SuspendedEV'
  }
  if (isFinishing) return 'Finishing'
  if (!isOperative) return 'Unavailable'
  return isPlugged || invitation ? 'Preparing' : 'Available'
}

/** Is there a car that wants any? */
export function takesEnergy(connector: Connector): boolean {
  return connector.isPlugged && !isFull(connector) && connector.demandW !== 0
}

export function isFull({ battery }: Connector): boolean {
  return remainingWh(battery) <= FULL_WITHIN_WH
}

export function remainingWh({ capacityWh, levelWh }: Connector['battery']): number {
  return Math.max(0, capacityWh - levelWh)
}

export function readingOf({ registerWh, powerW, offeredW, isPlugged, battery }: Connector): Reading {
  return {
    registerWh,
    powerW,
    offeredW,
    ...(isPlugged ? { stateOfCharge: (battery.levelWh / battery.capacityWh) * 100 } : {}),
  }
}
