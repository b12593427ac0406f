import * as z from 'zod'
import { withoutSecret } from '../actions/secret-keys.ts'
import { installedProfiles } from '../central-system/installed.ts'
import { onboardingNow } from '../central-system/onboarding.ts'
import type { InstalledProfile, OnboardingStep } from '../store/port.ts'
import { unknownChargePoint } from './charge-points.ts'
import { defined } from './defined.ts'
import { endpoint } from './endpoint.ts'
import { chargePointParams, instant, maybe } from './fields.ts'
import { problem } from './problem.ts'

const tag = 'Installed'

const installedProfile = z
  .strictObject({
    connectorId: z.int().meta({ description: '0: the charge point as a whole, or each of its connectors' }),
    profile: z.record(z.string(), z.unknown()).meta({
      description: 'The ChargingProfile (OCPP 1.6 §7.8)',
      examples: [{ chargingProfileId: 1, stackLevel: 0, chargingProfilePurpose: 'TxDefaultProfile' }],
    }),
    acceptedAt: instant('When the charge point accepted it'),
    messageId: z.string().meta({ description: 'The call that it came with' }),
  })
  .meta({ id: 'InstalledProfile' })

const installedProfilesSchema = z
  .strictObject({ items: z.array(installedProfile) })
  .meta({ id: 'InstalledProfiles' })

export const listInstalledProfiles = endpoint({
  operationId: 'listInstalledProfiles',
  method: 'get',
  path: '/charge-points/{chargePointId}/charging-profiles',
  tag,
  summary: 'List the charging profiles in a charge point',
  description:
    'Those it has accepted, and that were not replaced, cleared, or over with their transaction since. All of them at once.',
  params: chargePointParams,
  answers: { 200: { description: 'All of them', body: installedProfilesSchema, etag: true } },
  problems: ['unknown'],
}).answer(async ({ params: { chargePointId }, system }) => {
  const profiles = await installedProfiles(system, chargePointId)
  const known = profiles.length > 0 || (await system.store.getChargePoint(chargePointId))
  if (!known) return unknownChargePoint(chargePointId)
  return { status: 200, body: { items: profiles.map(viewInstalledProfile) } }
})

function viewInstalledProfile({
  connectorId,
  profile,
  at,
  messageId,
}: InstalledProfile): z.input<typeof installedProfile> {
  return { connectorId, profile, acceptedAt: at, messageId }
}

const localListSchema = z
  .strictObject({
    version: z.int().meta({ description: '0: the list is empty. -1: the charge point has none' }),
    at: instant('When the charge point told'),
    entries: maybe(z.int()).meta({
      description: 'How many id tags are in it; absent where that is not known',
    }),
  })
  .meta({ id: 'LocalList', description: 'The local authorization list as the charge point has it' })

export const readLocalList = endpoint({
  operationId: 'readLocalList',
  method: 'get',
  path: '/charge-points/{chargePointId}/local-list',
  tag,
  summary: 'Read what is known of the local list of a charge point',
  description: 'As it answered SendLocalList and GetLocalListVersion.',
  params: chargePointParams,
  answers: { 200: { description: 'What is known of it', body: localListSchema, etag: true } },
  problems: ['unknown', 'no-local-list'],
}).answer(async ({ params: { chargePointId }, system: { store } }) => {
  const list = await store.getLocalList(chargePointId)
  if (list) {
    const { version, at, entries } = list
    const count = entries && Object.keys(entries).length
    return { status: 200, body: defined({ version, at, entries: count }) }
  }
  if (!(await store.getChargePoint(chargePointId))) return unknownChargePoint(chargePointId)
  const hint = `POST {"action": "GetLocalListVersion"} to /api/charge-points/${encodeURIComponent(chargePointId)}/calls to ask`
  return problem('no-local-list', `${chargePointId} has not told of its local list; ${hint}`)
})

const onboardingSchema = z
  .strictObject({
    status: z.enum(['Configuring', 'Triggering', 'Accepted', 'Failed']).meta({
      description: [
        'Configuring: it is given its wanted configuration. Triggering: it is asked to boot, to be accepted then.',
        'Accepted: it was. Failed: it stays Pending; it is tried again when it boots',
      ].join(' '),
    }),
    startedAt: instant('When it booted, Pending'),
    updatedAt: instant('When something happened last'),
    steps: z.array(
      z.strictObject({
        key: z.string().meta({ examples: ['HeartbeatInterval'] }),
        value: z.string(),
        messageId: maybe(z.string()).meta({
          description: 'Of the ChangeConfiguration, once it is asked for',
        }),
        result: maybe(z.string()).meta({
          description: 'The charge point’s answer, or how the call ended without one',
          examples: ['Accepted'],
        }),
      }),
    ),
    triggerMessageId: maybe(z.string()).meta({ description: 'Of the TriggerMessage for the boot' }),
    failure: maybe(z.string()).meta({ description: 'Why it failed' }),
  })
  .meta({
    id: 'Onboarding',
    description: 'How a Pending charge point is given its wanted configuration, and then accepted',
  })

export const readOnboarding = endpoint({
  operationId: 'readOnboarding',
  method: 'get',
  path: '/charge-points/{chargePointId}/onboarding',
  tag,
  summary: 'Read how a Pending charge point is being configured',
  description: 'The latest run; it begins when a Pending charge point boots that has a wanted configuration.',
  params: chargePointParams,
  answers: { 200: { description: 'The latest run', body: onboardingSchema, etag: true } },
  problems: ['unknown', 'no-onboarding'],
}).answer(async ({ params: { chargePointId }, system }) => {
  const run = await onboardingNow(system, chargePointId)
  if (run) {
    const { status, startedAt, updatedAt, steps, triggerMessageId, failure } = run
    const body = { status, startedAt, updatedAt, steps: steps.map(viewStep), triggerMessageId, failure }
    return { status: 200, body: defined(body) }
  }
  if (!(await system.store.getChargePoint(chargePointId))) return unknownChargePoint(chargePointId)
  return problem('no-onboarding', `${chargePointId} was not configured while it was Pending`)
})

function viewStep({ key, value, messageId, result }: OnboardingStep) {
  return withoutSecret(key, { ...defined({ messageId, result }), key, value })
}
