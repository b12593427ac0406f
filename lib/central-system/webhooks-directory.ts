import type { Store, Webhook, WebhookState } from '../store/port.ts'

const GOOD_FOR_SECONDS = 15

/** Two notes of success are no closer together, unless there was a failure between. */
const NOTE_EVERY_SECONDS = 60

interface Entry {
  webhook: Webhook
  state: WebhookState
}

/** The webhooks, read anew every few seconds and not for every event. */
export class WebhookDirectory {
  private readonly store: Store
  private readonly clock: () => Date
  private entries: Promise<Map<string, Entry>> | undefined
  private readAt = 0

  constructor({ store, clock }: { store: Store; clock: () => Date }) {
    this.store = store
    this.clock = clock
  }

  async enabled(): Promise<Webhook[]> {
    return [...(await this.read()).values()].map(({ webhook }) => webhook).filter(({ enabled }) => enabled)
  }

  /** Where it may be used: undefined if it is gone, or switched off, by what is on record at this moment. */
  async find(webhookId: string): Promise<Webhook | undefined> {
    const listed = (await this.read()).get(webhookId)?.webhook
    if (listed?.enabled) return listed
    const found = await this.store.getWebhook(webhookId)
    if (!found?.webhook.enabled) return
    ;(await this.read()).set(webhookId, found)
    return found.webhook
  }

  async noteDelivered(webhookId: string, at: string): Promise<void> {
    const state = (await this.read()).get(webhookId)?.state
    const since = Date.parse(at) - Date.parse(state?.lastSuccessAt ?? '1970-01-01T00:00:00.000Z')
    if (state && state.failuresInARow === 0 && since < NOTE_EVERY_SECONDS * 1000) return
    await this.store.noteDelivered(webhookId, at)
    if (state) Object.assign(state, { lastSuccessAt: at, failuresInARow: 0 })
  }

  async noteFailed(webhookId: string, failure: NonNullable<WebhookState['lastFailure']>): Promise<void> {
    await this.store.noteDeliveryFailed(webhookId, failure)
    const state = (await this.read()).get(webhookId)?.state
    if (state) state.failuresInARow += 1
  }

  /** What was read is not good any more. */
  forget(): void {
    this.entries = undefined
  }

  private read(): Promise<Map<string, Entry>> {
    const now = this.clock().getTime()
    if (this.entries && now - this.readAt < GOOD_FOR_SECONDS * 1000) return this.entries
    this.readAt = now
    const entries = this.store
      .listWebhooks()
      .then((listed) => new Map(listed.map((entry) => [entry.webhook.webhookId, entry])))
    this.entries = entries
    entries.catch(() => {
      if (this.entries === entries) this.forget()
    })
    return entries
  }
}
