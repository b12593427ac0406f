import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP } from 'node:net'
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { Courier, Posted } from '../lib/central-system/system.ts'
import { isReachable, lookupWithin, REFUSED, type Reach } from './addresses.ts'
import { sendAll } from './queues.ts'

const TIMEOUT_MILLISECONDS = 10_000

interface CourierOptions {
  /** Queues, asked for when they are needed: not every function has to do with them. */
  queueUrl: () => string
  deadUrl: () => string
  retryAfter: readonly number[]
  reach: Reach
}

export function createCourier(sqs: SQSClient, options: CourierOptions): Courier {
  const { queueUrl, deadUrl, retryAfter, reach } = options
  return {
    retryAfter,
    post: (url, headers, body) => post(new URL(url), headers, body, reach),
    enqueue: (deliveries, afterSeconds = 0) => sendAll(sqs, queueUrl(), deliveries, afterSeconds),
    async bury(delivery) {
      await sqs.send(new SendMessageCommand({ QueueUrl: deadUrl(), MessageBody: JSON.stringify(delivery) }))
    },
  }
}

/** What comes back is the status alone: nobody reads what a receiver says beside. */
function post(url: URL, headers: Record<string, string>, body: string, reach: Reach): Promise<Posted> {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) && !isReachable(host, reach)) return Promise.resolve({ error: REFUSED })
  const send = url.protocol === 'https:' ? requestHttps : requestHttp
  return new Promise((resolve) => {
    const request = send(url, {
      method: 'POST',
      headers: { ...headers, 'content-length': Buffer.byteLength(body), 'user-agent': 'busbar' },
      agent: false,
      lookup: lookupWithin(reach),
      signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
    })
    request.on('response', (response) => {
      resolve({ status: response.statusCode ?? 0 })
      response.on('error', () => undefined).resume()
    })
    request.on('error', (error: NodeJS.ErrnoException) => resolve({ error: reasonOf(error) }))
    request.end(body)
  })
}

function reasonOf({ name, code, message }: NodeJS.ErrnoException): string {
  return name === 'AbortError' || name === 'TimeoutError'
    ? 'no answer in 10 seconds'
    : (code ?? message).slice(0, 200)
}
