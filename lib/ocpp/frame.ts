import { type ErrorCode, OcppError, readErrorCode } from './error.ts'

/** OCPP-J 1.6 §4.1.4: at most 36 characters, to allow for a GUID. A few stations number their messages instead. */
export type MessageId = string | number
export const MESSAGE_ID_MAX = 36

export interface Call {
  kind: 'Call'
  messageId: MessageId
  action: string
  payload: unknown
}

export interface CallResult {
  kind: 'CallResult'
  messageId: MessageId
  payload: unknown
}

export interface CallError {
  kind: 'CallError'
  messageId: MessageId
  code: ErrorCode
  /** The code as it was sent, where the specification knows none of that name. */
  sentCode?: string
  description: string
  details: Record<string, unknown>
}

/** A CALL that breaks the form of §4.2.1: it is answered with a CALLERROR. */
export interface BrokenCall {
  kind: 'BrokenCall'
  messageId: MessageId
  error: OcppError
}

/**
 * The id of the CALLERROR for a CALL that has none that can be read. OCPP-J 1.6 is silent; later editions say this word.
 */
export const UNREADABLE_MESSAGE_ID = '-1'

/** Text that nothing may answer: no JSON, no array, another message type (§4.1.3), an answer that names no call. */
export interface Unreadable {
  kind: 'Unreadable'
  reason: string
}

export type Frame = Call | CallResult | CallError | BrokenCall | Unreadable

/** Reads one text frame. Never throws. A `null` payload is an empty one (§4.2.1, §4.2.2). */
export function readFrame(text: string): Frame {
  const message = readJson(text)
  if (!Array.isArray(message)) return unreadable('not a JSON array')
  switch (typeof message[0] === 'string' ? Number(message[0]) : message[0]) {
    case 2:
      return readCall(message)
    case 3:
      return readAnswer(message, () => ({ kind: 'CallResult', payload: message[2] ?? {} }))
    case 4:
      return readAnswer(message, () => ({
        kind: 'CallError',
        ...readCode(message[2]),
        description: typeof message[3] === 'string' ? message[3] : '',
        details: isRecord(message[4]) ? message[4] : {},
      }))
    default:
      return unreadable('message type is none of 2, 3 and 4')
  }
}

/** `[2, messageId, action, payload]` (§4.2.1). */
export function writeCall(messageId: string, action: string, payload: unknown): string {
  return JSON.stringify([2, messageId, action, payload])
}

/** `[3, messageId, payload]` (§4.2.2). */
export function writeCallResult(messageId: MessageId, payload: unknown): string {
  return JSON.stringify([3, messageId, payload])
}

/** `[4, messageId, code, description, details]` (§4.2.3): the description may be empty, the details are `{}` when there are none. */
export function writeCallError(messageId: MessageId, error: OcppError): string {
  return JSON.stringify([4, messageId, error.code, error.description, error.details])
}

function readCall(message: unknown[]): Call | BrokenCall {
  const [, messageId, action, payload] = message
  const broken = (description: string): BrokenCall => ({
    kind: 'BrokenCall',
    messageId: isMessageId(messageId) ? messageId : UNREADABLE_MESSAGE_ID,
    error: new OcppError('FormationViolation', description),
  })
  if (!isMessageId(messageId)) return broken('the message id is not a string')
  if (String(messageId).length > MESSAGE_ID_MAX)
    return broken(`the message id is longer than ${MESSAGE_ID_MAX} characters`)
  if (message.length !== 4) return broken(`a CALL has 4 elements, this one has ${message.length}`)
  if (typeof action !== 'string') return broken('the action is not a string')
  if (payload !== null && !isRecord(payload)) return broken('the payload is not an object')
  return { kind: 'Call', messageId, action, payload: payload ?? {} }
}

function readAnswer(
  message: unknown[],
  read: () => Omit<CallResult, 'messageId'> | Omit<CallError, 'messageId'>,
): CallResult | CallError | Unreadable {
  const messageId = message[1]
  if (!isMessageId(messageId)) return unreadable('an answer without a message id')
  return { ...read(), messageId } as CallResult | CallError
}

const SENT_CODE_MAX = 50

function readCode(sent: unknown): Pick<CallError, 'code' | 'sentCode'> {
  const code = readErrorCode(sent)
  const unheardOf = code === 'GenericError' && typeof sent === 'string' && sent !== code && sent !== ''
  return { code, ...(unheardOf ? { sentCode: sent.slice(0, SENT_CODE_MAX) } : {}) }
}

/** NUL bytes and commas before a closing bracket come from firmware in the field; nothing else is mended. */
function readJson(text: string): unknown {
  const trimmed = text.replaceAll('\0', '').trim()
  return parse(trimmed) ?? parse(trimmed.replace(STRING_OR_LAST_COMMA, '$1'))
}

const STRING_OR_LAST_COMMA = /("(?:[^"\\]|\\.)*")|,(?=\s*[\]}])/g

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isMessageId(value: unknown): value is MessageId {
  return typeof value === 'string' || (typeof value === 'number' && Number.isInteger(value))
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function unreadable(reason: string): Unreadable {
  return { kind: 'Unreadable', reason }
}
