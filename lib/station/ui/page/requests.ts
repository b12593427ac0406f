import type { PendingRequest, StationView } from '../protocol.ts'
import { act, ask, tell } from './api.ts'
import { chosen } from './chosen.ts'
import { button, field, h, say } from './dom.ts'

/** What each request may be answered with, where the answer is a status; the rest is for the JSON. */
const STATUSES: Record<string, string[]> = {
  CancelReservation: ['Accepted', 'Rejected'],
  CertificateSigned: ['Accepted', 'Rejected'],
  ChangeAvailability: ['Accepted', 'Rejected', 'Scheduled'],
  ChangeConfiguration: ['Accepted', 'Rejected', 'RebootRequired', 'NotSupported'],
  ClearCache: ['Accepted', 'Rejected'],
  ClearChargingProfile: ['Accepted', 'Unknown'],
  DataTransfer: ['Accepted', 'Rejected', 'UnknownMessageId', 'UnknownVendorId'],
  DeleteCertificate: ['Accepted', 'Failed', 'NotFound'],
  ExtendedTriggerMessage: ['Accepted', 'Rejected', 'NotImplemented'],
  GetCompositeSchedule: ['Rejected'],
  GetLog: ['Accepted', 'Rejected', 'AcceptedCanceled'],
  InstallCertificate: ['Accepted', 'Failed', 'Rejected'],
  RemoteStartTransaction: ['Accepted', 'Rejected'],
  RemoteStopTransaction: ['Accepted', 'Rejected'],
  ReserveNow: ['Accepted', 'Faulted', 'Occupied', 'Rejected', 'Unavailable'],
  Reset: ['Accepted', 'Rejected'],
  SendLocalList: ['Accepted', 'Failed', 'NotSupported', 'VersionMismatch'],
  SetChargingProfile: ['Accepted', 'Rejected', 'NotSupported'],
  SignedUpdateFirmware: [
    'Accepted',
    'Rejected',
    'AcceptedCanceled',
    'InvalidCertificate',
    'RevokedCertificate',
  ],
  TriggerMessage: ['Accepted', 'Rejected', 'NotImplemented'],
  UnlockConnector: ['Unlocked', 'UnlockFailed', 'NotSupported'],
}
const ERRORS = ['NotImplemented', 'NotSupported', 'InternalError', 'GenericError', 'SecurityError']

/** Requests of the central system that wait for an answer by hand. */
export function requestsPanel(key: string) {
  const byHand = h('input', {
    type: 'checkbox',
    role: 'switch',
    onchange: () =>
      void answering.choose(byHand.checked, act(key, { what: 'answering', byHand: byHand.checked })),
  })
  const answering = chosen<boolean>(false, (value) => {
    byHand.checked = value
  })
  const list = h('ul', { class: 'requests', 'aria-live': 'polite' })
  const shown = new Map<string, { element: HTMLElement; tick(now: number): void }>()
  const hint = h('p', { class: 'hint' })
  return {
    element: h(
      'section',
      { class: 'panel', 'aria-labelledby': 'requests-title' },
      h(
        'div',
        { class: 'row title' },
        h('h2', { id: 'requests-title' }, 'Requests of the central system'),
        h('label', { class: 'switch' }, byHand, ' Answer by hand'),
      ),
      hint,
      list,
    ),
    update({ answersByHand, requests }: StationView): void {
      answering.tell(answersByHand)
      const waiting = new Set(requests.map(({ messageId }) => messageId))
      for (const [messageId, { element }] of shown) {
        if (waiting.has(messageId)) continue
        element.remove()
        shown.delete(messageId)
      }
      for (const request of requests) {
        if (shown.has(request.messageId)) continue
        const item = requestItem(key, request)
        shown.set(request.messageId, item)
        list.append(item.element)
      }
      say(hint, hintOf(answersByHand, requests.length))
    },
    tick(now: number): void {
      for (const item of shown.values()) item.tick(now)
    },
  }
}

function hintOf(byHand: boolean, count: number): string {
  if (!byHand) return 'The station answers by itself.'
  return count === 0 ? 'What comes waits here for your answer.' : ''
}

function requestItem(key: string, { messageId, action, payload, until }: PendingRequest) {
  const path = `/api/stations/${key}/requests/${encodeURIComponent(messageId)}`
  const decide = (decision: object) => void ask('POST', path, decision)
  const left = h('span', { class: 'left' })
  const own = h('textarea', { rows: 3, spellcheck: false }, '{}')
  const sendOwn = () => {
    try {
      decide({ how: 'answer', payload: JSON.parse(own.value) })
    } catch (error) {
      tell({ ok: false, text: `No JSON: ${(error as Error).message}` })
    }
  }
  const code = h('select', {}, ...ERRORS.map((each) => h('option', {}, each)))
  const refuse = () => decide({ how: 'refuse', code: code.value, description: 'refused by hand' })
  const statuses = (STATUSES[action] ?? []).map((status) =>
    button(status, () => decide({ how: 'answer', payload: { status } })),
  )
  const element = h(
    'li',
    { class: 'request' },
    h('h3', {}, action, ' ', left),
    h('pre', { tabindex: 0, 'aria-label': `Payload of ${action}` }, JSON.stringify(payload, null, 2)),
    h(
      'div',
      { class: 'row' },
      button('Let the station do it', () => decide({ how: 'automatic' }), { class: 'primary' }),
    ),
    statuses.length > 0
      ? h('div', { class: 'row', role: 'group', 'aria-label': 'Only answer, and do nothing' }, ...statuses)
      : undefined,
    h(
      'details',
      {},
      h('summary', {}, 'Another answer'),
      field('Payload of the CALLRESULT', own),
      h('div', { class: 'row' }, button('Answer', sendOwn)),
      h('div', { class: 'row' }, field('CALLERROR', code), button('Refuse', refuse, { class: 'danger' })),
    ),
  )
  const tick = (now: number) => say(left, `${Math.max(0, Math.ceil((until - now) / 1000))} s left`)
  tick(Date.now())
  return { element, tick }
}
