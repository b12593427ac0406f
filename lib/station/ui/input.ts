import * as z from 'zod'
import { FAULTS } from '../faults.ts'
import { tlsTrouble } from '../pem.ts'
import { QUIRK_NAMES } from '../quirks/index.ts'

/** What the page may send. Words of refusal are shown in the page. */

const identity = z
  .string()
  .regex(/^[^\p{Cc}]{1,255}$/u, 'The identity has 1 to 255 characters, none of them a control character.')

const endpoint = z.string().refine((value) => {
  const url = URL.canParse(value) ? new URL(value) : undefined
  return url !== undefined && /^wss?:$/.test(url.protocol) && !url.username && !url.password && !url.hash
}, 'The address begins with ws:// or wss:// and holds neither a password nor a fragment (#).')

const connectorId = z.int().min(1).max(32)
const idTag = z
  .string()
  .min(1, 'An id tag has 1 to 20 characters.')
  .max(20, 'An id tag has 1 to 20 characters.')

const PEM_FIELDS = { ca: 'Certificate authority', cert: 'Certificate of the station', key: 'Private key' }

export const settingsInput = z
  .strictObject({
    url: endpoint,
    id: identity,
    securityProfile: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]),
    /** Secrets that are left out stay as they are. */
    password: z.string().max(128).optional(),
    ca: z.string().max(65_536).optional(),
    certificate: z.string().max(65_536).optional(),
    privateKey: z.string().max(65_536).optional(),
    idTag,
    connectors: z.int().min(1).max(32),
    powerKw: z.number().min(0.1).max(1000),
    stationLimitKw: z.number().min(0).max(100_000).optional(),
    meterInterval: z.int().min(0).max(86_400),
    speed: z.int().min(1).max(3600),
  })
  .refine(({ securityProfile, url }) => securityProfile < 2 || url.startsWith('wss:'), {
    message: 'Security profiles 2 and 3 need an address that begins with wss://.',
  })
  .refine(({ securityProfile, id }) => securityProfile === 0 || !id.includes(':'), {
    message: 'With a password the identity cannot hold a colon.',
  })
  .superRefine(({ ca, certificate: cert, privateKey: key }, context) => {
    const trouble = tlsTrouble({ ...(ca ? { ca } : {}), ...(cert ? { cert } : {}), ...(key ? { key } : {}) })
    if (trouble) context.addIssue(`${PEM_FIELDS[trouble.which]}: ${trouble.why}.`)
  })
export type SettingsInput = z.infer<typeof settingsInput>

export const actInput = z.discriminatedUnion('what', [
  z.strictObject({ what: z.enum(['boot', 'heartbeat', 'offline', 'online', 'powerLoss']) }),
  z.strictObject({ what: z.literal('authorize'), idTag }),
  z.strictObject({ what: z.literal('start'), connectorId, idTag }),
  z.strictObject({ what: z.enum(['stop', 'plug', 'unplug', 'repair']), connectorId }),
  z.strictObject({ what: z.literal('fault'), connectorId, code: z.enum(FAULTS) }),
  z.strictObject({
    what: z.literal('car'),
    connectorId,
    socPercent: z.number().min(0).max(100).optional(),
    /** `null`: all that is offered. */
    demandKw: z.number().min(0).max(1000).nullable().optional(),
  }),
  z.strictObject({ what: z.literal('send'), text: z.string().min(1).max(131_072) }),
  z.strictObject({ what: z.literal('quirks'), names: z.array(z.enum(QUIRK_NAMES)) }),
  z.strictObject({ what: z.literal('answering'), byHand: z.boolean() }),
])
export type ActInput = z.infer<typeof actInput>

export const decisionInput = z.discriminatedUnion('how', [
  z.strictObject({ how: z.literal('automatic') }),
  z.strictObject({ how: z.literal('answer'), payload: z.record(z.string(), z.unknown()) }),
  z.strictObject({ how: z.literal('refuse'), code: z.string().max(50), description: z.string().max(255) }),
])
export type DecisionInput = z.infer<typeof decisionInput>

export const checkInput = z.strictObject({ text: z.string().max(131_072) })
