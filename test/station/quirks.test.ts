import { describe, expect, test } from 'vitest'
import { QUIRK_NAMES, QUIRKS, quirksText, withQuirks } from '../../lib/station/quirks/index.ts'
import { Station } from '../../lib/station/station.ts'
import { fasterTime, systemTime } from '../../lib/station/time.ts'
import { until } from './central-system.ts'
import { quirkServer, type Wire } from './quirk-server.ts'

const SPEED = 20

/** The quirks whose doing takes its time. */
const SLOW = ['idle-drop-30s', 'half-open-reconnect']

const frames = ({ texts }: Wire): any[] =>
  texts.flatMap((text) => {
    try {
      return [JSON.parse(text)]
    } catch {
      return []
    }
  })
const calls = (wire: Wire, action: string): any[] =>
  frames(wire)
    .filter(([type, , name]) => type === 2 && name === action)
    .map(([, , , payload]) => payload)
const answerTo = (wire: Wire, id: string) =>
  frames(wire).find(([type, messageId]) => type !== 2 && messageId === id)
const samples = (wire: Wire): any[] =>
  calls(wire, 'MeterValues').flatMap(({ meterValue }) =>
    meterValue.flatMap(({ sampledValue }: any) => sampledValue),
  )
const everyTimestamp = (wire: Wire, pattern: RegExp) =>
  ['StatusNotification', 'StartTransaction', 'StopTransaction'].every((action) => {
    const all = calls(wire, action)
    return all.length > 0 && all.every(({ timestamp }) => pattern.test(timestamp))
  })
const idsOf = (wire: Wire, action: string): unknown[] =>
  frames(wire)
    .filter(([type, , name]) => type === 2 && name === action)
    .map(([, id]) => id)
const keys = (wire: Wire): any[] => answerTo(wire, 'ask-0')[2].configurationKey
const after = (wire: Wire, first: string, second: string) => {
  const actions = frames(wire)
    .filter(([type]) => type === 2)
    .map(([, , action]) => action)
  return actions.lastIndexOf(second) > actions.indexOf(first) && actions.includes(first)
}

const isJson = (text: string) => {
  try {
    return Boolean(JSON.parse(text))
  } catch {
    return false
  }
}

/** How each quirk shows on the wire. */
const SEEN: Record<string, (wire: Wire) => unknown> = {
  'no-subprotocol': ({ handshakes }) => handshakes.every(({ headers }) => !headers['sec-websocket-protocol']),
  'many-subprotocols': ({ handshakes }) =>
    handshakes[0]?.headers['sec-websocket-protocol'] === 'ocpp1.2,ocpp1.5,ocpp1.6',
  'double-slash': ({ handshakes }) => handshakes[0]?.path === '/ocpp//Q1',
  'trailing-slash': ({ handshakes }) => handshakes[0]?.path === '/ocpp/Q1/',
  'hex-password': ({ handshakes }) =>
    handshakes[0]?.headers.authorization ===
    `Basic ${Buffer.from(`Q1:${Buffer.from('sixteen letters!').toString('hex')}`).toString('base64')}`,
  'long-serial': (wire) => calls(wire, 'BootNotification')[0].chargePointSerialNumber.length === 30,
  'empty-iccid': (wire) => calls(wire, 'BootNotification')[0].iccid === '',
  'numeric-values': (wire) =>
    samples(wire).length > 0 && samples(wire).every(({ value }) => typeof value === 'number'),
  'null-optionals': (wire) => calls(wire, 'StartTransaction')[0].reservationId === null,
  'unknown-error-code': (wire) =>
    calls(wire, 'StatusNotification').every(({ errorCode }) => errorCode === 'Error'),
  'long-info': (wire) => calls(wire, 'StatusNotification')[0].info.length === 80,
  '1970-timestamps': (wire) => everyTimestamp(wire, /^1970-01-01T00:00:00Z$/),
  'local-time': (wire) => everyTimestamp(wire, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/),
  'short-offset': (wire) => everyTimestamp(wire, /\+02$/),
  'no-timestamp': (wire) => calls(wire, 'StatusNotification').every((status) => !('timestamp' in status)),
  'empty-sampled-value': (wire) =>
    calls(wire, 'MeterValues')[0].meterValue.some(({ sampledValue }: any) => sampledValue.length === 0),
  'unit-hertz': (wire) => samples(wire).some(({ unit }) => unit === 'Hertz'),
  'unit-celsius': (wire) => samples(wire).some(({ unit }) => unit === 'Celsius'),
  'bad-context': (wire) => samples(wire).some(({ context }) => context === 'Periodic'),
  'extra-fields': (wire) => calls(wire, 'Authorize')[0].connectorId === 1,
  'reservation-id-zero': (wire) => calls(wire, 'StartTransaction')[0].reservationId === 0,
  'long-id-tag': (wire) => calls(wire, 'StartTransaction')[0].idTag.length === 21,
  'empty-id-tag': (wire) => calls(wire, 'StartTransaction')[0].idTag === '',
  'missing-id-tag': (wire) => !('idTag' in calls(wire, 'StartTransaction')[0]),
  'meter-reset': (wire) => calls(wire, 'StopTransaction')[0].meterStop === 0,
  'transaction-id-minus-one': (wire) => calls(wire, 'StopTransaction')[0].transactionId === -1,
  'transaction-id-zero': (wire) => calls(wire, 'MeterValues')[0].transactionId === 0,
  'stays-finishing': (wire) =>
    calls(wire, 'StatusNotification')
      .filter(({ connectorId }) => connectorId === 1)
      .at(-1).status === 'Finishing',
  'duplicate-status': (wire) =>
    calls(wire, 'StatusNotification').filter(({ status }) => status === 'Charging').length === 2,
  'resend-start-new-id': (wire) => new Set(idsOf(wire, 'StartTransaction')).size === 4,
  'resend-start-same-id': (wire) =>
    idsOf(wire, 'StartTransaction').length === 4 && new Set(idsOf(wire, 'StartTransaction')).size === 1,
  'resend-stop': (wire) =>
    idsOf(wire, 'StopTransaction').length === 2 && new Set(idsOf(wire, 'StopTransaction')).size === 1,
  'double-stop': (wire) =>
    calls(wire, 'StopTransaction')
      .map(({ reason }) => reason)
      .join() === 'Local,Other',
  'start-after-stop': (wire) => after(wire, 'StopTransaction', 'StartTransaction'),
  'closing-values-after-stop': (wire) => after(wire, 'StopTransaction', 'MeterValues'),
  'stale-transaction-id': (wire) => {
    const stale = calls(wire, 'MeterValues').filter(
      ({ meterValue }) => meterValue[0].sampledValue.length === 1,
    )
    return (
      after(wire, 'StopTransaction', 'MeterValues') && stale.some(({ transactionId }) => transactionId === 77)
    )
  },
  'stop-of-nothing': (wire) => calls(wire, 'StopTransaction')[0].transactionId === 987_654,
  'dump-history': (wire) => calls(wire, 'MeterValues').length >= 200,
  'values-of-connector-0': (wire) => calls(wire, 'MeterValues').some(({ connectorId }) => connectorId === 0),
  'get-configuration-numbers': (wire) => keys(wire).some(({ value }) => typeof value === 'number'),
  'readonly-numbers': (wire) => keys(wire).every(({ readonly }) => readonly === 0 || readonly === 1),
  'truncated-json': ({ texts }) => texts.some((text) => text.startsWith('[3,"ask-0"') && !isJson(text)),
  'empty-message-id': (wire) =>
    frames(wire)
      .filter(([type]) => type !== 2)
      .every(([, id, payload]) => id === '' && payload),
  'call-error-short': (wire) => answerTo(wire, 'ask-3').length === 2,
  'unlock-accepted': (wire) => answerTo(wire, 'ask-2')[2].status === 'Accepted',
  'ping-interval-readonly': (wire) => answerTo(wire, 'ask-1')[2].status === 'Rejected',
  'null-payload': (wire) => answerTo(wire, 'ask-5')[2] === null,
  'invalid-json': ({ texts }) => texts.some((text) => text.includes('"MeterValues"') && text.endsWith(',}]')),
  'nul-bytes': ({ texts }) => texts.every((text) => text.endsWith('\0')),
  'message-type-1': (wire) => frames(wire).some(([type]) => type === 1),
  'huge-transaction-id': ({ texts }) =>
    texts.some((text) => text.includes('"transactionId":9223372036854775807')),
  'counting-ids': (wire) => idsOf(wire, 'BootNotification')[0] === '1',
  'numeric-message-ids': (wire) => idsOf(wire, 'Authorize').every((id) => typeof id === 'number'),
  'no-boot': (wire) => calls(wire, 'BootNotification').length === 0 && calls(wire, 'Heartbeat').length > 0,
  'never-pong': ({ pongs }) => pongs === 0,
  'idle-drop-30s': ({ handshakes, closed }) => handshakes.length > 1 && closed > 0,
  'half-open-reconnect': ({ mostConnections }) => mostConnections > 1,
  'boot-loop': (wire) => calls(wire, 'BootNotification').length > 1 && wire.handshakes.length > 1,
  'measurands-reboot': (wire) => wire.closed > 0 && calls(wire, 'BootNotification').length === 1,
}

/** Not before all is there that it looks at. */
const shows = (wire: Wire, name: string): boolean => {
  try {
    return Boolean(SEEN[name]?.(wire))
  } catch {
    return false
  }
}

const isAsked = (wire: Wire) => answerTo(wire, 'ask-6') !== undefined

/** A short charge, and some questions from the other side. */
async function journey(names: string[], isDone: (wire: Wire) => boolean): Promise<Wire> {
  const server = await quirkServer()
  const time = fasterTime(systemTime, SPEED)
  const options = {
    ...{ id: 'Q1', url: server.url, password: 'sixteen letters!', time, wireTime: time },
    configuration: { MeterValueSampleInterval: '1', WebSocketPingInterval: '0', MessageTimeout: '600' },
  }
  const station = new Station(withQuirks(options, names))
  try {
    await play(station, server.ask)
    await until(() => isDone(server.wire)).catch(() => {})
    return server.wire
  } finally {
    station.close()
    await server.close()
  }
}

async function play(station: Station, ask: () => void): Promise<void> {
  await station.connect()
  await station.accepted()
  await until(() => station.isOnline)
  await station.idle()
  station.plug(1)
  await station.authorize('TAG001')
  await station.start(1, 'TAG001')
  await new Promise((resolve) => setTimeout(resolve, 150))
  await station.stop(1)
  station.unplug(1)
  await station.heartbeat()
  await station.idle()
  ask()
}

describe('quirks on the wire', () => {
  test('each has a name, words, a source and a way to be seen', () => {
    expect(new Set(QUIRK_NAMES).size).toBe(QUIRK_NAMES.length)
    expect(Object.keys(SEEN).toSorted()).toEqual([...QUIRK_NAMES])
    for (const { about, source, options, twist } of QUIRKS) {
      expect(about.length).toBeGreaterThan(10)
      expect(source).not.toBe('')
      expect(options ?? twist).toBeDefined()
    }
    for (const name of QUIRK_NAMES) expect(quirksText()).toContain(name)
    expect(() => withQuirks({ id: 'X', url: 'ws://localhost/' }, ['no-such'])).toThrow(
      'there is no quirk no-such',
    )
  })

  test('a station without any shows none of them', async () => {
    const wire = await journey([], isAsked)
    const shown = QUIRK_NAMES.filter((name) => !SLOW.includes(name) && shows(wire, name))
    expect(shown).toEqual([])
  })

  test.concurrent.each(QUIRK_NAMES.map((name) => [name]))('%s', async (name) => {
    const wire = await journey([name], (all) => shows(all, name))
    expect(SEEN[name]?.(wire)).toBeTruthy()
  })

  test('several at once do all of theirs', async () => {
    const names = ['no-subprotocol', 'numeric-values', 'double-stop', 'nul-bytes']
    const wire = await journey(names, (all) => all.texts.some((text) => text.includes('"ask-6"')))
    const clean = { ...wire, texts: wire.texts.map((text) => text.replaceAll('\0', '')) }
    expect(SEEN['nul-bytes']?.(wire)).toBe(true)
    for (const name of names.slice(0, 3)) expect(SEEN[name]?.(clean)).toBe(true)
  })
})
