import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tick } from '../../lib/central-system/tick.ts'
import { aChargePoint, anIdTag } from '../support/system.ts'
import { callAndAnswer, callsOf, pathOf, problemOf, startApi, type TestApi } from './support.ts'

let api: TestApi
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.stop())

const profile = (chargingProfileId: number, more: object = {}) => ({
  chargingProfileId,
  stackLevel: chargingProfileId,
  chargingProfilePurpose: 'TxDefaultProfile',
  chargingProfileKind: 'Relative',
  chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 16 }] },
  ...more,
})

describe('GET …/charging-profiles', () => {
  test('lists what the charge point has accepted and not lost since', async () => {
    const chargePoint = await aChargePoint(api)
    const path = `${pathOf(chargePoint)}/charging-profiles`
    expect((await api.get(path)).body).toEqual({ items: [] })
    const set = (connectorId: number, csChargingProfiles: object, status = 'Accepted') =>
      callAndAnswer(
        api,
        chargePoint,
        { action: 'SetChargingProfile', payload: { connectorId, csChargingProfiles } },
        { status },
      )
    const messageId = await set(1, profile(1))
    await set(1, profile(2), 'Rejected')
    const idTag = await anIdTag(api)
    const timestamp = api.clock.iso()
    const start = { connectorId: 1, idTag, meterStart: 0, timestamp }
    const { transactionId } = await chargePoint.call('StartTransaction', start)
    await set(1, profile(3, { chargingProfilePurpose: 'TxProfile', transactionId }))
    const both = await api.get(path)
    const ids = both.body.items.map((each: any) => each.profile.chargingProfileId)
    expect(ids.sort()).toEqual([1, 3])
    expect(both.body.items).toContainEqual({
      connectorId: 1,
      profile: profile(1),
      acceptedAt: api.clock.iso(),
      messageId,
    })
    const stop = { transactionId, meterStop: 5, timestamp: api.clock.advance(60) }
    await chargePoint.call('StopTransaction', stop)
    const one = await api.get(path, { 'if-none-match': both.headers.get('etag') ?? '' })
    expect(one.body.items).toMatchObject([{ profile: { chargingProfileId: 1 } }])
  })
})

describe('GET …/local-list', () => {
  test('tells version and size as the charge point has them', async () => {
    const chargePoint = await aChargePoint(api)
    const path = `${pathOf(chargePoint)}/local-list`
    const untold = await api.get(path)
    expect(problemOf(untold)).toEqual([404, 'no-local-list'])
    expect(untold.body.detail).toContain(`/api${callsOf(chargePoint)}`)
    await callAndAnswer(api, chargePoint, { action: 'GetLocalListVersion' }, { listVersion: 7 })
    expect((await api.get(path)).body).toEqual({ version: 7, at: api.clock.iso() })
    const localAuthorizationList = ['A', 'B'].map((idTag) => ({ idTag, idTagInfo: { status: 'Accepted' } }))
    const payload = { listVersion: 8, updateType: 'Full', localAuthorizationList }
    api.clock.advance(1)
    await callAndAnswer(api, chargePoint, { action: 'SendLocalList', payload }, { status: 'Accepted' })
    const { body, headers } = await api.get(path)
    expect(body).toEqual({ version: 8, at: api.clock.iso(), entries: 2 })
    expect((await api.get(path, { 'if-none-match': headers.get('etag') ?? '' })).status).toBe(304)
    api.clock.advance(1)
    await callAndAnswer(api, chargePoint, { action: 'GetLocalListVersion' }, { listVersion: -1 })
    expect((await api.get(path)).body.version).toBe(-1)
  })
})

describe('GET …/onboarding', () => {
  test('tells how a Pending charge point comes to be accepted', async () => {
    const chargePoint = await aChargePoint(api, { status: 'Pending', wantedConfiguration: { A: '1' } })
    const { chargePointId, connectionId } = chargePoint
    const path = `${pathOf(chargePoint)}/onboarding`
    expect(problemOf(await api.get(path))).toEqual([404, 'no-onboarding'])
    const boot = { chargePointVendor: 'V', chargePointModel: 'M' }
    expect((await chargePoint.call('BootNotification', boot)).status).toBe('Pending')
    await tick(api.system, { chargePointId, connectionId, after: 'boot' })
    const configuring = (await api.get(path)).body
    const [{ messageId }] = configuring.steps
    expect(configuring).toMatchObject({ status: 'Configuring', steps: [{ key: 'A', value: '1', messageId }] })
    await chargePoint.answer(messageId, { status: 'Accepted' })
    const triggering = (await api.get(path)).body
    expect(triggering).toMatchObject({ status: 'Triggering', steps: [{ messageId, result: 'Accepted' }] })
    await chargePoint.answer(triggering.triggerMessageId, { status: 'Accepted' })
    expect((await chargePoint.call('BootNotification', boot)).status).toBe('Accepted')
    expect((await api.get(path)).body).toMatchObject({ status: 'Accepted' })
    expect((await api.get(pathOf(chargePoint))).body.registrationStatus).toBe('Accepted')
  })

  test('tells why it failed', async () => {
    const chargePoint = await aChargePoint(api, { status: 'Pending' })
    const path = `${pathOf(chargePoint)}/onboarding`
    const startedAt = api.clock.iso()
    await api.store.saveOnboarding({
      chargePointId: chargePoint.chargePointId,
      runId: 'run',
      status: 'Failed',
      startedAt,
      updatedAt: startedAt,
      steps: [
        { key: 'A', value: '1', messageId: 'm', result: 'Rejected' },
        { key: 'B', value: '2' },
      ],
      failure: 'A: Rejected',
      version: 1,
    })
    const { body, headers } = await api.get(path)
    expect(body).toEqual({
      status: 'Failed',
      startedAt,
      updatedAt: startedAt,
      steps: [
        { key: 'A', value: '1', messageId: 'm', result: 'Rejected' },
        { key: 'B', value: '2' },
      ],
      failure: 'A: Rejected',
    })
    expect((await api.get(path, { 'if-none-match': headers.get('etag') ?? '' })).status).toBe(304)
  })
})
