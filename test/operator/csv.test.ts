import { parse } from 'csv-parse/sync'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type * as z from 'zod'
import {
  type Csv,
  cellsOf,
  csvText,
  headerOf,
  joinList,
  plainText,
  splitList,
} from '../../lib/operator/csv.ts'
import { CSV_ROWS_MAX, csvReply } from '../../lib/operator/csv-reply.ts'
import type { Asked, Endpoint, Spec } from '../../lib/operator/endpoint.ts'
import { ENDPOINTS } from '../../lib/operator/endpoints.ts'
import { preferredType } from '../../lib/operator/negotiation.ts'
import { aChargePoint, anIdTag } from '../support/system.ts'
import { problemOf, startApi, type TestApi } from './support.ts'

let api: TestApi
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.stop())

const asCsv = { accept: 'text/csv' }
const read = (text: string): Record<string, string>[] => parse(text, { columns: true })

describe('a cell', () => {
  const csv: Csv = { name: 'x', columns: ['it'] }
  const cell = (it: unknown) => csvText(cellsOf(csv, [{ it }])).replace(/\r\n$/, '')

  test.each([
    '=1+1',
    '+1',
    '-1+1',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '＝1',
    "=cmd|' /C calc'!A0",
    '-',
    '-2-3',
    '+31 20 1234',
    '--1',
  ])('that a spreadsheet would calculate is text: %j', (text) => {
    const [[first] = []] = parse(cell(text)) as string[][]
    expect(first).toBe(`'${text}`)
    expect(plainText(first ?? '')).toBe(text)
  })

  test.each([
    [-5, '-5'],
    [-0.25, '-0.25'],
    ['-12.50', '-12.50'],
    [1e21, '1e+21'],
    [true, 'true'],
    [false, 'false'],
    [undefined, ''],
    [null, ''],
    [[], ''],
    [['a', 'b;c', 'd\\'], 'a;b\\;c;d\\\\'],
    [{ a: 1 }, '"{""a"":1}"'],
    ['a,b', '"a,b"'],
    ['two\nlines', '"two\nlines"'],
    ['"', '""""'],
  ])('holds %j as %s', (value, text) => {
    expect(cell(value)).toBe(text)
  })

  test('is read as what was written, whatever it was', () => {
    const odd = fc.constantFrom(
      '=',
      "'",
      '-',
      '+',
      '@',
      '\t',
      '\r',
      '\n',
      '"',
      ',',
      ';',
      '\\',
      '1',
      'ü',
      '＝',
    )
    const texts = fc.oneof(fc.string({ unit: odd, minLength: 1 }), fc.string({ minLength: 1 }))
    fc.assert(
      fc.property(texts, (text) => {
        const [[first] = []] = parse(cell(text)) as string[][]
        expect(plainText(first ?? '')).toBe(text)
        expect(first).not.toMatch(/^(?![-]\d+(?:\.\d+)?$)[=+\-@\t\r]/)
      }),
    )
    fc.assert(
      fc.property(fc.array(texts, { minLength: 1 }), (list) => {
        const [[first] = []] = parse(cell(list)) as string[][]
        expect(splitList(plainText(first ?? ''))).toEqual(list)
        expect(splitList(joinList(list))).toEqual(list)
      }),
    )
  })
})

describe('the lists that are told as CSV', () => {
  const told = ENDPOINTS.filter(({ spec }) => spec.csv)

  test('are these, and each has columns that there are', () => {
    expect(told.map(({ spec }) => spec.operationId).sort()).toEqual([
      'listChargePoints',
      'listIdTags',
      'listTransactionMeterValues',
      'listTransactions',
      'readImport',
    ])
    for (const { spec } of told) {
      if (spec.csv?.rows) continue
      for (const column of spec.csv?.columns ?? []) expect(propertyOf(spec, column), column).toBeDefined()
    }
  })

  test('have a name for the file, a type and a way to the next page', async () => {
    for (let index = 0; index < 5; index++)
      await anIdTag(api, { idTag: `page${index}`, parentIdTag: 'pages' })
    const first = await api.get('/id-tags?limit=3', asCsv)
    expect(first.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present')
    expect(first.headers.get('content-disposition')).toBe('attachment; filename="id-tags.csv"')
    expect(first.headers.get('vary')).toBe('Accept')
    const next = /^<\/api(.+)>; rel="next"$/.exec(first.headers.get('link') ?? '')?.[1] ?? ''
    expect(next).toContain('limit=3')
    const second = await api.get(next, asCsv)
    const all = await api.get('/id-tags', asCsv)
    expect(all.headers.has('link')).toBe(false)
    expect([...read(first.text), ...read(second.text)].slice(0, 6)).toEqual(read(all.text).slice(0, 6))
  })

  test('take the same filters, and refuse the same', async () => {
    const { chargePointId } = await aChargePoint(api)
    const none = await api.get(`/transactions?chargePointId=${chargePointId}`, asCsv)
    expect(none.text).toMatch(/^transactionId,chargePointId,[\w.,]+\r\n$/)
    expect(problemOf(await api.get('/transactions?active=perhaps', asCsv))).toEqual([400, 'invalid'])
    expect(problemOf(await api.get('/id-tags?cursor=x', asCsv))).toEqual([400, 'invalid'])
    expect(problemOf(await api.get('/transactions/4711/meter-values', asCsv))).toEqual([404, 'unknown'])
  })

  test('tell a transaction, and each of its meter values in a row', async () => {
    const chargePoint = await aChargePoint(api)
    const idTag = await anIdTag(api, { idTag: '=HYPERLINK()' })
    const at = api.clock.iso()
    const start = { connectorId: 1, idTag, meterStart: 10, timestamp: at }
    const { transactionId } = await chargePoint.call('StartTransaction', start)
    const sampledValue = [
      { value: '-3.50', measurand: 'Power.Active.Import', unit: 'kW', phase: 'L1' },
      { value: '=1+1', format: 'SignedData' },
    ]
    await chargePoint.call('MeterValues', {
      connectorId: 1,
      transactionId,
      meterValue: [{ timestamp: at, sampledValue }],
    })
    await chargePoint.call('StopTransaction', {
      transactionId,
      idTag,
      meterStop: 4,
      timestamp: api.clock.advance(60),
    })
    const [row] = read(
      (await api.get(`/transactions?chargePointId=${chargePoint.chargePointId}`, asCsv)).text,
    )
    expect(row).toMatchObject({
      transactionId: String(transactionId),
      idTag: "'=HYPERLINK()",
      meterStart: '10',
      energyWh: '-6',
      active: 'false',
      flags: 'meterBackwards',
    })
    const { text } = await api.get(`/transactions/${transactionId}/meter-values`, asCsv)
    expect(read(text)).toMatchObject([
      { timestamp: at, value: '-3.50', unit: 'kW', phase: 'L1', measurand: 'Power.Active.Import' },
      { timestamp: at, value: "'=1+1", format: 'SignedData', measurand: '' },
    ])
  })
})

describe('a long list', () => {
  /** Counts up to a number, `bytes` for each item. */
  function counting(upTo: number, bytes = 1): { endpoint: Endpoint; pages: number[] } {
    const pages: number[] = []
    const handle: Endpoint['handle'] = async ({ query }) => {
      const { limit, cursor = '0' } = query as unknown as { limit: number; cursor?: string }
      const from = Number(cursor)
      const to = Math.min(from + limit, upTo)
      pages.push(to - from)
      const items = Array.from({ length: to - from }, (_, index) => ({
        it: from + index,
        filling: 'x'.repeat(bytes),
      }))
      return { status: 200, body: { items, ...(to < upTo ? { cursor: String(to) } : {}) } }
    }
    return { endpoint: { spec: { answers: {} } as unknown as Spec, handle }, pages }
  }
  const csv: Csv = { name: 'x', columns: ['it', 'filling'] }
  const asked = { query: {} } as unknown as Asked
  const url = new URL('http://api.test/api/x?a=b%20c')

  test('is told 10,000 rows at a time, page by page', async () => {
    const { endpoint, pages } = counting(25_001)
    const { text = '', headers } = await csvReply(endpoint, csv, asked, { url })
    expect(read(text)).toHaveLength(CSV_ROWS_MAX)
    expect(Math.max(...pages)).toBe(200)
    expect(headers.Link).toBe('</api/x?a=b+c&cursor=10000>; rel="next"')
    expect(text.startsWith(headerOf(csv))).toBe(true)
  })

  test('is cut where a function could not answer with more', async () => {
    const { endpoint, pages } = counting(250, 40_000)
    const seen: number[] = []
    let query = {}
    for (;;) {
      const { text = '', headers } = await csvReply(endpoint, csv, { ...asked, query } as unknown as Asked, {
        url,
      })
      expect(Buffer.byteLength(JSON.stringify(text))).toBeLessThan(5_500_000)
      seen.push(...read(text).map(({ it }) => Number(it)))
      const cursor = /cursor=(\d+)/.exec(headers.Link ?? '')?.[1]
      if (cursor === undefined) break
      query = { cursor }
    }
    expect(seen).toEqual(Array.from({ length: 250 }, (_, index) => index))
    expect(pages.length).toBeLessThan(30)
  })

  test('has as many items as were asked for, and refusals are told as ever', async () => {
    const { endpoint } = counting(1000)
    const { text = '' } = await csvReply(endpoint, csv, asked, { url, limit: 150 })
    expect(read(text)).toHaveLength(150)
  })
})

describe('what is accepted', () => {
  const offered = ['application/json', 'text/csv'] as const
  test.each([
    [undefined, 'application/json'],
    ['', 'application/json'],
    ['*/*', 'application/json'],
    ['text/csv', 'text/csv'],
    ['TEXT/CSV; charset=utf-8', 'text/csv'],
    ['text/*', 'text/csv'],
    ['text/csv;q=0.5, application/json;q=0.4', 'text/csv'],
    ['text/csv;q=0.5, */*;q=0.5', 'application/json'],
    ['text/csv, */*;q=0.1', 'text/csv'],
    ['text/html, application/xhtml+xml, */*;q=0.8', 'application/json'],
    ['application/json;q=0, */*', 'text/csv'],
    ['application/*;q=0.2, text/csv;q=0.1', 'application/json'],
    ['text/html', undefined],
    ['application/json;q=0', undefined],
    ['*/*;q=0', undefined],
  ])('%j: %s', (accept, type) => {
    expect(preferredType(accept, offered)).toBe(type)
  })

  test('and what cannot be told is refused before anything is done', async () => {
    const refused = await api.ask('POST', '/id-tags', {
      body: { idTag: 'html' },
      headers: { accept: 'text/html' },
    })
    expect(problemOf(refused)).toEqual([406, 'not-acceptable'])
    expect((await api.get('/id-tags/html')).status).toBe(404)
    expect(problemOf(await api.get('/id-tags/html', asCsv))).toEqual([406, 'not-acceptable'])
  })
})

/** The schema at a path of an endpoint's items. */
function propertyOf({ answers }: Spec, path: string): unknown {
  const page = answers[200]?.body as z.ZodObject
  const item = (page.shape.items as z.ZodArray).element as z.ZodType
  return path.split('.').reduce<z.ZodType | undefined>((schema, name) => {
    let inner = schema as unknown as
      | { shape?: Record<string, z.ZodType>; unwrap?: () => z.ZodType }
      | undefined
    while (inner?.unwrap) inner = inner.unwrap() as unknown as typeof inner
    return inner?.shape?.[name]
  }, item)
}
