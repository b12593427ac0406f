import { describe, expect, test } from 'vitest'
import { BootNotification } from '../../lib/actions/boot-notification.ts'
import { GetConfiguration } from '../../lib/actions/get-configuration.ts'
import { GetDiagnostics } from '../../lib/actions/get-diagnostics.ts'
import { MeterValues } from '../../lib/actions/meter-values.ts'
import { SecurityEventNotification } from '../../lib/actions/security-event-notification.ts'
import { SetChargingProfile } from '../../lib/actions/set-charging-profile.ts'
import { StartTransaction } from '../../lib/actions/start-transaction.ts'
import { StatusNotification } from '../../lib/actions/status-notification.ts'
import { StopTransaction } from '../../lib/actions/stop-transaction.ts'
import { jsonSchemaOf, readLeniently, readStrictly, type Schema, schema } from '../../lib/ocpp/schema.ts'
import { ciKey, sameCiString } from '../../lib/ocpp/types.ts'

const AT = '2026-11-21T08:00:00.000Z'

const boot = { chargePointVendor: 'Vendor', chargePointModel: 'Model' }
const start = { connectorId: 1, idTag: 'TAG', meterStart: 100, timestamp: AT }
const stop = { transactionId: 7, meterStop: 900, timestamp: AT }
const status = { connectorId: 1, errorCode: 'NoError', status: 'Available' }
const event = { type: 'StartupOfTheDevice', timestamp: AT }
const sampled = (value: object) => ({
  connectorId: 1,
  meterValue: [{ timestamp: AT, sampledValue: [value] }],
})
const configuration = (key: object) => ({ configurationKey: [{ key: 'k', readonly: false, ...key }] })

describe('what stations send in the field is read, and noted', () => {
  test.each<[string, Schema<unknown>, unknown, unknown]>([
    [
      'a key we do not know is left out',
      BootNotification.request,
      { ...boot, vendorSpecific: { a: 1 } },
      boot,
    ],
    ['null is absent', BootNotification.request, { ...boot, iccid: null }, boot],
    [
      'a serial number over length is kept',
      BootNotification.request,
      { ...boot, chargePointSerialNumber: 'x'.repeat(30) },
      { ...boot, chargePointSerialNumber: 'x'.repeat(30) },
    ],
    [
      'a number for a string',
      BootNotification.request,
      { ...boot, chargePointSerialNumber: 4711 },
      { ...boot, chargePointSerialNumber: '4711' },
    ],
    [
      'a boolean for a string',
      GetConfiguration.response,
      configuration({ value: true }),
      configuration({ value: 'true' }),
    ],
    [
      'a number for a configuration value',
      GetConfiguration.response,
      configuration({ value: 60 }),
      configuration({ value: '60' }),
    ],
    [
      '0 for false',
      GetConfiguration.response,
      configuration({ readonly: 0 }),
      configuration({ readonly: false }),
    ],
    [
      '1 for true',
      GetConfiguration.response,
      configuration({ readonly: 1 }),
      configuration({ readonly: true }),
    ],
    [
      '"True" for true',
      GetConfiguration.response,
      configuration({ readonly: 'True' }),
      configuration({ readonly: true }),
    ],
    ['null within', GetConfiguration.response, configuration({ value: null }), configuration({})],

    ['an integer in quotes', StartTransaction.request, { ...start, meterStart: '100' }, start],
    ['an integer with a fraction', StartTransaction.request, { ...start, meterStart: 99.6 }, start],
    ['a fraction in quotes', StartTransaction.request, { ...start, meterStart: ' 100.4 ' }, start],
    [
      'a tag of 21 characters',
      StartTransaction.request,
      { ...start, idTag: 'x'.repeat(21) },
      { ...start, idTag: 'x'.repeat(21) },
    ],
    ['no tag: free vend', StartTransaction.request, { ...start, idTag: undefined }, { ...start, idTag: '' }],
    [
      'null for a tag: free vend',
      StartTransaction.request,
      { ...start, idTag: null },
      { ...start, idTag: '' },
    ],
    ['null for a reservation', StartTransaction.request, { ...start, reservationId: null }, start],
    [
      'no timestamp of a start',
      StartTransaction.request,
      { ...start, timestamp: undefined },
      { ...start, timestamp: '' },
    ],
    [
      'null for the timestamp of a start',
      StartTransaction.request,
      { ...start, timestamp: null },
      { ...start, timestamp: '' },
    ],
    [
      'an unreadable timestamp of a start',
      StartTransaction.request,
      { ...start, timestamp: '21/11/2026 08:00' },
      { ...start, timestamp: '' },
    ],
    [
      'a number for the timestamp of a start',
      StartTransaction.request,
      { ...start, timestamp: 1795248000 },
      { ...start, timestamp: '' },
    ],
    [
      'an unreadable timestamp of a stop',
      StopTransaction.request,
      { ...stop, timestamp: 'null' },
      { ...stop, timestamp: '' },
    ],
    [
      'an unreadable timestamp of a reading',
      MeterValues.request,
      { connectorId: 1, meterValue: [{ timestamp: '?', sampledValue: [] }] },
      { connectorId: 1, meterValue: [{ timestamp: '', sampledValue: [] }] },
    ],
    [
      'an unreadable timestamp in transactionData',
      StopTransaction.request,
      { ...stop, transactionData: [{ timestamp: '?', sampledValue: [{ value: '1' }] }] },
      { ...stop, transactionData: [{ timestamp: '', sampledValue: [{ value: '1' }] }] },
    ],
    [
      'an unreadable timestamp of a status',
      StatusNotification.request,
      { ...status, timestamp: '0000-00-00' },
      { ...status, timestamp: '' },
    ],
    [
      'null for the timestamp of a status',
      StatusNotification.request,
      { ...status, timestamp: null },
      status,
    ],
    [
      'an unreadable timestamp of a security event',
      SecurityEventNotification.request,
      { ...event, timestamp: '' },
      { ...event, timestamp: '' },
    ],

    [
      'a transaction id beyond 32 bits',
      MeterValues.request,
      { connectorId: 1, transactionId: 2 ** 53 - 1, meterValue: [] },
      { connectorId: 1, transactionId: 2 ** 53 - 1, meterValue: [] },
    ],
    [
      'an enum in another case',
      StatusNotification.request,
      { ...status, status: 'suspendedEV' },
      { ...status, status: 'SuspendedEV' },
    ],
    ['an enum with blanks', StatusNotification.request, { ...status, status: ' Available ' }, status],
    [
      'an error code of its own',
      StatusNotification.request,
      { ...status, errorCode: 'Error' },
      { ...status, errorCode: 'OtherError' },
    ],
    [
      'info over length',
      StatusNotification.request,
      { ...status, info: 'x'.repeat(80) },
      { ...status, info: 'x'.repeat(80) },
    ],
    [
      'a reason of its own',
      StopTransaction.request,
      { ...stop, reason: 'StopByRFID' },
      { ...stop, reason: 'Other' },
    ],
    [
      'a reason in capitals',
      StopTransaction.request,
      { ...stop, reason: 'REMOTE' },
      { ...stop, reason: 'Remote' },
    ],
    [
      'a transaction id in quotes',
      StopTransaction.request,
      { ...stop, transactionId: '-1' },
      { ...stop, transactionId: -1 },
    ],

    ['a number for a reading', MeterValues.request, sampled({ value: 12.5 }), sampled({ value: '12.5' })],
    [
      'hertz',
      MeterValues.request,
      sampled({ value: '50', unit: 'Hz' }),
      sampled({ value: '50', unit: 'Hz' }),
    ],
    [
      'a unit in another case',
      MeterValues.request,
      sampled({ value: '50', unit: 'WH' }),
      sampled({ value: '50', unit: 'Wh' }),
    ],
    [
      'a measurand of its own',
      MeterValues.request,
      sampled({ value: '5', measurand: 'Vendor.Fan' }),
      sampled({ value: '5', measurand: 'Vendor.Fan' }),
    ],
    [
      'a context of its own',
      MeterValues.request,
      sampled({ value: '5', context: 'Sample.Odd' }),
      sampled({ value: '5', context: 'Sample.Odd' }),
    ],
    [
      'a number for a phase',
      MeterValues.request,
      sampled({ value: '5', phase: 1 }),
      sampled({ value: '5', phase: '1' }),
    ],
    [
      'a format and a location of its own',
      MeterValues.request,
      sampled({ value: '5', format: 'OCMF', location: 'Grid' }),
      sampled({ value: '5', format: 'OCMF', location: 'Grid' }),
    ],
  ])('%s', (_, { strict, lenient }, payload, value) => {
    const reading = readLeniently({ strict, lenient }, payload)
    expect(reading).toMatchObject({ ok: true })
    if (reading.ok) expect(reading.value).toEqual(value)
    expect(reading.violations).not.toHaveLength(0)
    expect(readStrictly({ strict, lenient }, payload).ok).toBe(false)
  })

  test.each<[string, Schema<unknown>, unknown]>([
    [
      'no sampled value',
      MeterValues.request,
      { connectorId: 1, meterValue: [{ timestamp: AT, sampledValue: [] }] },
    ],
    ['no reading at all', MeterValues.request, { connectorId: 0, meterValue: [] }],
    ['an empty tag', StartTransaction.request, { ...start, idTag: '' }],
    ['a connector that cannot be', StartTransaction.request, { ...start, connectorId: -1 }],
    ['transaction -1', StopTransaction.request, { ...stop, transactionId: -1 }],
    ['a meter that ran backwards', StopTransaction.request, { ...stop, meterStop: -5 }],
    ['1970', StatusNotification.request, { ...status, timestamp: '1970-01-01T00:00:00Z' }],
  ])('%s is odd, but within the letter', (_, request, payload) => {
    expect(readLeniently(request, payload)).toMatchObject({ ok: true, violations: [] })
  })
})

describe('what cannot be read is refused', () => {
  test.each<[string, Schema<unknown>, unknown, string, string]>([
    ['a list for a payload', StatusNotification.request, [], 'TypeConstraintViolation', ''],
    ['nothing for a payload', StatusNotification.request, undefined, 'OccurenceConstraintViolation', ''],
    [
      'no connector',
      StatusNotification.request,
      { ...status, connectorId: undefined },
      'OccurenceConstraintViolation',
      'connectorId',
    ],
    [
      'null for a connector',
      StatusNotification.request,
      { ...status, connectorId: null },
      'OccurenceConstraintViolation',
      'connectorId',
    ],
    [
      'no status',
      StatusNotification.request,
      { connectorId: 1, errorCode: 'NoError' },
      'OccurenceConstraintViolation',
      'status',
    ],
    [
      'a status of its own',
      StatusNotification.request,
      { ...status, status: 'Occupied' },
      'PropertyConstraintViolation',
      'status',
    ],
    [
      'a number for a status',
      StatusNotification.request,
      { ...status, status: 3 },
      'TypeConstraintViolation',
      'status',
    ],
    [
      'a number for an error code',
      StatusNotification.request,
      { ...status, errorCode: 3 },
      'TypeConstraintViolation',
      'errorCode',
    ],
    [
      'a word for a connector',
      StatusNotification.request,
      { ...status, connectorId: 'one' },
      'TypeConstraintViolation',
      'connectorId',
    ],
    [
      'an empty string for a connector',
      StatusNotification.request,
      { ...status, connectorId: '' },
      'TypeConstraintViolation',
      'connectorId',
    ],
    [
      'an object for a string',
      BootNotification.request,
      { chargePointVendor: {}, chargePointModel: 'M' },
      'TypeConstraintViolation',
      'chargePointVendor',
    ],
  ])('%s', (_, request, payload, code, path) => {
    const reading = readLeniently(request, payload)
    expect(reading).toMatchObject({ ok: false, error: { code } })
    if (!reading.ok) expect(reading.error.description.startsWith(path)).toBe(true)
    expect(reading.violations).not.toHaveLength(0)
  })

  test('violations name the place', () => {
    const payload = {
      connectorId: '1',
      meterValue: [{ timestamp: AT, sampledValue: [{ value: '1' }, { value: 2 }] }],
    }
    const { violations } = readLeniently(MeterValues.request, payload)
    expect(violations.map(({ path }) => path)).toEqual(['connectorId', 'meterValue[0].sampledValue[1].value'])
  })
})

describe('instants (§3.15)', () => {
  const { strict, lenient } = schema((t) => t.dateTime())

  test.each([
    ['2026-11-21T08:00:00Z', AT],
    ['2026-11-21T08:00:00.5Z', '2026-11-21T08:00:00.500Z'],
    ['2026-11-21T08:00:00.123456789Z', '2026-11-21T08:00:00.123Z'],
    ['2026-11-21T08:00:00+00:00', AT],
    ['2026-11-21T10:00:00+02:00', AT],
    ['2026-11-20T20:30:00.000-11:30', AT],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00.000Z'],
  ])('%s is right', (text, instant) => {
    expect(strict.parse(text)).toBe(instant)
    expect(lenient.parse(text)).toBe(instant)
  })

  test.each([
    ['2026-11-21T08:00:00', AT],
    ['2026-11-21 08:00:00', AT],
    ['2026-11-21 08:00:00Z', AT],
    ['2026-11-21 08:00:00 +0200', '2026-11-21T06:00:00.000Z'],
    ['2026-11-21T08:00:00+02', '2026-11-21T06:00:00.000Z'],
    ['2026-11-21T08:00:00-0330', '2026-11-21T11:30:00.000Z'],
    ['2026-11-21T08:00:00,25Z', '2026-11-21T08:00:00.250Z'],
    ['2026-11-21t08:00:00z', AT],
    ['2026-11-21T08:00Z', AT],
    ['2026-11-21T08:00', AT],
    ['2026-11-21', '2026-11-21T00:00:00.000Z'],
    ['  2026-11-21T08:00:00Z\n', AT],
  ])('%j is understood', (text, instant) => {
    expect(strict.safeParse(text).success).toBe(false)
    expect(lenient.parse(text)).toBe(instant)
  })

  test.each([
    '',
    'null',
    'now',
    '08:00:00',
    '21.11.2026 08:00:00',
    '2026-13-01T00:00:00Z',
    '2026-02-30T00:00:00Z',
    '2026-11-21T25:00:00Z',
    '2026-11-21T08:61:00Z',
    '2026-11-21T08:00:00+99:00',
    '2026-11-21T08:00:00 CET',
    1795248000,
    null,
    undefined,
    {},
  ])('%j is not', (value) => {
    expect(strict.safeParse(value).success).toBe(false)
    expect(lenient.safeParse(value).success).toBe(false)
    expect(schema((t) => t.instantOrReceipt()).lenient.parse(value)).toBe('')
    expect(schema((t) => t.instantOrReceipt()).strict.safeParse(value).success).toBe(false)
  })
})

describe('decimals (§7.13)', () => {
  const { strict, lenient } = schema((t) => t.decimal())

  test('all 10,001 of one fraction digit from 0.0 to 1000.0 are right', () => {
    const refused = Array.from({ length: 10_001 }, (_, tenths) => tenths / 10).filter(
      (value) => !strict.safeParse(value).success || !strict.safeParse(-value).success,
    )
    expect(refused).toEqual([])
  })

  test.each([0.15, 0.01, 8.11, 16.05, 999.99, -0.25, 1e-7, Number.NaN, Number.POSITIVE_INFINITY, '8.1'])(
    '%j is not',
    (value) => {
      expect(strict.safeParse(value).success).toBe(false)
    },
  )

  test('a station may write them as it likes', () => {
    expect([0.15, '8.1', ' 16 '].map((value) => lenient.parse(value))).toEqual([0.15, 8.1, 16])
    expect(lenient.safeParse('much').success).toBe(false)
  })

  test('a profile with 8.1 amperes goes out as it came', () => {
    const request = {
      connectorId: 1,
      csChargingProfiles: {
        chargingProfileId: 1,
        stackLevel: 0,
        chargingProfilePurpose: 'TxDefaultProfile',
        chargingProfileKind: 'Relative',
        chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 8.1 }] },
      },
    }
    expect(readStrictly(SetChargingProfile.request, request)).toEqual({
      ok: true,
      value: request,
      violations: [],
    })
  })
})

describe('integers', () => {
  const { strict, lenient } = schema((t) => t.integer())

  test.each([0, -1, 2 ** 31 - 1, -(2 ** 31)])('%d fits', (value) => {
    expect(strict.parse(value)).toBe(value)
  })

  test.each([2 ** 31, -(2 ** 31) - 1, 0.5, '1', true, null])('%j does not', (value) => {
    expect(strict.safeParse(value).success).toBe(false)
  })

  test.each([true, null, '', ' ', 'x', '1e999', {}, []])('%j is none, however kind the reader', (value) => {
    expect(lenient.safeParse(value).success).toBe(false)
  })
})

test.each([
  ['ftp://user:password@host:21/dir/', true],
  ['https://host/a%20b?x=1#y', true],
  ['sftp://[2001:db8::1]/', true],
  ['https://host/a b', false],
  ['https://host/{id}', false],
  ['https://host/ä', false],
  ['host/dir', false],
  ['', false],
])('a URI we send: %j %j', (location, right) => {
  expect(readStrictly(GetDiagnostics.request, { location }).ok).toBe(right)
  expect(readLeniently(GetDiagnostics.request, { location }).ok).toBe(true)
})

test('CiStrings are the same in any case (§7.15)', () => {
  expect(ciKey('04A2-Ff')).toBe('04a2-ff')
  expect(sameCiString('TAG-1', 'tag-1')).toBe(true)
  expect(sameCiString('TAG-1', 'TAG-1 ')).toBe(false)
})

test('the JSON Schema of a request is readable by anyone', () => {
  expect(jsonSchemaOf(StatusNotification.request)).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    required: ['connectorId', 'errorCode', 'status'],
    additionalProperties: false,
    properties: {
      connectorId: { type: 'integer', minimum: -(2 ** 31), maximum: 2 ** 31 - 1 },
      info: { type: 'string', maxLength: 50 },
      timestamp: { type: 'string', format: 'date-time' },
    },
  })
})

describe('what a record is not lost over', () => {
  const instant = '2026-03-01T08:00:00.000Z'
  const stop = { transactionId: 1, meterStop: 2, timestamp: instant }
  const start = { connectorId: 1, idTag: 'TAG', meterStart: 0, timestamp: instant }
  const good = { timestamp: instant, sampledValue: [{ value: '1' }] }

  test.each<[string, { request: Schema<unknown> }, object, object]>([
    [
      'readings without a value',
      MeterValues,
      { connectorId: 1, meterValue: [{ ...good, sampledValue: [{}, { value: null }, { value: '1' }] }] },
      { connectorId: 1, meterValue: [good] },
    ],
    [
      'entries that are none',
      MeterValues,
      { connectorId: 1, meterValue: [null, 7, {}, good] },
      { connectorId: 1, meterValue: [good] },
    ],
    [
      'a unit that is none',
      MeterValues,
      { connectorId: 1, meterValue: [{ ...good, sampledValue: [{ value: '1', unit: {} }] }] },
      { connectorId: 1, meterValue: [good] },
    ],
    [
      'an empty transaction id',
      MeterValues,
      { connectorId: 1, transactionId: '', meterValue: [good] },
      { connectorId: 1, meterValue: [good] },
    ],
    ['transaction data that is none', StopTransaction, { ...stop, transactionData: {} }, stop],
    [
      'a reading in the transaction data',
      StopTransaction,
      { ...stop, transactionData: [{ ...good, sampledValue: [{ measurand: 'SoC' }] }] },
      { ...stop, transactionData: [{ ...good, sampledValue: [] }] },
    ],
    ['a reason that is none', StopTransaction, { ...stop, reason: 5 }, stop],
    ['a tag that is none', StopTransaction, { ...stop, idTag: {} }, stop],
    ['an empty reservation', StartTransaction, { ...start, reservationId: '' }, start],
    ['half a character', StartTransaction, { ...start, idTag: '\ud800' }, { ...start, idTag: '\ufffd' }],
    [
      'a text without end',
      StartTransaction,
      { ...start, idTag: 'x'.repeat(60_000) },
      { ...start, idTag: 'x'.repeat(80) },
    ],
    ['info that is none', StatusNotification, { ...status, info: {} }, status],
  ])('%s', (_, { request }, payload, value) => {
    expect(readLeniently(request, payload)).toMatchObject({
      ok: true,
      violations: expect.toSatisfy((noted: unknown[]) => noted.length > 0),
    })
    const reading = readLeniently(request, payload)
    expect(reading.ok && reading.value).toEqual(value)
  })

  test('a key of the configuration whose access is not said may be written', () => {
    const { response } = GetConfiguration
    const reading = readLeniently(response, { configurationKey: [{ key: 'A', value: '1' }, {}] })
    expect(reading).toMatchObject({
      ok: true,
      value: { configurationKey: [{ key: 'A', readonly: false, value: '1' }] },
    })
  })
})
