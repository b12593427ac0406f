import { expect } from 'vitest'
import { BASE_PATH } from '../../lib/operator/api.ts'
import { aChargePoint, anIdTag } from '../support/system.ts'
import { answerNext, callsOf, pathOf, type TestApi, type Told } from './support.ts'

/** A password that is given wherever one can be. */
export const SECRET = 'hush-hush-0123456789'
const PROFILE = {
  stackLevel: 0,
  chargingProfilePurpose: 'TxDefaultProfile',
  chargingProfileKind: 'Absolute',
  chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 16 }] },
}

export interface Done {
  told: Told
  /** What the entry is about, where the answer has no Location. */
  target?: string
  /** Something that was there before. */
  before?: object
  given?: string[]
}

/** How each operation that is no reading is done. */
export function doings(api: TestApi): Record<string, () => Promise<Done>> {
  const idTagPath = async (more: object = {}) => `/id-tags/${(await anIdTag(api, more)).toLowerCase()}`
  const made = async (path: string, body: object) => {
    const { status, headers } = await api.post(path, body)
    expect(status).toBeLessThan(300)
    return (headers.get('location') ?? '').replace(BASE_PATH, '')
  }
  const aQueuedCall = async () => {
    const { chargePointId } = await aChargePoint(api, { connected: false })
    return made(callsOf({ chargePointId }), { action: 'ClearCache', whenOffline: 'queue' })
  }
  const aWebhook = () => made('/webhooks', { url: 'https://example.com/hook' })

  return {
    createChargePoint: async () => ({
      told: await api.post('/charge-points', { chargePointId: 'A 1/α', password: SECRET }),
      target: '/charge-points/A%201%2F%CE%B1',
      given: ['chargePointId', 'password'],
    }),
    changeChargePoint: async () => {
      const target = pathOf(await aChargePoint(api, { description: 'old' }))
      const told = await api.patch(target, { description: 'new', password: SECRET, securityProfile: 1 })
      return {
        told,
        target,
        before: { description: 'old', hasPassword: false },
        given: ['description', 'password', 'securityProfile'],
      }
    },
    deleteChargePoint: async () => {
      const target = pathOf(await aChargePoint(api, { description: 'old' }))
      return { told: await api.delete(target), target, before: { description: 'old' } }
    },
    rotatePassword: async () => {
      const chargePoint = await aChargePoint(api)
      const [told] = await Promise.all([
        api.post(`${pathOf(chargePoint)}/password-rotation`, { password: SECRET }, { prefer: 'wait=5' }),
        answerNext(api, chargePoint, 'ChangeConfiguration', { status: 'Accepted' }),
      ])
      return { told, given: ['password'] }
    },
    applyConfiguration: async () => {
      const target = pathOf(await aChargePoint(api, { wantedConfiguration: { A: '1' } }))
      return {
        told: await api.post(`${target}/configuration/apply`, undefined),
        target: `${target}/configuration/apply`,
      }
    },
    createCall: async () => {
      const payload = { key: 'AuthorizationKey', value: SECRET }
      return {
        told: await api.post(callsOf(await aChargePoint(api)), { action: 'ChangeConfiguration', payload }),
        given: ['action', 'payload'],
      }
    },
    cancelCall: async () => {
      const target = await aQueuedCall()
      return { told: await api.delete(target), target, before: { status: 'Queued' } }
    },
    createTask: async () => {
      const { chargePointId } = await aChargePoint(api)
      const payload = {
        location: `https://user:${SECRET}@example.com/firmware`,
        retrieveDate: api.clock.iso(),
      }
      return {
        told: await api.post('/tasks', {
          action: 'UpdateFirmware',
          payload,
          chargePointIds: [chargePointId],
        }),
      }
    },
    cancelTask: async () => {
      const { chargePointId } = await aChargePoint(api, { connected: false })
      const target = await made('/tasks', { action: 'ClearCache', chargePointIds: [chargePointId] })
      return { told: await api.delete(target), target, before: { taskId: target.split('/').at(-1) } }
    },
    createReservation: async () => {
      const { chargePointId } = await aChargePoint(api)
      const expiryDate = new Date(api.clock.now().getTime() + 3_600_000).toISOString()
      return {
        told: await api.post('/reservations', { chargePointId, connectorId: 1, idTag: 'R', expiryDate }),
      }
    },
    cancelReservation: async () => {
      const { chargePointId } = await aChargePoint(api)
      const expiryDate = new Date(api.clock.now().getTime() + 3_600_000).toISOString()
      const location = await made('/reservations', { chargePointId, connectorId: 1, idTag: 'R', expiryDate })
      const target = location.replace(/\?.*/, '')
      return { told: await api.delete(target), target, before: { idTag: 'R' } }
    },
    createFile: async () => ({ told: await api.post('/files', { name: 'a.bin', bytes: 3 }) }),
    deleteFile: async () => {
      const target = await made('/files', { name: 'b.bin', bytes: 3 })
      return { told: await api.delete(target), target, before: { name: 'b.bin' } }
    },
    acceptUnknownChargePoint: async () => {
      await api.store.rememberUnknown('charge-point', 'U1', api.clock.iso())
      return {
        told: await api.post('/unknown-charge-points/U1/accept', { password: SECRET }),
        target: '/charge-points/U1',
      }
    },
    forgetUnknownChargePoint: async () => {
      await api.store.rememberUnknown('charge-point', 'U2', api.clock.iso())
      const target = '/unknown-charge-points/U2'
      return { told: await api.delete(target), target, before: { chargePointId: 'U2' } }
    },
    forgetRefusedChargePoint: async () => {
      const refused = { chargePointId: 'R1', network: '192.0.2.1', at: api.clock.iso() }
      await api.store.rememberRefusal({ ...refused, reason: 'NoCredentials' })
      const target = '/refused-charge-points/R1'
      return { told: await api.delete(target), target, before: { chargePointId: 'R1' } }
    },
    acceptUnknownIdTag: async () => {
      await api.store.rememberUnknown('id-tag', 'UT1', api.clock.iso())
      return { told: await api.post('/unknown-id-tags/UT1/accept', {}), target: '/id-tags/ut1' }
    },
    forgetUnknownIdTag: async () => {
      await api.store.rememberUnknown('id-tag', 'UT2', api.clock.iso())
      return {
        told: await api.delete('/unknown-id-tags/UT2'),
        target: '/unknown-id-tags/ut2',
        before: { idTag: 'UT2' },
      }
    },
    createIdTag: async () => ({
      told: await api.post('/id-tags', { idTag: 'New Tag' }),
      target: '/id-tags/new%20tag',
      given: ['idTag'],
    }),
    changeIdTag: async () => {
      const target = await idTagPath({ note: 'old' })
      return {
        told: await api.patch(target, { note: null }),
        target,
        before: { note: 'old' },
        given: ['note'],
      }
    },
    deleteIdTag: async () => {
      const target = await idTagPath({ note: 'old' })
      return { told: await api.delete(target), target, before: { note: 'old' } }
    },
    createUser: async () => ({ told: await api.post('/users', { name: 'Ann' }) }),
    changeUser: async () => {
      const target = await made('/users', { name: 'Bob' })
      return { told: await api.patch(target, { name: 'Bill' }), target, before: { name: 'Bob' } }
    },
    deleteUser: async () => {
      const target = await made('/users', { name: 'Bob' })
      return { told: await api.delete(target), target, before: { name: 'Bob' } }
    },
    createSite: async () => ({
      told: await api.post('/sites', { siteId: 's1', name: 'One' }),
      target: '/sites/s1',
    }),
    changeSite: async () => {
      const target = await made('/sites', { name: 'Two' })
      return { told: await api.patch(target, { name: 'Too' }), target, before: { name: 'Two' } }
    },
    deleteSite: async () => {
      const target = await made('/sites', { name: 'Two' })
      return { told: await api.delete(target), target, before: { name: 'Two' } }
    },
    createChargingProfile: async () => ({ told: await api.post('/charging-profiles', { profile: PROFILE }) }),
    changeChargingProfile: async () => {
      const target = await made('/charging-profiles', { description: 'old', profile: PROFILE })
      return { told: await api.patch(target, { description: 'new' }), target, before: { description: 'old' } }
    },
    deleteChargingProfile: async () => {
      const target = await made('/charging-profiles', { description: 'old', profile: PROFILE })
      return { told: await api.delete(target), target, before: { description: 'old' } }
    },
    closeTransaction: async () => {
      const chargePoint = await aChargePoint(api)
      const idTag = await anIdTag(api)
      const { transactionId } = await chargePoint.call('StartTransaction', {
        connectorId: 1,
        idTag,
        meterStart: 5,
        timestamp: api.clock.iso(),
      })
      const target = `/transactions/${transactionId}/close`
      return {
        told: await api.post(target, { meterStop: 7 }),
        target,
        before: { active: true, meterStart: 5 },
      }
    },
    createWebhook: async () => ({ told: await api.post('/webhooks', { url: 'https://example.com/hook' }) }),
    changeWebhook: async () => {
      const target = await aWebhook()
      return { told: await api.patch(target, { enabled: false }), target, before: { enabled: true } }
    },
    deleteWebhook: async () => {
      const target = await aWebhook()
      return { told: await api.delete(target), target, before: { enabled: true } }
    },
    rotateWebhookSecret: async () => {
      const target = `${await aWebhook()}/secret`
      return { told: await api.post(target, undefined), target }
    },
    testWebhook: async () => {
      const target = `${await aWebhook()}/test`
      return { told: await api.post(target, undefined), target }
    },
    retryFailedDelivery: async () => {
      const webhook = await aWebhook()
      const webhookId = webhook.split('/').at(-1) ?? ''
      const at = api.clock.iso()
      const event = { eventId: 'e1', type: 'Ping', schemaVersion: 1, at, sequence: '1', data: {} } as never
      await api.store.recordFailedDelivery({ webhookId, event, attempts: 8, at, status: 500 })
      const target = `${webhook}/failures/e1/retry`
      return { told: await api.post(target, undefined), target }
    },
    rebuildOverview: async () => ({
      told: await api.post('/overview/rebuild', undefined),
      target: '/overview',
    }),
    createImport: async () => {
      const rows = [{ chargePointId: 'I1', password: SECRET }]
      const told = await api.post('/imports', { kind: 'charge-points', rows })
      await api.takeSteps()
      return { told, given: ['kind', 'rows'] }
    },
    cancelImport: async () => {
      const target = `${await made('/imports', { kind: 'id-tags', rows: [{ idTag: 'c' }] })}/cancel`
      return { told: await api.post(target, undefined), target, before: { status: 'Running' } }
    },
  }
}
