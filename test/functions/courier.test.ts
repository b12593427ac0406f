import { SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isReachable, REFUSED } from '../../functions/addresses.ts'
import { createCourier } from '../../functions/courier.ts'
import { inBatches } from '../../functions/queues.ts'
import { type Receiver, startReceiver } from '../support/receiver.ts'

describe('which addresses webhooks may reach', () => {
  const PUBLIC = [
    '93.184.215.14',
    '::ffff:93.184.215.14',
    '2001:4860:4860::8888',
    '2606:2800:21f:cb07:6820:80da:af6b:8b2c',
  ]
  const PRIVATE = [
    '10.0.0.1',
    '172.16.5.4',
    '192.168.1.5',
    '100.64.0.1',
    '192.88.99.1',
    'fd00::1',
    'fec0::1',
    '2001:0:1::1',
    '::ffff:10.0.0.1',
  ]
  const OWN = [
    '127.0.0.1',
    '127.9.9.9',
    '169.254.169.254',
    '0.0.0.0',
    '::1',
    '::',
    'fe80::1',
    '::ffff:127.0.0.1',
    '::127.0.0.1',
    '::ffff:0:169.254.169.254',
    '64:ff9b::169.254.169.254',
    '2002:7f00:1::1',
  ]

  it('are public ones, private ones by setting, and the sender’s own on his own machine alone', () => {
    for (const address of PUBLIC)
      for (const reach of ['public', 'private', 'all'] as const)
        expect(isReachable(address, reach), `${address} ${reach}`).toBe(true)
    for (const address of PRIVATE) {
      expect(isReachable(address, 'public'), address).toBe(false)
      expect(isReachable(address, 'private'), address).toBe(true)
    }
    for (const address of OWN) {
      expect(isReachable(address, 'private'), address).toBe(false)
      expect(isReachable(address, 'all'), address).toBe(true)
    }
  })
})

describe('the courier', () => {
  let receiver: Receiver
  beforeAll(async () => {
    receiver = await startReceiver()
  })
  afterAll(() => receiver.stop())

  const courier = (reach: 'public' | 'private' | 'all') =>
    createCourier(new SQSClient({}), {
      queueUrl: () => '',
      deadUrl: () => '',
      retryAfter: [],
      reach,
    })

  it('tells the status, and follows no redirect', async () => {
    const { post } = courier('all')
    expect(await post(`${receiver.url}/a`, { 'webhook-id': 'x' }, '{"é":1}')).toEqual({ status: 204 })
    expect(receiver.received.at(-1)).toMatchObject({ path: '/a', body: '{"é":1}' })
    receiver.answers.set('/moved', 307)
    expect(await post(`${receiver.url}/moved`, {}, '{}')).toEqual({ status: 307 })
    expect(receiver.received.some(({ path }) => path === '/elsewhere')).toBe(false)
  })

  it('dials nothing out of reach, by name or by number', async () => {
    const before = receiver.received.length
    const byName = receiver.url.replace('127.0.0.1', 'localhost')
    for (const url of [receiver.url, byName, receiver.url.replace('127.0.0.1', '[::ffff:127.0.0.1]')])
      for (const reach of ['public', 'private'] as const)
        expect(await courier(reach).post(url, {}, '{}'), url).toEqual({ error: REFUSED })
    expect(receiver.received.length).toBe(before)
  })

  it('tells why nobody answered', async () => {
    const { post } = courier('all')
    expect(await post('http://127.0.0.1:1/', {}, '{}')).toEqual({ error: 'ECONNREFUSED' })
    expect(await post('http://nobody.invalid/', {}, '{}')).toEqual({ error: expect.any(String) })
  })
})

describe('batches', () => {
  it('hold ten entries at the most, and no more bytes than fit', () => {
    const texts = [...Array.from({ length: 12 }, () => 'a'), 'é'.repeat(40), 'b'.repeat(60), 'c'.repeat(200)]
    const batches = inBatches(texts, 100, (text) => text)
    expect(batches.map((batch) => batch.length)).toEqual([10, 3, 1, 1])
    expect(batches.flat()).toEqual(texts)
  })
})
