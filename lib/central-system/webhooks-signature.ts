import { createHmac } from 'node:crypto'
import type { Webhook } from '../store/port.ts'

const PREFIX = 'whsec_'

/** A webhook's secret, as Standard Webhooks writes one: 32 bytes in Base64. */
export function webhookSecret(
  masterSecret: string,
  { webhookId, secretGeneration }: Pick<Webhook, 'webhookId' | 'secretGeneration'>,
): string {
  const purpose = `webhook\n${webhookId}\n${secretGeneration}`
  return PREFIX + createHmac('sha256', masterSecret).update(purpose).digest('base64')
}

/** Those that sign at a time: its own, and for a while the one before. */
export function signingSecrets(masterSecret: string, webhook: Webhook, now: Date): string[] {
  const { secretGeneration, previousSecretUntil } = webhook
  const own = webhookSecret(masterSecret, webhook)
  if (previousSecretUntil === undefined || previousSecretUntil <= now.toISOString()) return [own]
  return [own, webhookSecret(masterSecret, { ...webhook, secretGeneration: secretGeneration - 1 })]
}

/** The headers by which a receiver knows that a body comes from here, now, and what it is (Standard Webhooks 1.0). */
export function signedHeaders(
  secrets: string[],
  { id, body, now }: { id: string; body: string; now: Date },
): Record<string, string> {
  const timestamp = String(Math.floor(now.getTime() / 1000))
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': secrets.map((each) => `v1,${sign(each, `${id}.${timestamp}.${body}`)}`).join(' '),
  }
}

function sign(secret: string, text: string): string {
  const key = Buffer.from(secret.slice(PREFIX.length), 'base64')
  return createHmac('sha256', key).update(text).digest('base64')
}
