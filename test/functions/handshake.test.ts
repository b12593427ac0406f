import { describe, expect, it } from 'vitest'
import { addressOf, headerOf, isSecure, listOf, subjectOf } from '../../functions/handshake.ts'
import type { StationEvent } from '../../functions/station-event.ts'
import { parseDistinguishedName } from '../../lib/central-system/distinguished-name.ts'

/** An event as API Gateway makes it: of a header that came more than once, the last value stands in `headers`. */
function eventWith(multiValueHeaders: Record<string, string[]>): StationEvent {
  const headers = Object.fromEntries(
    Object.entries(multiValueHeaders).map(([name, values]) => [name, values.at(-1) ?? '']),
  )
  return { headers, multiValueHeaders, requestContext: { identity: { sourceIp: '198.51.100.1' } } } as never
}

describe('a header', () => {
  const event = eventWith({ 'Sec-WebSocket-Protocol': ['ocpp2.0.1', 'ocpp1.6'], a: ['1'], A: ['2, 3'] })

  it('is found whatever case it is written in', () => {
    expect(headerOf(event, 'sec-websocket-protocol')).toBe('ocpp1.6')
    expect(headerOf(event, 'authorization')).toBeUndefined()
    expect(headerOf({}, 'authorization')).toBeUndefined()
  })

  it('that comes more than once is one list', () => {
    expect(listOf(event, 'sec-websocket-protocol')).toBe('ocpp2.0.1, ocpp1.6')
    expect(listOf(event, 'a')).toBe('1, 2, 3')
    expect(listOf({ headers: { A: '1' } }, 'a')).toBe('1')
    expect(listOf(event, 'b')).toBeUndefined()
  })
})

describe('the address of a charge point', () => {
  it.each<[string[], string]>([
    [['192.0.2.1, 203.0.113.1'], '192.0.2.1'],
    [['10.0.0.1, 192.0.2.1, 203.0.113.1'], '192.0.2.1'],
    [['10.0.0.1, 192.0.2.1', '203.0.113.1'], '192.0.2.1'],
    [['10.0.0.1', '192.0.2.1', '203.0.113.1'], '192.0.2.1'],
    [['2001:db8::1 ,203.0.113.1'], '2001:db8::1'],
    [['203.0.113.1'], '198.51.100.1'],
    [[], '198.51.100.1'],
  ])('in X-Forwarded-For %j is %s', (values, address) => {
    expect(addressOf(eventWith({ 'X-Forwarded-For': values }))).toBe(address)
  })
})

describe('a handshake by TLS', () => {
  const PROTO = 'CloudFront-Forwarded-Proto'

  it.each<[string, Record<string, string[]>, { closed: boolean; open: boolean }]>([
    ['without a word of it', {}, { closed: true, open: false }],
    ['by https', { [PROTO]: ['https'] }, { closed: true, open: true }],
    ['by wss', { [PROTO]: ['wss'] }, { closed: true, open: true }],
    ['by http', { [PROTO]: ['http'] }, { closed: true, open: false }],
    ['with two words', { [PROTO]: ['http', 'https'] }, { closed: true, open: false }],
    [
      'with two words in another case',
      { [PROTO]: ['http'], 'cloudfront-forwarded-proto': ['https'] },
      { closed: true, open: false },
    ],
    ['with two words in one', { [PROTO]: ['https, http'] }, { closed: true, open: false }],
    [
      'by http to the gateway',
      { [PROTO]: ['https'], 'x-forwarded-proto': ['http'] },
      { closed: false, open: false },
    ],
  ])('%s', (_, headers, { closed, open }) => {
    expect(isSecure(eventWith(headers), false)).toBe(closed)
    expect(isSecure(eventWith(headers), true)).toBe(open)
  })
})

describe('the subject of a certificate', () => {
  const SUBJECT = 'CloudFront-Viewer-Cert-Subject'

  it('is what CloudFront says', () => {
    expect(subjectOf(eventWith({ [SUBJECT]: ['CN=CP1,O=Example'] }))).toBe('CN=CP1,O=Example')
    expect(subjectOf(eventWith({}))).toBe('')
  })

  it.each<Record<string, string[]>>([
    { [SUBJECT]: ['CN=CP1', 'CN=CP2'] },
    { [SUBJECT]: ['CN=CP1'], [SUBJECT.toLowerCase()]: ['CN=CP2'] },
  ])('has two names, which is none, where somebody else says it too: %j', (headers) => {
    const names = parseDistinguishedName(subjectOf(eventWith(headers)))?.map(({ value }) => value)
    expect(names).toEqual(['CP1', 'CP2'])
  })
})
