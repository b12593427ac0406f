import type { Payload } from './messages.ts'
import type { LoggedFrame } from './rpc.ts'
import { type OpenSocket, openWebSocket, type Tls } from './socket.ts'
import { systemTime, type Time } from './time.ts'

export interface StationOptions {
  /** The identity: the last, percent-encoded segment of the connection URL (OCPP-J §3.1.1). */
  id: string
  /** The OCPP-J endpoint without the identity, such as `ws://localhost:8080/ocpp`. */
  url: string
  /** How many connectors, numbered from 1 (2). */
  connectors?: number
  /** Of each connector, in kW (7.4); above that a connector has three phases. */
  powerKw?: number
  /** For HTTP Basic authentication (security profiles 1 and 2); without one none is offered. */
  password?: string | Uint8Array
  /** For a `wss:` endpoint. */
  tls?: Tls
  /** False: it never sends a BootNotification of its own accord (true). */
  boots?: boolean
  /** Between heartbeats, instead of what the central system tells. */
  heartbeatSeconds?: number
  /** In BootNotification.req (§6.3). */
  vendor?: string
  model?: string
  serial?: string
  firmwareVersion?: string
  /** First values of configuration keys (§9), read-only ones such as ReserveConnectorZeroSupported included. */
  configuration?: Readonly<Record<string, string>>
  /**
   * A driver acts by himself: he plugs in for a remote start, and takes the cable out when that transaction is over
   * (true). If not, a remote start waits for `plug` until ConnectionTimeOut.
   */
  driverActs?: boolean
  /** Milliseconds that pretended work takes: a reboot, a download, an upload, a driver (2000). */
  workMs?: number
  /** Every frame that was sent or received, as it was on the wire. */
  onFrame?: (frame: LoggedFrame) => void
  /**
   * Somebody may answer a request in the station's place; `undefined`, or a promise of it, leaves it to the station.
   * Rejects with an OcppError to refuse.
   */
  decide?: (request: CentralSystemRequest) => Promise<Payload | undefined> | undefined
  /** Of all connectors together, in kW; none unless told. */
  stationLimitKw?: number
  /** What else is worth a line in a log: connections made and lost, waits. */
  onEvent?: (event: StationEvent) => void
  /** Clock and timers (the system's). */
  time?: Time
  /** The same for what goes on between here and there: time-outs of answers, pings, new connections (`time`). */
  wireTime?: Time
  /** 0 ≤ x < 1: jitter, first meter registers, batteries (Math.random). */
  random?: () => number
  /** Message ids: at most 36 characters, each one only once (UUIDs). */
  newId?: () => string
  /** Connects (over ws). */
  openSocket?: OpenSocket
}

/** A CALL of the central system. */
export interface CentralSystemRequest {
  messageId: string | number
  action: string
  payload: unknown
}

export interface StationEvent {
  at: number
  text: string
}

export type Settings = Required<Omit<StationOptions, Optional>> & Pick<StationOptions, Optional>
type Optional = 'password' | 'serial' | 'stationLimitKw' | 'tls' | 'heartbeatSeconds'

export function settingsOf(options: StationOptions): Settings {
  return {
    connectors: 2,
    powerKw: 7.4,
    vendor: 'Busbar',
    model: 'Simulator',
    firmwareVersion: '1.0.0',
    configuration: {},
    driverActs: true,
    workMs: 2000,
    onFrame: () => {},
    decide: () => undefined,
    onEvent: () => {},
    boots: true,
    time: systemTime,
    wireTime: options.time ?? systemTime,
    random: Math.random,
    newId: () => crypto.randomUUID(),
    openSocket: openWebSocket,
    ...options,
  }
}
