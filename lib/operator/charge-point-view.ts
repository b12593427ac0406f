import * as z from 'zod'
import { isStale } from '../central-system/stale.ts'
import type { ChargePoint, Live } from '../store/port.ts'
import { type ConnectorContext, connectorSchema, viewConnectors } from './connector-view.ts'
import { defined } from './defined.ts'
import { instant, maybe } from './fields.ts'

export const registrationStatus = z
  .enum(['Accepted', 'Pending', 'Rejected'])
  .meta({ description: 'What BootNotification is answered with. Nothing is sent to a Rejected charge point' })

export const securityProfile = z.literal([0, 1, 2, 3]).meta({
  description:
    '0: none · 1: password · 2: password over TLS · 3: client certificate over TLS (security whitepaper)',
})

const progress = (description: string) =>
  maybe(z.strictObject({ status: z.string(), at: instant('When it was reported') })).meta({ description })

const boot = z
  .strictObject({
    chargePointVendor: z.string(),
    chargePointModel: z.string(),
    chargePointSerialNumber: maybe(z.string()),
    chargeBoxSerialNumber: maybe(z.string()),
    firmwareVersion: maybe(z.string()),
    iccid: maybe(z.string()),
    imsi: maybe(z.string()),
    meterType: maybe(z.string()),
    meterSerialNumber: maybe(z.string()),
    at: instant('When it booted last'),
  })
  .meta({ description: 'The latest BootNotification' })

const violations = z.strictObject({
  count: z.int().meta({ description: 'How many messages broke the OCPP schemas' }),
  last: maybe(
    z.strictObject({ action: z.string(), path: z.string(), message: z.string(), at: instant('When') }),
  ),
})

const calls = z.strictObject({
  queued: z.int().meta({ description: 'How many calls wait for the charge point' }),
  inFlight: maybe(z.string()).meta({ description: 'The messageId of the call it has not answered yet' }),
})

const properties = {
  chargePointId: z.string().meta({ examples: ['CP1'] }),
  registrationStatus,
  securityProfile,
  hasPassword: z.boolean(),
  description: maybe(z.string()),
  address: maybe(z.string()),
  heartbeatInterval: maybe(z.int()).meta({
    description: 'Seconds, where it differs from the central system’s own',
  }),
  siteId: maybe(z.string()).meta({ description: 'The site it stands on' }),
  tags: maybe(z.array(z.string())).meta({ description: 'The operator’s own labels', examples: [['fast']] }),
  wantedConfiguration: maybe(z.record(z.string(), z.string())).meta({
    description: 'Configuration keys and the values they are to have',
    examples: [{ HeartbeatInterval: '300' }],
  }),
  messageLogUntil: maybe(instant('Until when its frames are logged; see its messages')),
  strict: z.boolean().meta({ description: 'Whether violations of the schemas are answered with CALLERROR' }),
  allowMissingSubprotocol: z
    .boolean()
    .meta({ description: 'Whether it is let in where it offers no WebSocket subprotocol' }),
  connectionState: z.enum(['online', 'stale', 'offline']).meta({
    description: 'stale: connected, but not heard of for two heartbeat intervals and a minute',
  }),
  connectedAt: maybe(instant('Since when it is connected')),
  connectedFrom: maybe(z.string()).meta({ description: 'The network address it is connected from' }),
  lastSeenAt: maybe(instant('When it was last heard of')),
  connectors: z.array(connectorSchema),
  boot: maybe(boot),
  firmware: progress('How the latest firmware update goes'),
  diagnostics: progress('How the latest upload of diagnostics goes'),
  log: progress('How the latest upload of a log goes'),
  violations,
  calls,
  createdAt: instant('When it was registered'),
  updatedAt: instant('When the operator’s part was last edited'),
  version: z.int().meta({ description: 'Counts the edits; the first part of the ETag' }),
}

export const chargePointSchema = z.strictObject(properties).meta({ id: 'ChargePoint' })

export const createdChargePointSchema = z
  .strictObject({
    ...properties,
    password: maybe(z.string()).meta({
      description: 'The password that was made, as an AuthorizationKey in hexadecimal. It is not shown again',
    }),
  })
  .meta({ id: 'CreatedChargePoint' })

export interface ViewContext extends ConnectorContext {
  /** The central system's own, where the charge point has none. */
  heartbeatInterval: number
}

export function viewChargePoint(
  chargePoint: ChargePoint,
  live: Live | undefined,
  { now, heartbeatInterval, facts }: ViewContext,
): z.input<typeof chargePointSchema> {
  return defined({
    chargePointId: chargePoint.chargePointId,
    registrationStatus: chargePoint.registrationStatus,
    securityProfile: chargePoint.securityProfile,
    hasPassword: chargePoint.passwordHash !== undefined,
    description: chargePoint.description,
    address: chargePoint.address,
    heartbeatInterval: chargePoint.heartbeatInterval,
    siteId: chargePoint.siteId,
    tags: chargePoint.tags,
    wantedConfiguration: chargePoint.wantedConfiguration,
    messageLogUntil: chargePoint.messageLogUntil,
    strict: chargePoint.strict ?? false,
    allowMissingSubprotocol: chargePoint.allowMissingSubprotocol ?? false,
    connectionState: connectionStateOf(chargePoint, live, { now, heartbeatInterval }),
    connectedAt: live?.connection?.connectedAt,
    connectedFrom: live?.connection?.address,
    lastSeenAt: live?.lastSeenAt,
    connectors: viewConnectors(live, defined({ now, facts })),
    boot: chargePoint.boot,
    firmware: live?.firmware,
    diagnostics: live?.diagnostics,
    log: live?.log,
    violations: defined({ count: live?.violations ?? 0, last: live?.lastViolation }),
    calls: defined({ queued: live?.queue.length ?? 0, inFlight: inFlight(live, now) }),
    createdAt: chargePoint.createdAt,
    updatedAt: chargePoint.updatedAt,
    version: chargePoint.version,
  })
}

export function connectionStateOf(
  chargePoint: ChargePoint,
  live: Live | undefined,
  context: Pick<ViewContext, 'now' | 'heartbeatInterval'>,
): 'online' | 'stale' | 'offline' {
  if (!live?.connection) return 'offline'
  return isStale(chargePoint, live, context) ? 'stale' : 'online'
}

/** The slot may still name a call that timed out, or that went down with its connection. */
function inFlight(live: Live | undefined, now: string): string | undefined {
  const { inFlight, connection } = live ?? {}
  if (!inFlight || inFlight.deadline < now || inFlight.connectionId !== connection?.connectionId)
    return undefined
  return inFlight.messageId
}
