import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aChargePoint } from '../support/system.ts'
import { problemOf, startApi, type TestApi } from './support.ts'

let api: TestApi
let breakOnce: (() => void) | undefined
/** What the store was asked to keep. */
const kept: string[] = []
let hold: Promise<void> = Promise.resolve()

beforeAll(async () => {
  api = await startApi({
    store: (store) => ({
      ...store,
      async createIdTag(idTag) {
        await hold
        const failing = breakOnce
        breakOnce = undefined
        failing?.()
        return store.createIdTag(idTag)
      },
      async claimKey(key, fingerprint, at) {
        kept.push(key, fingerprint)
        return store.claimKey(key, fingerprint, at)
      },
      async keepAnswer(key, answer) {
        kept.push(answer)
        return store.keepAnswer(key, answer)
      },
    }),
  })
})
afterAll(() => api.stop())

const keyed = (key: string, more: Record<string, string> = {}) => ({ 'idempotency-key': key, ...more })

describe('a POST with an Idempotency-Key', () => {
  test('is done once, and answered the same', async () => {
    const first = await api.post('/id-tags', { idTag: 'once' }, keyed('k1'))
    const again = await api.post('/id-tags', { idTag: 'once' }, keyed('k1'))
    expect(first.status).toBe(201)
    expect(first.headers.has('idempotency-replayed')).toBe(false)
    expect(again.status).toBe(201)
    expect(again.body).toEqual(first.body)
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    for (const name of ['location', 'etag', 'content-type']) {
      expect(again.headers.get(name), name).toBe(first.headers.get(name))
    }
    expect(problemOf(await api.post('/id-tags', { idTag: 'once' }, keyed('k1b')))).toEqual([409, 'exists'])
  })

  test('is answered a refusal again, too', async () => {
    const { chargePointId } = await aChargePoint(api, { connected: false })
    const path = `/charge-points/${chargePointId}/calls`
    for (const replayed of [null, 'true']) {
      const refused = await api.post(path, { action: 'ClearCache' }, keyed('k2'))
      expect(problemOf(refused)).toEqual([409, 'offline'])
      expect(refused.headers.get('idempotency-replayed')).toBe(replayed)
    }
  })

  test('sends one call, however often it is asked', async () => {
    const { chargePointId } = await aChargePoint(api)
    const path = `/charge-points/${chargePointId}/calls`
    const before = api.pushed.length
    const answers = []
    for (let count = 0; count < 3; count++)
      answers.push(await api.post(path, { action: 'ClearCache' }, keyed('k3')))
    expect(new Set(answers.map(({ body }) => body.messageId)).size).toBe(1)
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202])
    expect(answers[2]?.headers.get('location')).toContain(answers[0]?.body.messageId)
    expect(api.pushed.length).toBe(before + 1)
  })

  test('refuses the key for anything else', async () => {
    await api.post('/id-tags', { idTag: 'else' }, keyed('k4'))
    expect(problemOf(await api.post('/id-tags', { idTag: 'other' }, keyed('k4')))).toEqual([
      422,
      'key-reused',
    ])
    expect(problemOf(await api.post('/charge-points', { chargePointId: 'else' }, keyed('k4')))).toEqual([
      422,
      'key-reused',
    ])
  })

  test('keeps callers apart', async () => {
    const by = (username: string, idTag: string) =>
      api.ask('POST', '/id-tags', {
        body: { idTag },
        headers: keyed('k5'),
        claims: { username, client_id: 'same' },
      })
    expect((await by('ann', 'ann')).status).toBe(201)
    expect((await by('bob', 'bob')).status).toBe(201)
    expect((await by('ann', 'ann')).headers.get('idempotency-replayed')).toBe('true')
  })

  test('asks for patience while the first is worked on', async () => {
    let release = () => {}
    hold = new Promise((resolve) => {
      release = resolve
    })
    const first = api.post('/id-tags', { idTag: 'slow' }, keyed('k6'))
    await new Promise((resolve) => setTimeout(resolve, 50))
    const meanwhile = await api.post('/id-tags', { idTag: 'slow' }, keyed('k6'))
    expect(problemOf(meanwhile)).toEqual([409, 'in-progress'])
    expect(meanwhile.headers.get('retry-after')).toBe('1')
    release()
    expect((await first).status).toBe(201)
    expect((await api.post('/id-tags', { idTag: 'slow' }, keyed('k6'))).status).toBe(201)
  })

  test('does not keep an error of ours', async () => {
    breakOnce = () => {
      throw new Error('a passing fault')
    }
    expect(problemOf(await api.post('/id-tags', { idTag: 'fault' }, keyed('k7')))).toEqual([500, 'internal'])
    const again = await api.post('/id-tags', { idTag: 'fault' }, keyed('k7'))
    expect(again.status).toBe(201)
    expect(again.headers.has('idempotency-replayed')).toBe(false)
  })

  test('shows a password once, and keeps neither it nor one that was given', async () => {
    const body = { chargePointId: 'secret', securityProfile: 2 }
    const first = await api.post('/charge-points', body, keyed('k8'))
    const again = await api.post('/charge-points', body, keyed('k8'))
    expect(first.body.password).toMatch(/^[0-9a-f]{40}$/)
    const { password, ...rest } = first.body
    expect(again.body).toEqual(rest)
    expect(again.headers.get('etag')).toBe(first.headers.get('etag'))
    const given = 'given-by-a-person'
    await api.post('/charge-points', { chargePointId: 'given', password: given }, keyed('k9'))
    expect(kept.join()).not.toContain(password)
    expect(kept.join()).not.toContain(given)
    expect(kept.join()).not.toContain('k9')
  })

  test('needs a key that is one', async () => {
    for (const key of ['', 'a b', 'x'.repeat(256)]) {
      expect(problemOf(await api.post('/id-tags', { idTag: 'key' }, keyed(key))), key).toEqual([
        400,
        'invalid',
      ])
    }
  })

  test('that is not valid claims nothing', async () => {
    expect(problemOf(await api.post('/id-tags', {}, keyed('k10')))).toEqual([400, 'invalid'])
    expect((await api.post('/id-tags', { idTag: 'k10' }, keyed('k10'))).status).toBe(201)
  })
})

test('an answer that cannot be kept is given all the same', async () => {
  const own = api.system.store.keepAnswer
  api.system.store.keepAnswer = async () => {
    throw new Error('the store is away')
  }
  expect((await api.post('/id-tags', { idTag: 'unkept' }, keyed('k11'))).status).toBe(201)
  api.system.store.keepAnswer = own
  expect(
    api.logged.some(({ level, message }) => level === 'warn' && message.includes('idempotency key')),
  ).toBe(true)
})
