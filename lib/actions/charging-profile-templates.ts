import type { ChargingProfileTemplates } from '../store/port.ts'
import type { Composed } from './action.ts'
import { asRecord } from './payload.ts'

const FILLED_IN = ['stackLevel', 'chargingProfilePurpose', 'chargingProfileKind', 'chargingSchedule']

/** What of a profile may be left out of a request, if all of it is. */
export const filledInAt = (property: string): string[] => FILLED_IN.map((each) => `${property}.${each}`)

/**
 * A payload whose profile is given by its id alone gets the operator's template of that id; a transaction may be named
 * beside it, for a template is for any. Any other profile stays what it is.
 */
export async function fillIn(
  store: Pick<ChargingProfileTemplates, 'getChargingProfileTemplate'>,
  payload: Record<string, unknown>,
  property: string,
): Promise<Composed> {
  const named = asRecord(payload[property])
  const { transactionId: _, ...profile } = named
  const { chargingProfileId } = profile
  if (typeof chargingProfileId !== 'number' || Object.keys(profile).length > 1) return { payload }
  const template = await store.getChargingProfileTemplate(chargingProfileId)
  if (template)
    return { payload: { ...payload, [property]: { ...template.profile, ...named } }, composed: true }
  const message = `nothing else is given of the profile, and there is no /charging-profiles/${chargingProfileId}`
  return { issues: [{ path: `${property}.chargingProfileId`, message }] }
}
