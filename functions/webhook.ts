import type { EventBridgeEvent, SQSEvent } from 'aws-lambda'
import type { Delivery } from '../lib/central-system/system.ts'
import { deliver, fanOut } from '../lib/central-system/webhooks.ts'
import { WebhookDirectory } from '../lib/central-system/webhooks-directory.ts'
import type { BusbarEvent } from '../lib/store/port.ts'
import { handleBatch } from './batch.ts'
import { createMasterSecret, createSystem } from './system.ts'

const system = createSystem('webhook', createMasterSecret())
const directory = new WebhookDirectory(system)

/** What the bus puts into the queue is shared out; what that puts there is delivered. */
export const handler = (event: SQSEvent) =>
  handleBatch<Delivery | EventBridgeEvent<string, BusbarEvent>>(event, system.log, (message) =>
    'webhookId' in message ? deliver(system, directory, message) : fanOut(system, directory, message.detail),
  )
