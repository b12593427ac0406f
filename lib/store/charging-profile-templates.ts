import { keys, partitions } from './keys.ts'
import { pageOf } from './paging.ts'
import type { ChargingProfileTemplate, ChargingProfileTemplates } from './port.ts'
import { withoutKeys } from './record.ts'
import { registered } from './registered.ts'
import type { Item, TableClient } from './table-client.ts'

/** The profile is kept as JSON text, as a call's payload is. */
function toTemplate(item: Item): ChargingProfileTemplate {
  const { profile, ...template } = withoutKeys<
    Omit<ChargingProfileTemplate, 'profile'> & { profile: string }
  >(item)
  return { ...template, profile: JSON.parse(profile) }
}

export function chargingProfileTemplateVerbs(table: TableClient): ChargingProfileTemplates {
  const templates = registered(table, keys.chargingProfileTemplate, toTemplate)
  return {
    createChargingProfileTemplate: (template) =>
      templates.create({
        ...keys.chargingProfileTemplate(template.chargingProfileId),
        ...template,
        profile: JSON.stringify(template.profile),
        listPk: partitions.chargingProfileTemplates,
        listSk: String(template.chargingProfileId).padStart(10, '0'),
      }),

    getChargingProfileTemplate: (chargingProfileId) => templates.get(chargingProfileId),

    listChargingProfileTemplates: (page) =>
      pageOf(table, { index: 'list', partition: partitions.chargingProfileTemplates }, page, toTemplate),

    updateChargingProfileTemplate: (chargingProfileId, { profile, ...change }, at, version) =>
      templates.update(
        chargingProfileId,
        { ...change, ...(profile ? { profile: JSON.stringify(profile) } : {}) },
        at,
        version,
      ),

    deleteChargingProfileTemplate: (chargingProfileId, version) =>
      templates.remove(chargingProfileId, version),
  }
}
