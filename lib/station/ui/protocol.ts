import type { StationStatus } from '../station.ts'

/** What the page shows and what it asks for: plain JSON, the same on both sides. */

/** A station's settings as they are shown: of what is secret, only whether it is there. */
export interface ShownSettings {
  url: string
  id: string
  /** Of the security whitepaper: 0 none, 1 password, 2 TLS and password, 3 TLS with a certificate. */
  securityProfile: 0 | 1 | 2 | 3
  hasPassword: boolean
  hasCertificate: boolean
  idTag: string
  connectors: number
  powerKw: number
  stationLimitKw?: number
  /** Between MeterValues, in seconds; 0 for none. */
  meterInterval: number
  /** How fast the station's time goes; 1 is as fast as ours. */
  speed: number
}

/** One way to be otherwise than the specification has it. */
export interface ShownQuirk {
  name: string
  about: string
  /** Where it was seen. */
  source: string
  /** When it shows: with the next frame, or once the station has connected, or was switched on, anew. */
  reach: 'frame' | 'connection' | 'station'
}

/** A request of the central system that waits for somebody's decision. */
export interface PendingRequest {
  messageId: string
  action: string
  payload: unknown
  /** In milliseconds since the epoch: then the station answers by itself. */
  until: number
}

export interface StationView {
  /** Names the station in the page's requests, whatever its identity is. */
  key: string
  settings: ShownSettings
  status: StationStatus
  /** Told by the operator of the page to stay away. */
  isOffline: boolean
  answersByHand: boolean
  /** The names of those that are on. */
  quirks: readonly string[]
  requests: PendingRequest[]
}

export interface LogEntry {
  key: string
  /** Ever higher, over all stations. */
  number: number
  /** Milliseconds since the epoch. */
  at: number
  type: 'REQ' | 'CONF' | 'ERR' | '???' | 'INFO'
  direction?: 'sent' | 'received'
  action?: string
  messageId?: string
  /** The frame as it was on the wire, without secrets; or what happened. */
  text: string
}

/** Answer to everything the page asks: what came of it, in words. */
export interface Outcome {
  ok: boolean
  text: string
  key?: string
}
