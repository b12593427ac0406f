import { OcppError } from '../../ocpp/error.ts'
import type { Parts } from '../parts.ts'
import type { Reply } from '../rpc.ts'
import * as core from './core.ts'
import * as firmware from './firmware.ts'
import type { Handler } from './handler.ts'
import * as localList from './local-list.ts'
import * as remote from './remote.ts'
import * as reservation from './reservation.ts'
import * as smartCharging from './smart-charging.ts'
import { TriggerMessage } from './trigger-message.ts'

/** The nineteen requests of a central system (ch. 5) and two of the security whitepaper, by their names on the wire. */
const handlers: Readonly<Record<string, Handler>> = {
  ...core,
  ...firmware,
  ...localList,
  ...remote,
  ...reservation,
  ...smartCharging,
  TriggerMessage,
}

export const REQUESTS: readonly string[] = Object.keys(handlers).sort()

/** Of the security whitepaper: known here, but not served. */
const NOT_SUPPORTED = [
  'CertificateSigned',
  'DeleteCertificate',
  'ExtendedTriggerMessage',
  'GetInstalledCertificateIds',
  'InstallCertificate',
]

/** Throws an OcppError for what cannot be served or read. */
export function answerRequest(action: string, payload: unknown, parts: Parts): Reply {
  const handler = Object.hasOwn(handlers, action) ? handlers[action] : undefined
  if (handler) return handler(payload, parts)
  if (NOT_SUPPORTED.includes(action)) throw new OcppError('NotSupported', `${action} is not supported`)
  throw new OcppError('NotImplemented', `there is no action ${action}`)
}
