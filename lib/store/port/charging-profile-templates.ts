import type { Page, PageRequest } from './page.ts'

/** A charging profile (§7.8) that the operator keeps, to be given to any charge point. */
export interface ChargingProfileTemplate {
  /** Positive 31-bit integer. The profile has the same. */
  chargingProfileId: number
  description?: string
  profile: Record<string, unknown> & { chargingProfileId: number }
  createdAt: string
  updatedAt: string
  version: number
}

export type ChargingProfileTemplateChange = {
  [K in 'description' | 'profile']?: ChargingProfileTemplate[K] | null
}

export interface ChargingProfileTemplates {
  createChargingProfileTemplate(template: ChargingProfileTemplate): Promise<'created' | 'exists'>
  getChargingProfileTemplate(chargingProfileId: number): Promise<ChargingProfileTemplate | undefined>
  /** By id. */
  listChargingProfileTemplates(page: PageRequest): Promise<Page<ChargingProfileTemplate>>
  updateChargingProfileTemplate(
    chargingProfileId: number,
    change: ChargingProfileTemplateChange,
    at: string,
    version?: number,
  ): Promise<ChargingProfileTemplate | 'unknown' | 'changed'>
  deleteChargingProfileTemplate(
    chargingProfileId: number,
    version?: number,
  ): Promise<'deleted' | 'unknown' | 'changed'>
}
