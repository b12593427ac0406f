import * as z from 'zod'
import { callSchema } from './call-view.ts'
import { chargePointSchema } from './charge-point-view.ts'
import { instant, maybe } from './fields.ts'
import { meterValuesPage } from './meter-values.ts'
import { reservationSchema } from './reservation-view.ts'
import { taskSchema } from './task-view.ts'
import { transactionSchema } from './transaction-view.ts'

/** What is on record of a charge point, without how it is right now. */
export const REGISTERED = {
  chargePointId: true,
  registrationStatus: true,
  securityProfile: true,
  hasPassword: true,
  description: true,
  address: true,
  heartbeatInterval: true,
  siteId: true,
  tags: true,
  wantedConfiguration: true,
  messageLogUntil: true,
  strict: true,
  allowMissingSubprotocol: true,
  boot: true,
  createdAt: true,
  updatedAt: true,
  version: true,
} as const

const registered = chargePointSchema.pick(REGISTERED).meta({ id: 'RegisteredChargePoint' })

const connection = {
  chargePointId: z.string(),
  connectionId: z.string(),
  connectedAt: instant('Since when it is, or was, connected'),
  connectedFrom: maybe(z.string()).meta({ description: 'The network address it connected from' }),
}

const booted = z.strictObject({
  chargePointId: z.string(),
  boot: chargePointSchema.shape.boot.unwrap(),
})

const connector = z.strictObject({
  chargePointId: z.string(),
  connectorId: z.int().meta({ description: '0 is the charge point itself' }),
  status: z.string().meta({ examples: ['Charging'] }),
  errorCode: z.string().meta({ examples: ['NoError'] }),
  info: maybe(z.string()),
  vendorId: maybe(z.string()),
  vendorErrorCode: maybe(z.string()),
  timestamp: instant('When the charge point says it took this status'),
  receivedAt: instant('When the status was received'),
  previousStatus: maybe(z.string()).meta({ examples: ['Preparing'] }),
})

export const securityEventSchema = z
  .strictObject({
    chargePointId: z.string(),
    type: z.string().meta({ examples: ['InvalidCentralSystemCertificate'] }),
    timestamp: instant('When the charge point says it happened'),
    techInfo: maybe(z.string()).meta({ description: 'What the charge point says beside' }),
    receivedAt: instant('When it was received'),
  })
  .meta({ id: 'SecurityEventRecord', description: 'A SecurityEventNotification (security whitepaper)' })

const ping = z.strictObject({ webhookId: z.string() })

/** The data of every type of event, as they are told and documented. */
export const EVENT_DATA = {
  ChargePointRegistered: registered,
  ChargePointChanged: registered,
  ChargePointRemoved: registered,
  ChargePointConnected: z.strictObject({
    ...connection,
    replacedConnectionId: maybe(z.string()).meta({ description: 'The connection whose place it took' }),
  }),
  ChargePointDisconnected: z.strictObject({
    ...connection,
    lastSeenAt: maybe(instant('When it was last heard of')),
  }),
  ChargePointBooted: booted,
  ConnectorStatusChanged: connector,
  TransactionStarted: transactionSchema,
  TransactionUpdated: transactionSchema,
  TransactionStopped: transactionSchema,
  MeterValuesReceived: meterValuesPage.shape.items.element,
  CallClosed: callSchema,
  ReservationChanged: reservationSchema,
  TaskEnded: taskSchema,
  SecurityEvent: securityEventSchema,
  Ping: ping,
} as const

export type EventType = keyof typeof EVENT_DATA

export type EventData<T extends EventType> = z.input<(typeof EVENT_DATA)[T]>

/** Ping is for one webhook, and in no list. */
export const EVENT_TYPES = Object.keys(EVENT_DATA).filter((type) => type !== 'Ping') as [
  Exclude<EventType, 'Ping'>,
]

export const eventType = z.enum(EVENT_TYPES)

function envelope<T extends EventType>(type: T) {
  return z
    .strictObject({
      eventId: z.string().meta({
        description: 'The same however often the event is told; ordered by time',
        examples: ['019ab3f2-5c1e-7c7b-9d55-0f4b6f1c2a3d'],
      }),
      type: z.literal(type),
      schemaVersion: z.literal(1),
      at: instant('When it was written down here, to the second'),
      chargePointId: maybe(z.string()),
      sequence: z.string().meta({
        description: 'Of two events about one thing the later has the greater one, compared as text',
        examples: ['0000000000000000000000000000000000000042'],
      }),
      data: EVENT_DATA[type],
    })
    .meta({ id: type.endsWith('Event') ? type : `${type}Event` })
}

export const EVENTS = Object.fromEntries(
  Object.keys(EVENT_DATA).map((type) => [type, envelope(type as EventType)]),
) as unknown as { [T in EventType]: ReturnType<typeof envelope<T>> }

/** Any event of the feed. */
export const eventSchema = z
  .discriminatedUnion('type', EVENT_TYPES.map((type) => EVENTS[type]) as never)
  .meta({ id: 'Event', description: 'Something that happened' })
