import { OcppError } from '../../ocpp/error.ts'
import { readStrictly, type Schema } from '../../ocpp/schema.ts'
import type { Payload } from '../messages.ts'
import type { Parts } from '../parts.ts'
import type { Reply } from '../rpc.ts'

/** Answers one kind of request, or throws an OcppError. */
export type Handler = (payload: unknown, parts: Parts) => Reply

/**
 * One row of the table. A simulator is there to find what is wrong with a central system: requests are read by the
 * letter.
 */
export function handler<Req>(request: Schema<Req>, answer: (request: Req, parts: Parts) => Reply): Handler {
  return (payload, parts) => {
    const reading = readStrictly(request, payload)
    if (!reading.ok) throw reading.error
    return answer(reading.value, parts)
  }
}

export function reply(response: Payload, after?: () => void): Reply {
  return after ? { response, after } : { response }
}

export function refuseUnknownConnector(connectorId: number): never {
  throw new OcppError('PropertyConstraintViolation', `connectorId: there is no connector ${connectorId}`)
}
