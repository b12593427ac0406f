import type { Call, CallError, CallResult } from '../../ocpp/frame.ts'
import type { Payload } from '../messages.ts'
import type { StationOptions } from '../options.ts'
import type { Dial } from '../socket.ts'
import type { Time } from '../time.ts'

/** One way in which stations in the field are otherwise than the specification has them. */
export interface Quirk {
  name: string
  /** What it does, as a station would say it. */
  about: string
  /** Where it was seen. */
  source: string
  /** Other options of the station. */
  options?: () => Partial<StationOptions>
  /** Of one station; what it has to remember, it remembers here. */
  twist?: (tools: Tools) => Twist
}

export interface Tools {
  time: Time
  newId(): string
}

/** What a quirk changes, each where frames and handshakes pass by. */
export interface Twist {
  dial?(dial: Dial): Dial
  /** The payload of a CALL of the station. */
  request?(action: string, payload: Payload): Payload
  /** The payload of a CALLRESULT of the station, and what it answers. */
  response?(action: string, payload: Payload, request: Call): Payload
  /** The text of any frame, last of all. */
  text?(text: string, frame: Call | CallResult | CallError): string
  /** Frames that follow another, as arrays. */
  after?(frame: Call | CallResult | CallError): readonly unknown[]
  opened?(line: Line): void
  /** A CALL of the central system, or the answer to one of the station. */
  heard?(heard: Heard, line: Line): void
}

export interface Heard {
  frame: Call | CallResult | CallError
  /** Of a CALL its own, of an answer that of the CALL it answers; '' if that is not known. */
  action: string
}

/** The connection, for quirks that act by themselves. */
export interface Line {
  send(frame: unknown): void
  /** When something last went over it, either way. */
  lastUsedAt(): number
  isOver(): boolean
  close(): void
  /** The station takes it for lost; on the other side it stays open. */
  abandon(): void
}
