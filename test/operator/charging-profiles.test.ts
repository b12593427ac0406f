import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sentTo } from '../actions/asking.ts'
import { aChargePoint, anIdTag } from '../support/system.ts'
import { answerNext, callsOf, pathsOf, problemOf, startApi, type TestApi } from './support.ts'

let api: TestApi
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.stop())

const PROFILE = {
  stackLevel: 1,
  chargingProfilePurpose: 'TxDefaultProfile',
  chargingProfileKind: 'Absolute',
  validFrom: '2026-03-01T00:00:00.000Z',
  chargingSchedule: {
    chargingRateUnit: 'A',
    chargingSchedulePeriod: [{ startPeriod: 0, limit: 8.1, numberPhases: 3 }],
  },
}

const pathOf = (chargingProfileId: number) => `/charging-profiles/${chargingProfileId}`

describe('the charging profiles that are kept', () => {
  test('have the id that is given, by itself or in the profile, or one of our own', async () => {
    const created = await api.post('/charging-profiles', {
      chargingProfileId: 7,
      description: 'slow',
      profile: PROFILE,
    })
    expect(created.status).toBe(201)
    expect(created.body).toEqual({
      chargingProfileId: 7,
      description: 'slow',
      profile: { chargingProfileId: 7, ...PROFILE },
      createdAt: api.clock.iso(),
      updatedAt: api.clock.iso(),
      version: 1,
    })
    expect(created.headers.get('location')).toBe('/api/charging-profiles/7')
    expect((await api.get(pathOf(7))).body).toEqual(created.body)
    const inside = await api.post('/charging-profiles', { profile: { chargingProfileId: 8, ...PROFILE } })
    expect(inside.body.chargingProfileId).toBe(8)
    expect(
      problemOf(await api.post('/charging-profiles', { chargingProfileId: 7, profile: PROFILE })),
    ).toEqual([409, 'exists'])
    const { body } = await api.post('/charging-profiles', { profile: PROFILE })
    expect(body.chargingProfileId).toBeGreaterThan(0)
    expect(body.profile.chargingProfileId).toBe(body.chargingProfileId)
    const { items } = (await api.get('/charging-profiles')).body
    expect(items.map(({ chargingProfileId }: any) => chargingProfileId).slice(0, 2)).toEqual([7, 8])
  })

  test.each([
    [{}, ['profile']],
    [
      { profile: {} },
      [
        'profile.stackLevel',
        'profile.chargingProfilePurpose',
        'profile.chargingProfileKind',
        'profile.chargingSchedule',
      ],
    ],
    [{ chargingProfileId: 0, profile: PROFILE }, ['chargingProfileId']],
    [{ chargingProfileId: 2 ** 31, profile: PROFILE }, ['chargingProfileId']],
    [{ chargingProfileId: 1, profile: { chargingProfileId: 2, ...PROFILE } }, ['profile.chargingProfileId']],
    [{ profile: { chargingProfileId: -2, ...PROFILE } }, ['profile.chargingProfileId']],
    [{ profile: { ...PROFILE, transactionId: 1 } }, ['profile.transactionId']],
    [{ profile: { ...PROFILE, chargingProfileKind: 'Recurring' } }, ['profile.recurrencyKind']],
    [{ profile: { ...PROFILE, validTo: '2025-01-01T00:00:00Z' } }, ['profile.validTo']],
    [{ profile: { ...PROFILE, colour: 'red' } }, ['profile']],
  ])('are refused where charge points could make no sense of them: %j', async (body, paths) => {
    const refused = await api.post('/charging-profiles', body)
    expect(problemOf(refused)).toEqual([400, 'invalid'])
    expect(pathsOf(refused)).toEqual(paths)
  })

  test('are edited by version, and removed', async () => {
    const created = await api.post('/charging-profiles', {
      chargingProfileId: 20,
      description: 'a',
      profile: PROFILE,
    })
    const etag = created.headers.get('etag') ?? ''
    const profile = { ...PROFILE, stackLevel: 5 }
    const changed = await api.patch(pathOf(20), { profile, description: null }, { 'if-match': etag })
    expect(changed.body).toMatchObject({ profile: { chargingProfileId: 20, stackLevel: 5 }, version: 2 })
    expect(changed.body).not.toHaveProperty('description')
    expect(problemOf(await api.patch(pathOf(20), {}, { 'if-match': etag }))).toEqual([412, 'changed'])
    const other = { chargingProfileId: 21, ...PROFILE }
    expect(pathsOf(await api.patch(pathOf(20), { profile: other }))).toEqual(['profile.chargingProfileId'])
    expect(problemOf(await api.delete(pathOf(20), { 'if-match': etag }))).toEqual([412, 'changed'])
    expect((await api.delete(pathOf(20))).status).toBe(204)
    for (const gone of [
      await api.get(pathOf(20)),
      await api.patch(pathOf(20), {}),
      await api.delete(pathOf(20)),
    ])
      expect(problemOf(gone)).toEqual([404, 'unknown'])
    expect(problemOf(await api.get('/charging-profiles/x'))).toEqual([400, 'invalid'])
  })
})

describe('a charging profile of which a call says the id alone', () => {
  beforeAll(async () => {
    await api.post('/charging-profiles', { chargingProfileId: 100, profile: PROFILE })
    const forOne = { ...PROFILE, chargingProfilePurpose: 'TxProfile' }
    await api.post('/charging-profiles', { chargingProfileId: 101, profile: forOne })
  })

  test('is filled in for SetChargingProfile, and is on record as installed', async () => {
    const chargePoint = await aChargePoint(api)
    const payload = { connectorId: 1, csChargingProfiles: { chargingProfileId: 100 } }
    const asking = api.post(
      callsOf(chargePoint),
      { action: 'SetChargingProfile', payload },
      { prefer: 'wait=20' },
    )
    await answerNext(api, chargePoint, 'SetChargingProfile', { status: 'Accepted' })
    const { body } = await asking
    const whole = { connectorId: 1, csChargingProfiles: { chargingProfileId: 100, ...PROFILE } }
    expect(body).toMatchObject({ status: 'Answered', payload: whole, composed: true })
    expect(sentTo(api, chargePoint).at(-1)?.payload).toEqual(whole)
    const installed = await api.get(`/charge-points/${chargePoint.chargePointId}/charging-profiles`)
    expect(installed.body.items).toMatchObject([{ connectorId: 1, profile: whole.csChargingProfiles }])
  })

  test('that is a TxProfile is for the transaction that runs, or for the one that is started', async () => {
    const chargePoint = await aChargePoint(api)
    const idTag = await anIdTag(api)
    const call = (action: string, payload: object) => api.post(callsOf(chargePoint), { action, payload })
    const set = { connectorId: 1, csChargingProfiles: { chargingProfileId: 101 } }
    const refused = await call('SetChargingProfile', set)
    expect(pathsOf(refused)).toEqual(['payload.csChargingProfiles.transactionId'])
    const start = { connectorId: 1, idTag, meterStart: 0, timestamp: api.clock.iso() }
    const { transactionId } = await chargePoint.call('StartTransaction', start)
    await call('SetChargingProfile', set)
    const { messageId, payload } = sentTo(api, chargePoint).at(-1) as any
    expect(payload.csChargingProfiles).toMatchObject({ chargingProfileId: 101, stackLevel: 1, transactionId })
    await chargePoint.answer(messageId, { status: 'Accepted' })
    await call('RemoteStartTransaction', { idTag, chargingProfile: { chargingProfileId: 101 } })
    expect(sentTo(api, chargePoint).at(-1)?.payload.chargingProfile).toEqual({
      chargingProfileId: 101,
      ...PROFILE,
      chargingProfilePurpose: 'TxProfile',
    })
    const wrong = { idTag, chargingProfile: { chargingProfileId: 100 } }
    expect(pathsOf(await call('RemoteStartTransaction', wrong))).toEqual([
      'payload.chargingProfile.chargingProfilePurpose',
    ])
  })

  test('has to be kept here, and one that says more is what it says', async () => {
    const chargePoint = await aChargePoint(api)
    const call = (csChargingProfiles: unknown) =>
      api.post(callsOf(chargePoint), {
        action: 'SetChargingProfile',
        payload: { connectorId: 1, csChargingProfiles },
      })
    expect(pathsOf(await call({ chargingProfileId: 999 }))).toEqual([
      'payload.csChargingProfiles.chargingProfileId',
    ])
    expect(pathsOf(await call({ chargingProfileId: 100, stackLevel: 2 }))).toEqual([
      'payload.csChargingProfiles.chargingProfilePurpose',
      'payload.csChargingProfiles.chargingProfileKind',
      'payload.csChargingProfiles.chargingSchedule',
    ])
    expect(pathsOf(await call('none'))).toEqual(['payload.csChargingProfiles'])
    await call({ chargingProfileId: 100, ...PROFILE, stackLevel: 3 })
    expect(sentTo(api, chargePoint).at(-1)?.payload.csChargingProfiles.stackLevel).toBe(3)
  })

  test('is filled in by tasks, for each charge point', async () => {
    const [one, other] = [await aChargePoint(api), await aChargePoint(api)]
    const created = await api.post('/tasks', {
      action: 'SetChargingProfile',
      payload: { connectorId: 0, csChargingProfiles: { chargingProfileId: 100 } },
      chargePointIds: [one.chargePointId, other.chargePointId],
    })
    expect(created.status).toBe(202)
    await api.takeSteps()
    for (const chargePoint of [one, other])
      expect(sentTo(api, chargePoint).at(-1)?.payload).toEqual({
        connectorId: 0,
        csChargingProfiles: { chargingProfileId: 100, ...PROFILE },
      })
  })
})
