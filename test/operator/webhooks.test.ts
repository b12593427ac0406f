import { createHmac } from 'node:crypto'
import { ScanCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { deliver, fanOut } from '../../lib/central-system/webhooks.ts'
import { WebhookDirectory } from '../../lib/central-system/webhooks-directory.ts'
import type { BusbarEvent } from '../../lib/store/port.ts'
import { MASTER_SECRET } from '../support/system.ts'
import { pathsOf, problemOf, startApi, type TestApi } from './support.ts'

let api: TestApi
let directory: WebhookDirectory
beforeAll(async () => {
  api = await startApi()
  api.posted.answers = new Map()
})
afterAll(() => api.stop())
beforeEach(() => {
  for (const list of [api.posted, api.deliveries, api.buried]) list.length = 0
  directory = new WebhookDirectory(api.system)
})

let serial = 0
const aUrl = () => `https://receiver.test/${++serial}`

async function aWebhook(more: object = {}): Promise<{ webhookId: string; url: string; secret: string }> {
  const { status, body } = await api.post('/webhooks', { url: aUrl(), ...more })
  expect(status, JSON.stringify(body)).toBe(201)
  directory.forget()
  return body
}

function anEvent(more: Partial<BusbarEvent> = {}): BusbarEvent {
  const at = api.clock.iso()
  const chargePointId = more.chargePointId ?? 'CP'
  return {
    eventId: `event-${String(++serial).padStart(6, '0')}`,
    type: 'ChargePointConnected',
    schemaVersion: 1,
    at,
    sequence: ''.padStart(40, '0'),
    data: { chargePointId, connectionId: 'c', connectedAt: at },
    ...more,
    chargePointId,
  }
}

const read = async (webhookId: string) => (await api.get(`/webhooks/${webhookId}`)).body

/** What a receiver computes with the secret alone. */
function signatureOf(secret: string, { headers, body }: TestApi['posted'][number]): string {
  const text = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
  return `v1,${createHmac('sha256', key).update(text).digest('base64')}`
}

/** Takes deliveries as the queue hands them out, until none is left. */
async function deliverAll(): Promise<number[]> {
  const delays: number[] = []
  for (let next = api.deliveries.shift(); next; next = api.deliveries.shift()) {
    const { afterSeconds, ...delivery } = next
    delays.push(afterSeconds)
    await deliver(api.system, directory, delivery)
  }
  return delays
}

describe('webhooks', () => {
  it('are made, read, edited and removed, and show their secret once', async () => {
    const made = await aWebhook({ url: 'https://receiver.test/a?token=hidden', types: ['CallClosed'] })
    expect(made.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    const path = `/webhooks/${made.webhookId}`
    const found = await api.get(path)
    expect(found.body).toMatchObject({ types: ['CallClosed'], enabled: true, failuresInARow: 0, version: 1 })
    const stale = found.headers.get('etag') ?? ''
    const edited = await api.patch(path, { types: null, description: 'billing' }, { 'if-match': stale })
    expect(edited.body).toMatchObject({ description: 'billing', version: 2 })
    expect(edited.body).not.toHaveProperty('types')
    expect(problemOf(await api.patch(path, { enabled: false }, { 'if-match': stale }))).toEqual([
      412,
      'changed',
    ])
    const list = await api.get('/webhooks')
    expect(list.body.items).toContainEqual(edited.body)
    expect(`${found.text}${edited.text}${list.text}`).not.toMatch(/whsec_|hidden/)
    expect((await api.delete(path)).status).toBe(204)
    expect((await api.get(path)).status).toBe(404)
    expect((await api.delete(path)).status).toBe(404)
  })

  it('go to https alone, or to this machine', async () => {
    for (const url of ['http://localhost:1/x', 'http://127.0.0.1/x', 'http://[::1]:9/', 'https://a.test'])
      expect((await api.post('/webhooks', { url })).status, url).toBe(201)
    for (const url of ['http://a.test', 'ftp://a.test', 'x', 'https://u:p@a.test', 'http://127.evil.test/'])
      expect(pathsOf(await api.post('/webhooks', { url })), url).toEqual(['url'])
    expect(pathsOf(await api.post('/webhooks', { url: aUrl(), types: ['Nothing'] }))).toEqual(['types[0]'])
  })
})

describe('an event', () => {
  it('goes to every webhook that wants it, signed', async () => {
    const every = await aWebhook()
    const byType = await aWebhook({ types: ['ChargePointConnected'] })
    const byChargePoint = await aWebhook({ chargePointIds: ['Only#1'] })
    const others = await aWebhook({ types: ['CallClosed'] })
    const off = await aWebhook({ enabled: false })
    const event = anEvent({ chargePointId: 'Only#1' })
    await fanOut(api.system, directory, event)
    await fanOut(api.system, directory, anEvent({ chargePointId: 'Another' }))
    await deliverAll()
    const to = ({ url }: { url: string }) => api.posted.filter((each) => each.url === url)
    expect([every, byType, byChargePoint, others, off].map((each) => to(each).length)).toEqual([
      2, 2, 1, 0, 0,
    ])
    const [post] = to(byChargePoint)
    if (!post) throw new Error('nothing was posted')
    expect(JSON.parse(post.body)).toEqual(event)
    expect(post.headers).toMatchObject({ 'webhook-id': event.eventId, 'content-type': 'application/json' })
    expect(post.headers['webhook-timestamp']).toBe(String(Date.parse(api.clock.iso()) / 1000))
    expect(post.headers['webhook-signature']).toBe(signatureOf(byChargePoint.secret, post))
    expect(await read(every.webhookId)).toMatchObject({ lastSuccessAt: api.clock.iso(), failuresInARow: 0 })
  })

  it('is signed by the old secret too for a day after a new one was made', async () => {
    const { webhookId, url, secret } = await aWebhook()
    const { body } = await api.post(`/webhooks/${webhookId}/secret`, undefined)
    expect(body.secret).toMatch(/^whsec_/)
    expect(body.secret).not.toBe(secret)
    const post = async () => {
      directory.forget()
      await deliver(api.system, directory, { webhookId, event: anEvent(), attempt: 1 })
      const last = api.posted.filter((each) => each.url === url).at(-1)
      if (!last) throw new Error('nothing was posted')
      return { last, signatures: last.headers['webhook-signature']?.split(' ') }
    }
    const now = await post()
    expect(now.signatures).toEqual([signatureOf(body.secret, now.last), signatureOf(secret, now.last)])
    api.clock.advance(25 * 3600)
    const later = await post()
    expect(later.signatures).toEqual([signatureOf(body.secret, later.last)])
  })

  it('is signed by no secret that the table knows, and by none of another webhook', async () => {
    const webhooks = [await aWebhook(), await aWebhook()]
    const rotate = async ({ webhookId }: { webhookId: string }) =>
      (await api.post(`/webhooks/${webhookId}/secret`, undefined)).body.secret
    const rotated = await Promise.all([...webhooks, ...webhooks].map(rotate))
    const secrets = [...webhooks.map(({ secret }) => secret), ...rotated]
    expect(new Set(secrets).size).toBe(6)
    const { Items = [], LastEvaluatedKey } = await api.client.send(
      new ScanCommand({ TableName: api.tableName }),
    )
    expect(LastEvaluatedKey).toBeUndefined()
    const bytes = JSON.stringify(Items)
    expect(bytes).toContain(webhooks[0]?.webhookId)
    for (const secret of [...secrets, MASTER_SECRET]) {
      expect(bytes).not.toContain(secret.replace('whsec_', ''))
      expect(JSON.stringify(api.logged)).not.toContain(secret.replace('whsec_', ''))
    }
  })

  it('is tried again, later and later, then given up, listed and retried on request', async () => {
    const { webhookId, url } = await aWebhook({ chargePointIds: ['Fails'] })
    api.posted.answers?.set(url, { status: 503 })
    const event = anEvent({ chargePointId: 'Fails' })
    await deliver(api.system, directory, { webhookId, event, attempt: 1 })
    expect(await deliverAll()).toEqual([10, 60])
    expect(api.posted.filter((each) => each.url === url)).toHaveLength(3)
    expect(api.buried).toEqual([{ webhookId, event, attempt: 3 }])
    expect(await read(webhookId)).toMatchObject({ failuresInARow: 3, lastFailure: { status: 503 } })
    const failures = await api.get(`/webhooks/${webhookId}/failures`)
    expect(failures.body.items).toMatchObject([{ status: 503, attempts: 3, event }])
    const retry = `/webhooks/${webhookId}/failures/${event.eventId}/retry`
    api.posted.answers?.delete(url)
    expect((await api.post(retry, undefined)).status).toBe(202)
    await deliverAll()
    expect(api.posted.filter((each) => each.url === url)).toHaveLength(4)
    expect((await api.get(`/webhooks/${webhookId}/failures`)).body.items).toEqual([])
    expect((await api.post(retry, undefined)).status).toBe(404)
    expect(await read(webhookId)).toMatchObject({ failuresInARow: 0 })
  })

  it('counts a receiver that cannot be reached as one that fails', async () => {
    const { webhookId, url } = await aWebhook()
    api.posted.answers?.set(url, { error: 'ECONNREFUSED' })
    await deliver(api.system, directory, { webhookId, event: anEvent(), attempt: 2 })
    expect(api.deliveries).toMatchObject([{ attempt: 3, afterSeconds: 60 }])
    expect(await read(webhookId)).toMatchObject({ lastFailure: { error: 'ECONNREFUSED' } })
  })

  it('switches a webhook off whose receiver answers 410, until it is enabled again', async () => {
    const { webhookId, url } = await aWebhook()
    api.posted.answers?.set(url, { status: 410 })
    const event = anEvent()
    await deliver(api.system, directory, { webhookId, event, attempt: 1 })
    expect(api.deliveries).toEqual([])
    expect(await read(webhookId)).toMatchObject({ enabled: false, disabledBecause: 'gone' })
    const { body: failures } = await api.get(`/webhooks/${webhookId}/failures`)
    expect(failures.items).toMatchObject([{ status: 410, attempts: 1, event }])
    await deliver(api.system, directory, { webhookId, event: anEvent(), attempt: 1 })
    expect(api.posted.filter((each) => each.url === url)).toHaveLength(1)
    const { body } = await api.patch(`/webhooks/${webhookId}`, { enabled: true })
    expect(body.enabled).toBe(true)
    expect(body).not.toHaveProperty('disabledBecause')
  })

  it('is posted to a webhook that was enabled, or made, a moment ago', async () => {
    const { webhookId, url } = await aWebhook({ enabled: false })
    expect(await directory.enabled()).not.toContainEqual(expect.objectContaining({ webhookId }))
    await api.patch(`/webhooks/${webhookId}`, { enabled: true })
    const made = (await api.post('/webhooks', { url: aUrl() })).body
    await deliver(api.system, directory, { webhookId, event: anEvent(), attempt: 1 })
    await deliver(api.system, directory, { webhookId: made.webhookId, event: anEvent(), attempt: 1 })
    expect(api.posted.map((each) => each.url)).toEqual([url, made.url])
    expect(await directory.enabled()).toContainEqual(expect.objectContaining({ webhookId }))
  })

  it('answered by 410 from where a webhook was before an edit goes to where it is now', async () => {
    const { webhookId, url } = await aWebhook()
    api.posted.answers?.set(url, { status: 410 })
    await directory.enabled()
    const now = (await api.patch(`/webhooks/${webhookId}`, { url: aUrl() })).body
    await deliver(api.system, directory, { webhookId, event: anEvent(), attempt: 1 })
    expect(await read(webhookId)).toMatchObject({ enabled: true })
    expect(await deliverAll()).toEqual([10])
    expect(api.posted.map((each) => each.url)).toEqual([url, now.url])
    expect((await api.get(`/webhooks/${webhookId}/failures`)).body.items).toEqual([])
  })

  it('that was answered by 410 twice at once is listed each time', async () => {
    const { webhookId, url } = await aWebhook()
    api.posted.answers?.set(url, { status: 410 })
    const another = new WebhookDirectory(api.system)
    await another.enabled()
    await deliver(api.system, directory, { webhookId, event: anEvent(), attempt: 1 })
    await deliver(api.system, another, { webhookId, event: anEvent(), attempt: 1 })
    expect((await api.get(`/webhooks/${webhookId}/failures`)).body.items).toHaveLength(2)
    expect(await read(webhookId)).toMatchObject({ enabled: false, version: 2 })
    expect(api.deliveries).toEqual([])
  })

  it('that fails again while it is taken off the list stays on it', async () => {
    const { webhookId } = await aWebhook()
    const event = anEvent()
    const failed = { webhookId, event, attempts: 1, status: 410 }
    await api.store.recordFailedDelivery({ ...failed, at: '2026-01-01T00:00:01.000Z' })
    expect(await api.store.forgetFailedDelivery(webhookId, event.eventId, '2026-01-01T00:00:00.000Z')).toBe(
      false,
    )
    expect(await api.store.forgetFailedDelivery(webhookId, event.eventId, '2026-01-01T00:00:01.000Z')).toBe(
      true,
    )
  })

  it('costs no read per event, and few writes', async () => {
    const { webhookId, url } = await aWebhook()
    let reads = 0
    const store = {
      ...api.store,
      listWebhooks: () => {
        reads += 1
        return api.store.listWebhooks()
      },
    }
    const counted = new WebhookDirectory({ store, clock: api.clock.now })
    for (let count = 0; count < 20; count++) {
      await deliver(api.system, counted, { webhookId, event: anEvent(), attempt: 1 })
      api.clock.advance(0.5)
    }
    expect(api.posted.filter((each) => each.url === url)).toHaveLength(20)
    expect(reads).toBe(1)
    api.clock.advance(15)
    await counted.enabled()
    expect(reads).toBe(2)
  })
})

describe('POST /webhooks/{webhookId}/test', () => {
  it('posts a signed Ping once and tells how it went', async () => {
    const { webhookId, url, secret } = await aWebhook({ enabled: false, types: ['CallClosed'] })
    const { body } = await api.post(`/webhooks/${webhookId}/test`, undefined)
    expect(body).toEqual({ eventId: expect.any(String), delivered: true, status: 204 })
    const [post] = api.posted
    if (!post) throw new Error('nothing was posted')
    expect(JSON.parse(post.body)).toMatchObject({ type: 'Ping', eventId: body.eventId, data: { webhookId } })
    expect(post.headers['webhook-signature']).toBe(signatureOf(secret, post))
    api.posted.answers?.set(url, { error: 'ENOTFOUND' })
    expect((await api.post(`/webhooks/${webhookId}/test`, undefined)).body).toMatchObject({
      delivered: false,
      error: 'ENOTFOUND',
    })
    expect((await api.post('/webhooks/nobody/test', undefined)).status).toBe(404)
  })
})
