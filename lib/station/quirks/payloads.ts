import type { Payload } from '../messages.ts'
import type { Quirk, Twist } from './quirk.ts'

/** A quirk of the payloads of some CALLs. */
function ofRequests(
  name: string,
  about: string,
  source: string,
  actions: readonly string[],
  change: (payload: Payload, action: string) => Payload,
): Quirk {
  const twist = (): Twist => ({
    request: (action, payload) =>
      actions.length === 0 || actions.includes(action) ? change(payload, action) : payload,
  })
  return { name, about, source, twist }
}

const EVERY: readonly string[] = []

export const PAYLOADS: readonly Quirk[] = [
  ofRequests(
    'long-serial',
    'has a serial number of 30 characters',
    'lbbrhzn #213',
    ['BootNotification'],
    (boot) => ({
      ...boot,
      chargePointSerialNumber: 'SERIAL'.padEnd(30, '0'),
    }),
  ),
  ofRequests('empty-iccid', 'boots with an empty iccid and imsi', 'many', ['BootNotification'], (boot) => ({
    ...boot,
    iccid: '',
    imsi: '',
  })),
  ofRequests(
    'numeric-values',
    'sends sampled values as numbers',
    'mobilityhouse #581',
    ['MeterValues', 'StopTransaction'],
    (payload) => inSamples(payload, (sample) => ({ ...sample, value: Number(sample.value) })),
  ),
  ofRequests(
    'null-optionals',
    'sends null for what it leaves out',
    'reference §2.3',
    EVERY,
    (payload, action) => ({
      ...NULLS[action],
      ...payload,
    }),
  ),
  ofRequests(
    'unknown-error-code',
    'reports the errorCode Error',
    'Legrand, steve #1248',
    ['StatusNotification'],
    (status) => ({ ...status, errorCode: 'Error' }),
  ),
  ofRequests(
    'long-info',
    'reports an info of 80 characters',
    'lbbrhzn #987',
    ['StatusNotification'],
    (status) => ({
      ...status,
      info: 'x'.repeat(80),
    }),
  ),
  ofRequests('1970-timestamps', 'has no clock: every timestamp is 1970', 'MicroOcpp #311', EVERY, (payload) =>
    withTimestamps(payload, () => '1970-01-01T00:00:00Z'),
  ),
  ofRequests('local-time', 'sends timestamps without a zone', 'Growatt, evcc #10399', EVERY, (payload) =>
    withTimestamps(payload, (timestamp) => timestamp.replace(/(\.\d+)?Z$/, '')),
  ),
  ofRequests('short-offset', 'sends timestamps with the zone +02', 'monta #5 and #53', EVERY, (payload) =>
    withTimestamps(payload, (timestamp) => {
      const local = new Date(Date.parse(timestamp) + 2 * 3_600_000).toISOString()
      return local.replace('Z', '+02')
    }),
  ),
  ofRequests(
    'no-timestamp',
    'leaves the timestamp of a status out',
    'many',
    ['StatusNotification'],
    (status) => {
      const { timestamp: _, ...rest } = status
      return rest
    },
  ),
  ofRequests(
    'empty-sampled-value',
    'sends meter values without a value',
    'lbbrhzn #466',
    ['MeterValues'],
    (values) => ({
      ...values,
      meterValue: [
        ...(values.meterValue as Payload[]),
        { timestamp: (values.meterValue as Payload[])[0]?.timestamp, sampledValue: [] },
      ],
    }),
  ),
  ofRequests('unit-hertz', 'sends a frequency in Hertz', 'errata 3.86, many', ['MeterValues'], (values) =>
    withSample(values, { value: '50.02', measurand: 'Frequency', unit: 'Hertz' }),
  ),
  ofRequests('unit-celsius', 'spells Celcius as Celsius', 'errata 2025-04', ['MeterValues'], (values) =>
    withSample(values, { value: '31.5', measurand: 'Temperature', unit: 'Celsius' }),
  ),
  ofRequests(
    'bad-context',
    'gives meter values a context nobody knows',
    'Alfen, #361',
    ['MeterValues'],
    (values) => inSamples(values, (sample) => ({ ...sample, context: 'Periodic' })),
  ),
  ofRequests(
    'extra-fields',
    'adds a connectorId to Authorize, and a flag to all',
    'evcc #14579',
    EVERY,
    (payload, action) => ({
      ...payload,
      ...(action === 'Authorize' ? { connectorId: 1 } : {}),
      vendorExtension: true,
    }),
  ),
  ofRequests('reservation-id-zero', 'starts with reservationId 0', 'many', ['StartTransaction'], (start) => ({
    reservationId: 0,
    ...start,
  })),
  ofRequests(
    'long-id-tag',
    'has an id tag of 21 characters',
    'lbbrhzn #1803',
    ['Authorize', 'StartTransaction'],
    (payload) => ({
      ...payload,
      idTag: String(payload.idTag).padEnd(21, '0'),
    }),
  ),
  ofRequests(
    'empty-id-tag',
    'starts with an empty id tag: free vend',
    'ocpp-go #277',
    ['StartTransaction'],
    (start) => ({
      ...start,
      idTag: '',
    }),
  ),
  ofRequests('missing-id-tag', 'starts without an id tag', 'ocpp-go #277', ['StartTransaction'], (start) => {
    const { idTag: _, ...rest } = start
    return rest
  }),
  ofRequests(
    'meter-reset',
    'stops with a meter that began anew',
    'OCPP.Core #33, Java-OCA #331',
    ['StopTransaction'],
    (stop) => ({
      ...stop,
      meterStop: 0,
    }),
  ),
  ofRequests(
    'transaction-id-minus-one',
    'stops transaction -1, whichever it was',
    'libocpp #495, open-ocpp',
    ['StopTransaction'],
    (stop) => ({ ...stop, transactionId: -1 }),
  ),
  ofRequests(
    'transaction-id-zero',
    'sends meter values of transaction 0',
    'shiv3',
    ['MeterValues'],
    (values) => ({ ...values, transactionId: 0 }),
  ),
  {
    name: 'stays-finishing',
    about: 'never says that a connector is Available again',
    source: 'many',
    twist: () => ({ request: staysFinishing() }),
  },
]

const NULLS: Record<string, Payload> = {
  BootNotification: { iccid: null, imsi: null, chargePointSerialNumber: null },
  StartTransaction: { reservationId: null },
  StatusNotification: { info: null, vendorId: null, vendorErrorCode: null },
  StopTransaction: { idTag: null, transactionData: null },
  MeterValues: { transactionId: null },
}

function staysFinishing(): (action: string, payload: Payload) => Payload {
  const finished = new Set<unknown>()
  return (action, payload) => {
    if (action !== 'StatusNotification') return payload
    if (payload.status === 'Finishing') finished.add(payload.connectorId)
    const isStuck = payload.status === 'Available' && finished.has(payload.connectorId)
    return isStuck ? { ...payload, status: 'Finishing' } : payload
  }
}

function withTimestamps(payload: Payload, change: (timestamp: string) => string): Payload {
  const entries = Object.entries(payload).map(([key, value]): [string, unknown] => {
    if (key === 'timestamp') return [key, change(String(value))]
    if (!Array.isArray(value)) return [key, value]
    return [key, value.map((each) => (isObject(each) ? withTimestamps(each, change) : each))]
  })
  return Object.fromEntries(entries)
}

function inSamples(payload: Payload, change: (sample: Payload) => Payload): Payload {
  const inValue = (value: Payload) => ({
    ...value,
    sampledValue: (value.sampledValue as Payload[]).map(change),
  })
  const entries = Object.entries(payload).map(([key, value]): [string, unknown] =>
    ['meterValue', 'transactionData'].includes(key) && Array.isArray(value)
      ? [key, value.map(inValue)]
      : [key, value],
  )
  return Object.fromEntries(entries)
}

function withSample(payload: Payload, sample: Payload): Payload {
  const values = (payload.meterValue as Payload[]).map((value) => ({
    ...value,
    sampledValue: [...(value.sampledValue as Payload[]), sample],
  }))
  return { ...payload, meterValue: values }
}

function isObject(value: unknown): value is Payload {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
