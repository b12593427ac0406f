import { afterAll, beforeAll, expect, test } from 'vitest'
import { open } from '../../lib/central-system/accept.ts'
import { problemOf, startApi, type TestApi } from './support.ts'

let api: TestApi
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.stop())

const dialIn = (chargePointId: string) =>
  open(api.system, {
    chargePointId,
    connectionId: `c-${chargePointId}`,
    connectedAt: api.clock.iso(),
    offered: 'ocpp1.6',
    known: false,
    address: '192.0.2.9',
  })

test('charge points that dialled in wait in the inbox until they are forgotten', async () => {
  const firstAt = api.clock.iso()
  await dialIn('Stranger 1/α')
  const lastAt = api.clock.advance(60)
  await dialIn('Stranger 1/α')
  await dialIn('Stranger 2')
  await dialIn('Stranger 3')
  const first = (await api.get('/unknown-charge-points?limit=2')).body
  expect(first.items).toEqual([
    { chargePointId: 'Stranger 1/α', attempts: 2, firstAt, lastAt, address: '192.0.2.9' },
    { chargePointId: 'Stranger 2', attempts: 1, firstAt: lastAt, lastAt, address: '192.0.2.9' },
  ])
  const second = (await api.get(`/unknown-charge-points?limit=2&cursor=${first.cursor}`)).body
  expect(second.items).toHaveLength(1)
  expect((await api.delete('/unknown-charge-points/Stranger%201%2F%CE%B1')).status).toBe(204)
  expect(problemOf(await api.delete('/unknown-charge-points/Stranger%201%2F%CE%B1'))).toEqual([
    404,
    'unknown',
  ])
  expect((await api.get('/unknown-charge-points')).body.items).toHaveLength(2)
})

test('id tags that were presented wait in the inbox until they are forgotten', async () => {
  await api.store.rememberUnknown('id-tag', 'TagX', api.clock.iso(), 'CP1')
  await api.store.rememberUnknown('id-tag', 'TagY', api.clock.iso())
  const { items } = (await api.get('/unknown-id-tags')).body
  expect(items.map(({ idTag, chargePointId }: Record<string, string>) => [idTag, chargePointId])).toEqual([
    ['TagX', 'CP1'],
    ['TagY', undefined],
  ])
  expect((await api.delete('/unknown-id-tags/tagx')).status).toBe(204)
  expect(problemOf(await api.delete('/unknown-id-tags/TagX'))).toEqual([404, 'unknown'])
  expect(problemOf(await api.get('/unknown-id-tags?idTag=TagX'))).toEqual([400, 'invalid'])
})
