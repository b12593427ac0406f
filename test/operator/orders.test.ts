import { afterAll, beforeAll, expect, test } from 'vitest'
import { aChargePoint } from '../support/system.ts'
import { callsOf, pathOf, startApi, type TestApi } from './support.ts'

let api: TestApi
let path: string
let webhookId: string
beforeAll(async () => {
  api = await startApi()
  const chargePoint = await aChargePoint(api)
  path = pathOf(chargePoint)
  webhookId = (await api.post('/webhooks', { url: 'https://example.org/' })).body.webhookId
  for (let each = 1; each <= 3; each++) await oneMore(chargePoint, each)
})
afterAll(() => api.stop())

/** One more of everything that is listed by time or by name, a minute later. */
async function oneMore(chargePoint: Awaited<ReturnType<typeof aChargePoint>>, each: number): Promise<void> {
  const timestamp = api.clock.advance(60)
  const meterValue = [{ timestamp, sampledValue: [{ value: String(each) }] }]
  await chargePoint.call('MeterValues', { connectorId: 1, meterValue })
  await chargePoint.call('SecurityEventNotification', { type: 'FirmwareUpdated', timestamp })
  await chargePoint.call('Authorize', { idTag: `unknown${each}` })
  await api.store.rememberUnknown('charge-point', `UNKNOWN${each}`, timestamp)
  const asked = await api.post(callsOf(chargePoint), {
    action: 'GetDiagnostics',
    payload: { location: `ftp://example.org/${each}` },
  })
  await chargePoint.answer(asked.body.messageId, { fileName: `${each}.log` })
  const file = { fileId: `f${each}`, status: 'Stored', name: `${each}`, createdAt: timestamp } as const
  await api.store.createFile({ ...file, kind: 'firmware' })
  const { chargePointId } = chargePoint
  await api.store.createFile({ ...file, fileId: `d${each}`, kind: 'diagnostics', chargePointId })
  await api.post('/imports', { kind: 'id-tags', rows: [{ idTag: `row${each}` }] })
  const { stackLevel, chargingProfilePurpose, chargingProfileKind } = PROFILE
  const chargingSchedule = { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 16 }] }
  const profile = { stackLevel, chargingProfilePurpose, chargingProfileKind, chargingSchedule }
  await api.post('/charging-profiles', { chargingProfileId: each, profile })
  const frame = `[2,"${each}","Heartbeat",{}]`
  const logged = { chargePointId, at: timestamp, direction: 'in', frame, connectionId: 'c' } as const
  await api.store.logMessages([logged], 30)
  await api.store.recordFailedDelivery({
    webhookId,
    at: timestamp,
    attempts: 8,
    event: {
      eventId: `01900000-0000-7000-8000-00000000000${each}`,
      type: 'SecurityEvent',
      schemaVersion: 1,
      at: timestamp,
      chargePointId,
      sequence: String(each).padStart(40, '0'),
      data: { chargePointId, type: 'FirmwareUpdated', timestamp, receivedAt: timestamp },
    },
  })
}

const PROFILE = { stackLevel: 0, chargingProfilePurpose: 'TxDefaultProfile', chargingProfileKind: 'Absolute' }

const LISTS: [string, () => string, 'asc' | 'desc'][] = [
  ['calls', () => `${path}/calls`, 'desc'],
  ['logged frames', () => `${path}/messages`, 'desc'],
  ['jobs', () => `${path}/jobs`, 'desc'],
  ['security events', () => `${path}/security-events`, 'desc'],
  ['meter values', () => `${path}/meter-values`, 'asc'],
  ['files of a charge point', () => `${path}/files`, 'desc'],
  ['firmware', () => '/files', 'desc'],
  ['imports', () => '/imports', 'desc'],
  ['unknown charge points', () => '/unknown-charge-points', 'asc'],
  ['unknown id tags', () => '/unknown-id-tags', 'asc'],
  ['charging profiles', () => '/charging-profiles', 'asc'],
  ['failed deliveries', () => `/webhooks/${webhookId}/failures`, 'desc'],
]

test.each(LISTS)('the list of %s is read from either end', async (_, pathOfList, own) => {
  const read = async (query: string) => {
    const found: unknown[] = []
    for (let cursor = ''; ; ) {
      const { status, body } = await api.get(`${pathOfList()}?limit=2${query}${cursor}`)
      expect(status, JSON.stringify(body)).toBe(200)
      found.push(...body.items)
      if (body.cursor === undefined) return found
      cursor = `&cursor=${body.cursor}`
    }
  }
  const items = await read('')
  expect(items.length).toBeGreaterThan(2)
  expect(await read(`&order=${own}`)).toEqual(items)
  expect(await read(`&order=${own === 'asc' ? 'desc' : 'asc'}`)).toEqual([...items].reverse())
})

test('the meter values of a transaction are read from either end, also under a filter', async () => {
  const chargePoint = await aChargePoint(api)
  await api.post('/id-tags', { idTag: 'METERED' })
  const timestamp = api.clock.iso()
  const start = { connectorId: 1, idTag: 'METERED', meterStart: 0, timestamp }
  const { transactionId } = await chargePoint.call('StartTransaction', start)
  for (const value of ['1', '2', '3']) {
    const meterValue = [{ timestamp: api.clock.advance(60), sampledValue: [{ value }] }]
    await chargePoint.call('MeterValues', { connectorId: 1, transactionId, meterValue })
  }
  const valuesOf = async (query: string) => {
    const { body } = await api.get(`/transactions/${transactionId}/meter-values?${query}`)
    return body.items.map((each: any) => each.meterValue[0].sampledValue[0].value)
  }
  for (const filter of ['', '&measurand=Energy.Active.Import.Register']) {
    expect(await valuesOf(filter)).toEqual(['1', '2', '3'])
    expect(await valuesOf(`order=desc${filter}`)).toEqual(['3', '2', '1'])
  }
})

test('a period that ends before it begins is refused in every list that takes one', async () => {
  const { paths } = (await api.get('/openapi.json')).body
  const periods = Object.entries<any>(paths).flatMap(([template, { get }]) => {
    const names = (get?.parameters ?? []).map(({ name }: { name?: string }) => name)
    return [
      ['from', 'to'],
      ['since', 'until'],
    ].flatMap(([begins = '', ends = '']) =>
      names.includes(begins) && names.includes(ends) ? [{ template, begins, ends }] : [],
    )
  })
  expect(periods.map(({ template }) => template).sort()).toEqual([
    '/audit',
    '/charge-points/{chargePointId}/calls',
    '/events',
    '/reservations',
    '/tasks',
    '/transactions',
  ])
  for (const { template, begins, ends } of periods) {
    const list = template.replace('/charge-points/{chargePointId}', path)
    const reversed = `${begins}=2026-03-02T00:00:00Z&${ends}=2026-03-01T00:00:00Z`
    const { status, body } = await api.get(`${list}?${reversed}`)
    expect([list, status, body.issues]).toEqual([
      list,
      400,
      [{ path: ends, message: `must be after ${begins}` }],
    ])
  }
})
