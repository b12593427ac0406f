import type { DynamoDBStreamEvent } from 'aws-lambda'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

/** What the function has of its environment. Nobody listens there: whatever is told fails. */
const NOWHERE = 'http://127.0.0.1:1'
const ENVIRONMENT = {
  POWERTOOLS_DEV: 'true',
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'x',
  AWS_SECRET_ACCESS_KEY: 'x',
  AWS_ENDPOINT_URL: NOWHERE,
  AWS_MAX_ATTEMPTS: '1',
  TABLE: 'table',
  CALLBACK_URL: NOWHERE,
  FILES_URL: NOWHERE,
  TICKS_URL: NOWHERE,
  TASKS_URL: NOWHERE,
  WEBHOOKS_URL: NOWHERE,
  DEAD_WEBHOOKS_URL: NOWHERE,
  LOG_LEVEL: 'info',
  BUS_NAME: 'bus',
  WEBHOOK_RETRY_AFTER: '0',
  HEARTBEAT_INTERVAL: '300',
  UNKNOWN_CHARGE_POINTS: 'refuse',
  READ_CONFIGURATION_AFTER: '10',
  MESSAGE_LOG_DAYS: '1',
  AUDIT_DAYS: '1',
  SILENT_AFTER_HOURS: '24',
  FILE_MAX_BYTES: '1',
  EVENT_DAYS: '1',
}

const security = { type: { S: 'FirmwareUpdated' }, timestamp: { S: '2026-11-21T12:00:00.000Z' } }

const record = (sequence: string, NewImage: object) => ({
  eventID: `e${sequence}`,
  dynamodb: {
    Keys: { pk: { S: 'CP#1' }, sk: { S: 'SEC#2026-11-21T12:00:00.000Z#1' } },
    NewImage: { receivedAt: security.timestamp, ...security, ...NewImage },
    SequenceNumber: sequence,
    ApproximateCreationDateTime: 1_795_000_000,
  },
})

describe('changes that are told', () => {
  beforeAll(() => {
    for (const [name, value] of Object.entries(ENVIRONMENT)) vi.stubEnv(name, value)
  })
  afterAll(() => {
    vi.unstubAllEnvs()
  })

  it('come again when they could not be told, but not those that cannot be read: they are lost, and logged', async () => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const { handler } = await import('../../functions/tell.ts')
    const Records = [record('1', { techInfo: { NOTHING: 'x' } }), record('2', {})]
    const answer = await handler({ Records } as unknown as DynamoDBStreamEvent)
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: '2' }] })
    const lost = logged.mock.calls.map(([line]) => JSON.parse(String(line)))
    expect(lost).toContainEqual(
      expect.objectContaining({ message: expect.stringContaining('lost'), eventId: 'e1' }),
    )
  })
})
