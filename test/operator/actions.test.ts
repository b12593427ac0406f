import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ALL_ACTIONS, CENTRAL_SYSTEM_ACTIONS } from '../../lib/actions/index.ts'
import { problemOf, startApi, type TestApi } from './support.ts'

let api: TestApi
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.stop())

test('GET /actions lists all 39 at once, with schemas that are schemas', async () => {
  const { body, headers } = await api.get('/actions')
  expect(body.items.map(({ action }: { action: string }) => action)).toEqual(
    ALL_ACTIONS.map(({ action }) => action),
  )
  expect(body.items).toHaveLength(39)
  const ajv = new Ajv2020({ strict: false })
  addFormats.default(ajv)
  for (const { request, response } of body.items) {
    ajv.compile(request)
    ajv.compile(response)
  }
  expect((await api.get('/actions', { 'if-none-match': headers.get('etag') ?? '' })).status).toBe(304)
  expect(problemOf(await api.get('/actions?limit=1'))).toEqual([400, 'invalid'])
})

test('GET /actions tells what may be left out of a call', async () => {
  for (const { action, composes } of (await api.get('/actions')).body.items) {
    expect(composes ?? [], action).toEqual(CENTRAL_SYSTEM_ACTIONS.get(action)?.composes ?? [])
  }
  expect((await api.get('/actions/ReserveNow')).body.composes).toEqual(['reservationId'])
  expect((await api.get('/actions/Reset')).body).not.toHaveProperty('composes')
})

test('GET /actions/{action} gives one', async () => {
  const { body } = await api.get('/actions/DataTransfer')
  expect(body).toMatchObject({ action: 'DataTransfer', initiatedBy: ['ChargePoint', 'CentralSystem'] })
  const ajv = new Ajv2020({ strict: false })
  const validate = ajv.compile((await api.get('/actions/Reset')).body.request)
  expect(validate({ type: 'Soft' })).toBe(true)
  expect(validate({ type: 'Mild' })).toBe(false)
  expect(problemOf(await api.get('/actions/Explode'))).toEqual([404, 'unknown'])
})
