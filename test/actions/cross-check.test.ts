import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ALL_ACTIONS, CENTRAL_SYSTEM_ACTIONS, STATION_ACTIONS } from '../../lib/actions/index.ts'
import { jsonSchemaOf, readLeniently, readStrictly, type Schema } from '../../lib/ocpp/schema.ts'
import { type Direction, mutantsOf, officialActions, oracle, payloadsOf } from './corpus.ts'

const ajv = new Ajv2020({ multipleOfPrecision: 6 })
addFormats.default(ajv)

const corpus = ALL_ACTIONS.flatMap(({ action, request, response }) => [
  entry(action, 'req', request),
  entry(action, 'conf', response),
])

function entry(action: string, direction: Direction, schema: Schema<unknown>) {
  return {
    name: `${action}.${direction}`,
    schema,
    official: oracle(action, direction),
    payloads: payloadsOf(action, direction),
    mutants: mutantsOf(action, direction).filter(
      ({ fault, path }) => !isKnown(`${action}.${direction}`, fault, path),
    ),
  }
}

/**
 * Where we differ from the official schemas, knowingly; nothing else may. That both Celcius and Celsius are right is no
 * difference from this set, only from the OCA's of 2019-12 (errata 2025-04).
 */
const DIFFERENCES: {
  what: string
  name: string
  payload: unknown
  official: boolean
  ours: boolean
  because: string
}[] = [
  {
    what: 'an integer of more than 32 bits',
    name: 'RemoteStopTransaction.req',
    payload: { transactionId: 2 ** 31 },
    official: true,
    ours: false,
    because:
      'charge points keep ids in 32 bits, as the WSDL (xs:int) says; from a station it is taken leniently',
  },
  {
    what: 'an empty list of certificates',
    name: 'GetInstalledCertificateIds.conf',
    payload: { status: 'NotFound', certificateHashData: [] },
    official: false,
    ours: true,
    because: 'whitepaper §5.8 says 0..*; only its JSON schema has minItems 1',
  },
  {
    what: 'a date with a blank for the T',
    name: 'Heartbeat.conf',
    payload: { currentTime: '2026-11-21 08:00:00Z' },
    official: true,
    ours: false,
    because: 'ISO 8601, which §3.15 demands, wants the T; ajv follows RFC 3339, which does not',
  },
  {
    what: 'a date with small t and z',
    name: 'Heartbeat.conf',
    payload: { currentTime: '2026-11-21t08:00:00z' },
    official: true,
    ours: false,
    because: 'as above',
  },
  {
    what: 'a leap second',
    name: 'Heartbeat.conf',
    payload: { currentTime: '2016-12-31T23:59:60Z' },
    official: true,
    ours: false,
    because: 'a JavaScript Date cannot hold it',
  },
]

/** The one mutant that falls under the differences. */
function isKnown(name: string, fault: string, path: string): boolean {
  return (
    name === 'GetInstalledCertificateIds.conf' && fault === 'empty list' && path === 'certificateHashData'
  )
}

test('every action is here, in both directions', () => {
  expect(ALL_ACTIONS.map(({ action }) => action)).toEqual([...officialActions].sort())
  expect(corpus).toHaveLength(78)
})

test('the corpus is as large as it should be', () => {
  const payloads = corpus.flatMap((each) => each.payloads)
  const mutants = corpus.flatMap((each) => each.mutants)
  expect(payloads).toHaveLength(3_120)
  expect(mutants).toHaveLength(1_567)
  expect(corpus.every((each) => each.mutants.length > 0)).toBe(true)
})

describe.each(corpus)('$name', ({ schema, official, payloads, mutants }) => {
  test('what is right is read, by the letter and leniently alike', () => {
    for (const payload of payloads) {
      expect.soft(official(payload), JSON.stringify(payload)).toBe(true)
      const strictly = readStrictly(schema, payload)
      expect.soft(strictly, JSON.stringify(payload)).toMatchObject({ ok: true, violations: [] })
      expect.soft(readLeniently(schema, payload)).toEqual(strictly)
      // readLeniently reads by the letter first; the lenient form must see nothing else in it.
      expect.soft(schema.lenient.parse(payload)).toEqual(schema.strict.parse(payload))
    }
  })

  test('a single fault is refused, with the code it deserves', () => {
    for (const { fault, path, payload, code } of mutants) {
      const what = `${path} ${fault}: ${JSON.stringify(payload)}`
      expect.soft(official(payload), what).toBe(false)
      const strictly = readStrictly(schema, payload)
      expect.soft(strictly.ok, what).toBe(false)
      if (!strictly.ok) expect.soft(strictly.error.code, what).toBe(code)
      expect.soft(readLeniently(schema, payload).violations, what).not.toHaveLength(0)
    }
  })

  test('its JSON Schema says the same', () => {
    const jsonSchema = jsonSchemaOf(schema)
    expect(JSON.stringify(jsonSchema)).not.toMatch(/\$(defs|ref)/)
    const validate = ajv.compile(jsonSchema)
    for (const payload of payloads) expect.soft(validate(payload), JSON.stringify(payload)).toBe(true)
    for (const { fault, path, payload } of mutants) {
      expect.soft(validate(payload), `${path} ${fault}: ${JSON.stringify(payload)}`).toBe(false)
    }
  })

  test('whatever comes, reading does not throw, and reading again changes nothing', () => {
    const key = fc.constantFrom('surprise', ...Object.keys(payloads[0] as object))
    fc.assert(
      fc.property(fc.oneof(fc.dictionary(key, fc.jsonValue()), fc.jsonValue()), (payload) => {
        const once = readLeniently(schema, payload)
        if (once.ok) expect(readLeniently(schema, once.value)).toMatchObject({ ok: true, value: once.value })
        readStrictly(schema, payload)
      }),
      { seed: 1, numRuns: 100 },
    )
  })
})

test.each(DIFFERENCES)('we differ over $what, because $because', ({ name, payload, official, ours }) => {
  const found = corpus.find((each) => each.name === name)
  expect(found?.official(payload)).toBe(official)
  expect(found?.schema.strict.safeParse(payload).success).toBe(ours)
})

test.each(['StopTransaction', 'MeterValues'])('%s: Celcius and Celsius are both right', (action) => {
  const { request } = STATION_ACTIONS.get(action) ?? {}
  const meterValue = (unit: string) => [
    { timestamp: '2026-11-21T08:00:00Z', sampledValue: [{ value: '21', measurand: 'Temperature', unit }] },
  ]
  for (const unit of ['Celcius', 'Celsius']) {
    const payload =
      action === 'MeterValues'
        ? { connectorId: 1, meterValue: meterValue(unit) }
        : {
            transactionId: 1,
            meterStop: 5,
            timestamp: '2026-11-21T08:00:00Z',
            transactionData: meterValue(unit),
          }
    expect(request?.strict.safeParse(payload).success).toBe(true)
  }
})

test('only DataTransfer comes from both sides', () => {
  const both = [...STATION_ACTIONS.keys()].filter((action) => CENTRAL_SYSTEM_ACTIONS.has(action))
  expect(both).toEqual(['DataTransfer'])
})
