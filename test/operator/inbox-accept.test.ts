import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { open } from '../../lib/central-system/accept.ts'
import { authorize } from '../support/authorize.ts'
import { aChargePoint } from '../support/system.ts'
import { basic, pathsOf, problemOf, startApi, type TestApi } from './support.ts'

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
  })

const acceptOf = (kind: 'charge-points' | 'id-tags', id: string) =>
  `/unknown-${kind}/${encodeURIComponent(id)}/accept`

const inboxOf = async (kind: 'charge-points' | 'id-tags') =>
  (await api.get(`/unknown-${kind}?limit=200`)).body.items.map(
    (each: any) => each.idTag ?? each.chargePointId,
  )

describe('POST /unknown-charge-points/{chargePointId}/accept', () => {
  test('registers it as it dialled in, and takes it out of the inbox', async () => {
    const chargePointId = 'Stranger #1/α'
    await dialIn(chargePointId)
    const accepted = await api.post(acceptOf('charge-points', chargePointId), { description: 'by the door' })
    expect(accepted.status).toBe(201)
    expect(accepted.body).toMatchObject({
      chargePointId,
      registrationStatus: 'Accepted',
      securityProfile: 0,
      description: 'by the door',
      version: 1,
    })
    expect(accepted.body).not.toHaveProperty('password')
    const path = `/charge-points/${encodeURIComponent(chargePointId)}`
    expect(accepted.headers.get('location')).toBe(`/api${path}`)
    expect((await api.get(path)).status).toBe(200)
    expect(await inboxOf('charge-points')).not.toContain(chargePointId)
    expect(await authorize(api.system, { chargePointId })).toBe('known')
  })

  test('shows the password that was made, once', async () => {
    await dialIn('Secret 1')
    const key = { 'idempotency-key': 'accept-secret-1' }
    const accepted = await api.post(acceptOf('charge-points', 'Secret 1'), { securityProfile: 2 }, key)
    const { password } = accepted.body
    expect(password).toMatch(/^[0-9a-f]{40}$/)
    expect(accepted.headers.get('cache-control')).toBe('no-store')
    const authorization = basic('Secret 1', password)
    expect(await authorize(api.system, { chargePointId: 'Secret 1', authorization })).toBe('known')
    const again = await api.post(acceptOf('charge-points', 'Secret 1'), { securityProfile: 2 }, key)
    expect(again.body).toEqual({ ...accepted.body, password: undefined })
  })

  test('is done once, by whoever comes first', async () => {
    await dialIn('Contested')
    const attempts = Array.from({ length: 5 }, (_, number) =>
      api.post(acceptOf('charge-points', 'Contested'), { description: `attempt ${number}` }),
    )
    const answers = await Promise.all(attempts)
    const [won, ...others] = answers.filter(({ status }) => status === 201)
    expect(others).toEqual([])
    for (const { status } of answers) expect([201, 404, 409]).toContain(status)
    expect((await api.get('/charge-points/Contested')).body.description).toBe(won?.body.description)
    expect(problemOf(await api.post(acceptOf('charge-points', 'Contested'), {}))).toEqual([404, 'unknown'])
  })

  test('refuses one that is registered, and forgets the entry', async () => {
    const { chargePointId } = await aChargePoint(api)
    await dialIn(chargePointId)
    expect(await inboxOf('charge-points')).toContain(chargePointId)
    expect(problemOf(await api.post(acceptOf('charge-points', chargePointId), {}))).toEqual([409, 'exists'])
    expect(await inboxOf('charge-points')).not.toContain(chargePointId)
  })

  test('refuses what is not in the inbox, what is no identity here, and what is wrong with the rest', async () => {
    expect(problemOf(await api.post(acceptOf('charge-points', 'Nobody'), {}))).toEqual([404, 'unknown'])
    expect((await api.get('/charge-points/Nobody')).status).toBe(404)
    for (const chargePointId of ['x/calls', 'x'.repeat(49)]) {
      await dialIn(chargePointId)
      const refused = await api.post(acceptOf('charge-points', chargePointId), {})
      expect(problemOf(refused)).toEqual([400, 'invalid'])
      expect(pathsOf(refused)).toEqual(['chargePointId'])
    }
    await dialIn('a:b')
    const withPassword = await api.post(acceptOf('charge-points', 'a:b'), { securityProfile: 1 })
    expect(pathsOf(withPassword)).toEqual(['securityProfile'])
    await dialIn('Wrong')
    const refusals = [{ siteId: 'nowhere' }, { chargePointId: 'Other' }, { heartbeatInterval: 1 }]
    for (const body of refusals)
      expect(pathsOf(await api.post(acceptOf('charge-points', 'Wrong'), body))).toEqual(Object.keys(body))
    expect(await inboxOf('charge-points')).toContain('Wrong')
  })
})

describe('POST /unknown-id-tags/{idTag}/accept', () => {
  const present = (idTag: string) => api.store.rememberUnknown('id-tag', idTag, api.clock.iso(), 'CP1')

  test('registers it as it was presented last, whatever its case', async () => {
    await present('Card/1 α')
    await present('CARD/1 α')
    const accepted = await api.post(acceptOf('id-tags', 'card/1 α'), { maxActiveTransactions: 3, note: 'n' })
    expect(accepted.status).toBe(201)
    expect(accepted.body).toMatchObject({
      idTag: 'CARD/1 α',
      maxActiveTransactions: 3,
      note: 'n',
      version: 1,
    })
    expect(accepted.headers.get('location')).toBe('/api/id-tags/CARD%2F1%20%CE%B1')
    expect(await inboxOf('id-tags')).toEqual([])
    expect(problemOf(await api.post(acceptOf('id-tags', 'Card/1 α'), {}))).toEqual([404, 'unknown'])
  })

  test('is done once, by whoever comes first', async () => {
    await present('Contested')
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => api.post(acceptOf('id-tags', 'CONTESTED'), {})),
    )
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
  })

  test('refuses one that is registered, and forgets the entry; and what nobody could register', async () => {
    await api.post('/id-tags', { idTag: 'Known' })
    await present('KNOWN')
    expect(problemOf(await api.post(acceptOf('id-tags', 'known'), {}))).toEqual([409, 'exists'])
    expect(await inboxOf('id-tags')).not.toContain('KNOWN')
    await present('x'.repeat(21))
    expect(pathsOf(await api.post(acceptOf('id-tags', 'x'.repeat(21)), {}))).toEqual(['idTag'])
    await present('Fine')
    expect(pathsOf(await api.post(acceptOf('id-tags', 'Fine'), { userId: 'nobody' }))).toEqual(['userId'])
    expect(await inboxOf('id-tags')).toContain('Fine')
  })
})
