import * as z from 'zod'
import { FAULTS } from '../faults.ts'

/** A value that a variable stands for: `${answer.transactionId}`. */
const reference = z.string().regex(/^\$\{[^}]+\}$/, { error: 'a reference to a variable', abort: true })
const or = <S extends z.ZodType>(schema: S) => z.union([schema, reference])

const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** Milliseconds of a number of seconds, or of `500ms`, `10s`, `5m`, `1.5h`. */
export function milliseconds(duration: Duration): number {
  if (typeof duration === 'number') return duration * 1000
  const [, number, unit] = /^([\d.]+)(ms|s|m|h)$/.exec(duration) ?? []
  return Number(number) * UNITS[unit as keyof typeof UNITS]
}

const duration = z
  .union([
    z.number().min(0),
    z.string().regex(/^\d+(\.\d+)?(ms|s|m|h)$/, 'a duration such as 500ms, 10s, 5m or 1.5h'),
  ])
  .describe('Seconds, or a number with ms, s, m or h.')
export type Duration = z.output<typeof duration>

const within = duration.optional().describe('How long to wait for it, in real time; 30s unless told.')
const connectorId = or(z.int().min(0).max(100)).describe('Connectors are numbered from 1; 0 is the station.')
const connector = connectorId.optional().describe('The connector; 1 unless told.')
const payload = z.record(z.string(), z.unknown())
const kW = or(z.number().min(0).max(1000))

const car = {
  soc: or(z.number().min(0).max(100)).optional().describe('State of charge of the car, in percent.'),
  batteryKwh: or(z.number().positive()).optional().describe('What the battery of the car holds.'),
  kW: kW.optional().describe('What the car takes at most.'),
}

const REASONS = [
  ...['DeAuthorized', 'EmergencyStop', 'EVDisconnected', 'HardReset', 'Local', 'Other', 'PowerLoss'],
  ...['Reboot', 'Remote', 'SoftReset', 'UnlockCommand'],
] as const
const STATES = [
  ...['Available', 'Preparing', 'Charging', 'SuspendedEVSE', 'SuspendedEV', 'Finishing', 'Reserved'],
  ...['Unavailable', 'Faulted'],
] as const

/** Steps that need nothing said, so that their name alone will do. */
export const PLAIN = ['boot', 'heartbeat', 'offline', 'online', 'start', 'stop', 'unplug', 'plug'] as const

const point = z.union([
  z.strictObject({ after: duration, kW }).describe('From this time on it takes so much.'),
  z.strictObject({ soc: z.number().min(0).max(100), kW }).describe('Between two of these it changes evenly.'),
])

const wait = z.union([
  duration.describe('In the time of the station: ten times as short with --speed 10.'),
  z
    .strictObject({ status: z.enum(STATES), connector, within })
    .describe('Until a connector has this status.'),
  z.strictObject({ call: z.string(), within }).describe('Until the central system sends this CALL.'),
  z
    .strictObject({ sent: z.string(), within })
    .describe('Until the station has sent this CALL, and it is answered.'),
  z.strictObject({ registration: z.enum(['Accepted', 'Pending', 'Rejected']), within }),
  z.strictObject({ connection: z.enum(['open', 'closed', 'connecting']), within }),
  z
    .strictObject({ idle: z.literal(true), within })
    .describe('Until nothing waits for an answer, or to be sent.'),
])

const answer = z.strictObject({
  action: z.string().describe('Of the CALLs of the central system that are answered so.'),
  with: payload.optional().describe('The payload of the CALLRESULT.'),
  error: z.string().optional().describe('The code of the CALLERROR.'),
  silent: z.literal(true).optional().describe('There is no answer.'),
  asUsual: z.literal(true).optional().describe('As the station answers by itself.'),
  times: z.int().positive().optional().describe('So many times; without it, from now on.'),
  delay: duration.optional().describe('How long the answer takes, in real time.'),
})

const frameOf = z.strictObject({ action: z.string(), with: z.unknown().optional() })

const expectation = z.strictObject({
  answer: z.unknown().optional().describe('The answer to the last CALL of the station: a part of it.'),
  error: z.string().optional().describe('The code of the CALLERROR which the last CALL was refused with.'),
  call: frameOf.optional().describe('The last CALL of this action from the central system.'),
  noCall: z.string().optional().describe('The central system has not sent this CALL.'),
  sent: frameOf.optional().describe('The last CALL of this action from the station.'),
  notSent: z.string().optional().describe('The station has not sent this CALL.'),
  frame: z.unknown().optional().describe('A frame that was received, as an array.'),
  state: payload.optional().describe('A part of the state of the station.'),
  connector: z.looseObject({ connectorId }).optional().describe('A part of the state of a connector.'),
  within: duration.optional().describe('It may become true only after a while, in real time.'),
})

const handshake = z.strictObject({
  securityProfile: z
    .union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)])
    .optional()
    .describe('The one it comes with; that of the station unless told.'),
  password: z.string().nullable().optional().describe('Another password; null for none.'),
  user: z.string().optional().describe('Another user name than the identity.'),
  subprotocols: z.array(z.string()).optional().describe('What it offers; [ocpp1.6] unless told.'),
  tlsVersion: z
    .enum(['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'])
    .optional()
    .describe('The only version of TLS it offers.'),
  cipher: or(z.string().regex(/^[A-Z0-9_:-]+$/, 'names of cipher suites in OpenSSL, with colons'))
    .optional()
    .describe('The only cipher suites it offers, by their names in OpenSSL, with colons.'),
})

const only = z.null().describe('Needs nothing said.')

const step = z
  .strictObject({
    plug: z
      .union([only, connectorId, z.strictObject({ connector, ...car })])
      .describe('A cable is plugged in.'),
    unplug: z.union([only, connectorId]).describe('The cable is taken out.'),
    authorize: z.string().describe('A tag is presented.'),
    start: z
      .union([only, connectorId, z.strictObject({ connector, idTag: z.string().optional() })])
      .describe('A transaction starts; the answer is waited for, unless the station is offline.'),
    stop: z
      .union([only, connectorId, z.strictObject({ connector, reason: z.enum(REASONS).optional() })])
      .describe('The transaction stops.'),
    charge: z
      .strictObject({
        connector,
        for: duration.optional(),
        untilSoc: z.number().min(0).max(100).optional(),
        curve: z
          .array(point)
          .min(1)
          .optional()
          .describe('What the car takes, over time or by its state of charge.'),
      })
      .describe('The car charges, until the time is over, it has enough, or the transaction ends.'),
    suspend: z
      .strictObject({ connector, by: z.enum(['EV', 'EVSE']) })
      .describe('The car takes nothing (EV), or the station offers nothing (EVSE).'),
    resume: z.union([only, connectorId]).describe('The end of suspend.'),
    fault: z.strictObject({ connector, code: z.enum(FAULTS) }).describe('Something breaks.'),
    repair: connectorId,
    offline: only.describe('The connection is lost; what happens is kept for later.'),
    online: only.describe('The connection is made again, and what was kept is sent.'),
    handshake: z
      .union([only, handshake])
      .describe('A handshake beside the connection of the station; what came of it is the answer.'),
    reboot: z.enum(['Soft', 'Hard', 'PowerLoss']).describe('The station starts again, and is waited for.'),
    boot: only.describe('A BootNotification.'),
    heartbeat: only,
    wait,
    answer: answer.describe('How a CALL of the central system is answered.'),
    send: z.union([z.string(), z.array(z.unknown())]).describe('Any text, or an array, as a frame.'),
    call: z.strictObject({ action: z.string(), payload: payload.optional() }).describe('Any CALL.'),
    status: z
      .looseObject({ connectorId, status: z.string(), errorCode: z.string().optional() })
      .describe('A StatusNotification, whatever the connector is really like.'),
    dataTransfer: z.strictObject({
      ...{ vendorId: z.string(), messageId: z.string().optional(), data: z.string().optional() },
    }),
    securityEvent: z.strictObject({ type: z.string(), techInfo: z.string().optional() }),
    signCertificate: z
      .strictObject({ commonName: z.string().optional(), organization: z.string().optional() })
      .describe('A SignCertificate with a certificate signing request for a new key.'),
    expect: expectation.describe('What must be true, or the scenario has failed.'),
    save: z.record(z.string(), z.unknown()).describe('Variables, for references in the steps that follow.'),
    repeat: z.strictObject({
      times: z.int().min(1).max(1_000_000),
      get steps() {
        return steps
      },
    }),
    log: z.string(),
  })
  .partial()
  .refine((each) => Object.keys(each).length === 1, 'a step has one name')
  .meta({ minProperties: 1, maxProperties: 1 })

const steps: z.ZodType<Listed[]> = z.array(z.union([z.enum(PLAIN), step])).min(1)

/** The steps by their names. */
export type Step = z.output<typeof step>
export type StepName = keyof Step
export type Expectation = z.output<typeof expectation>
export type Wait = z.output<typeof wait>
export type CurvePoint = z.output<typeof point>
export type AnswerRule = z.output<typeof answer>
type Listed = (typeof PLAIN)[number] | { [K in StepName]?: unknown }

export { step as stepSchema }

const station = z.strictObject({
  connectors: z.int().min(1).max(100).optional(),
  powerKw: z.number().positive().optional(),
  vendor: z.string().optional(),
  model: z.string().optional(),
  serial: z.string().optional(),
  firmwareVersion: z.string().optional(),
  configuration: z.record(z.string(), z.string()).optional().describe('First values of configuration keys.'),
  driverActs: z
    .boolean()
    .optional()
    .describe('Whether a driver plugs in for a remote start by himself; false unless told.'),
  work: duration.optional().describe('How long a reboot or a download takes; 2s unless told.'),
  boots: z.boolean().optional().describe('False: it never sends a BootNotification of its own accord.'),
})

/** What a scenario file holds. */
export const scenarioSchema = z.strictObject({
  $schema: z.string().optional(),
  name: z.string(),
  about: z.string().optional().describe('What it is for, and what the central system has to do meanwhile.'),
  stations: z
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .describe('How many play it at the same time; 1 unless told.'),
  station: station.optional(),
  quirks: z.array(z.string()).optional().describe('By name; npm run station -- --quirks lists them.'),
  waitForAcceptance: z
    .boolean()
    .optional()
    .describe('Whether the steps begin once accepted; true unless told.'),
  variables: z
    .record(
      z.string(),
      z.union([z.string(), z.number(), z.boolean(), z.array(z.union([z.string(), z.number()]))]),
    )
    .optional()
    .describe('For references in steps; of a list, each station takes the next item.'),
  steps,
})
export type ScenarioFile = z.output<typeof scenarioSchema>

/** For editors: the same as JSON Schema. */
export function scenarioJsonSchema(): object {
  const { $schema, ...rest } = z.toJSONSchema(scenarioSchema, { io: 'input' })
  return { $schema, title: 'A scenario of the charge point simulator', ...rest }
}
