import { describe, expect, it } from 'vitest'
import { centralSystem } from './stage.ts'
import type { Station } from './station.ts'
import { authorizes, charges, inSeconds, secondsAgo, stops, unplugs } from './steps.ts'

const TX_DEFAULT = {
  chargingProfileId: 1,
  stackLevel: 0,
  chargingProfilePurpose: 'TxDefaultProfile',
  chargingProfileKind: 'Absolute',
  validFrom: secondsAgo(60),
  validTo: inSeconds(86_400),
  chargingSchedule: {
    duration: 86_400,
    startSchedule: secondsAgo(60),
    chargingRateUnit: 'A',
    chargingSchedulePeriod: [
      { startPeriod: 0, limit: 16 },
      { startPeriod: 3600, limit: 10.5, numberPhases: 3 },
    ],
  },
}

const SCHEDULE = {
  duration: 300,
  chargingRateUnit: 'W',
  chargingSchedulePeriod: [
    { startPeriod: 0, limit: 6000 },
    { startPeriod: 60, limit: 8000 },
  ],
}

const txProfile = (chargingProfileKind: string) => ({
  chargingProfileId: 2,
  stackLevel: 1,
  chargingProfilePurpose: 'TxProfile',
  chargingProfileKind,
  chargingSchedule: {
    ...SCHEDULE,
    ...(chargingProfileKind === 'Absolute' ? { startSchedule: secondsAgo(0) } : {}),
  },
})

describe('Smart charging', () => {
  const { station, idTag, command, chargePoint, read } = centralSystem()

  /** What is installed, as connectorId and profile. */
  async function installed(cp: Station): Promise<[number, any][]> {
    const { items } = await chargePoint(cp, '/charging-profiles')
    return items.map(({ connectorId, profile }: any) => [connectorId, profile])
  }

  it('TC_056_CSMS SetChargingProfile TxDefaultProfile: sent as given, and known to be installed', async () => {
    const cp = await station()
    cp.on('SetChargingProfile', { status: 'Accepted' })
    const payload = { connectorId: 1, csChargingProfiles: TX_DEFAULT }
    const call = await command(cp, 'SetChargingProfile', payload)
    expect(cp.received('SetChargingProfile')).toEqual([{ messageId: call.messageId, payload }])
    expect(TX_DEFAULT).not.toHaveProperty('transactionId')
    expect(TX_DEFAULT).not.toHaveProperty('recurrencyKind')
    expect(call).toMatchObject({ status: 'Answered', response: { status: 'Accepted' } })
    expect(await installed(cp)).toEqual([[1, TX_DEFAULT]])
  })

  it.each(['Rejected', 'NotSupported'])(
    'TC_056_CSMS SetChargingProfile TxDefaultProfile %s: what was installed stays',
    async (status) => {
      const cp = await station()
      cp.on('SetChargingProfile', { status: 'Accepted' })
      await command(cp, 'SetChargingProfile', { connectorId: 1, csChargingProfiles: TX_DEFAULT })
      cp.on('SetChargingProfile', { status })
      const csChargingProfiles = { ...TX_DEFAULT, stackLevel: 5 }
      const call = await command(cp, 'SetChargingProfile', { connectorId: 1, csChargingProfiles })
      expect(call).toMatchObject({ status: 'Answered', response: { status } })
      expect(await installed(cp)).toEqual([[1, TX_DEFAULT]])
    },
  )

  it.each(['Absolute', 'Relative'])(
    'TC_057_CSMS SetChargingProfile TxProfile %s: names the transaction, and is gone with it',
    async (kind) => {
      const cp = await station()
      const transactionId = await charges(cp, { idTag: await idTag() })
      cp.on('SetChargingProfile', { status: 'Accepted' })
      const profile = txProfile(kind)
      const payload = { connectorId: 1, csChargingProfiles: profile }
      const call = await command(cp, 'SetChargingProfile', payload)
      const sent = { ...profile, transactionId }
      expect(cp.received('SetChargingProfile')).toEqual([
        { messageId: call.messageId, payload: { connectorId: 1, csChargingProfiles: sent } },
      ])
      expect(await installed(cp)).toEqual([[1, sent]])

      await stops(cp, transactionId)
      await unplugs(cp)
      expect(await installed(cp)).toEqual([])
    },
  )

  it('TC_059_CSMS Remote start with a TxProfile: no transactionId goes out, and it becomes the transaction’s', async () => {
    const cp = await station()
    const tag = await idTag()
    cp.on('RemoteStartTransaction', { status: 'Accepted' })
    const chargingProfile = txProfile('Relative')
    const payload = { connectorId: 1, idTag: tag, chargingProfile }
    const call = await command(cp, 'RemoteStartTransaction', payload)
    const [{ payload: sent }] = cp.received('RemoteStartTransaction') as [any]
    expect(sent).toEqual(payload)
    expect(sent.chargingProfile).not.toHaveProperty('transactionId')
    expect(sent.chargingProfile.chargingSchedule.chargingSchedulePeriod[0].startPeriod).toBe(0)
    expect(await installed(cp)).toEqual([])

    await authorizes(cp, tag)
    const transactionId = await charges(cp, { idTag: tag })
    expect(await read(`/transactions/${transactionId}`)).toMatchObject({ remoteStart: call.messageId })
    expect(await installed(cp)).toEqual([[1, { ...chargingProfile, transactionId }]])
    await stops(cp, transactionId)
    expect(await installed(cp)).toEqual([])
  })

  it('TC_066_CSMS GetCompositeSchedule: sent with duration and unit, and the schedule is on record', async () => {
    const cp = await station()
    const response = {
      status: 'Accepted',
      connectorId: 1,
      scheduleStart: secondsAgo(0),
      chargingSchedule: SCHEDULE,
    }
    cp.on('GetCompositeSchedule', response)
    const payload = { connectorId: 1, duration: 300, chargingRateUnit: 'W' }
    const call = await command(cp, 'GetCompositeSchedule', payload)
    expect(cp.received('GetCompositeSchedule')).toEqual([{ messageId: call.messageId, payload }])
    expect(call).toMatchObject({ status: 'Answered', response })
  })

  it('TC_067_CSMS ClearChargingProfile: by id, by criteria, and all', async () => {
    const cp = await station()
    cp.on('SetChargingProfile', { status: 'Accepted' })
    cp.on('ClearChargingProfile', { status: 'Accepted' })
    const profiles = [1, 2, 3].map((chargingProfileId) => ({
      ...TX_DEFAULT,
      chargingProfileId,
      stackLevel: chargingProfileId,
    }))
    for (const csChargingProfiles of profiles)
      await command(cp, 'SetChargingProfile', { connectorId: 1, csChargingProfiles })
    const [one, two, three] = profiles.map((profile): [number, object] => [1, profile])
    expect(await installed(cp)).toEqual([one, two, three])

    const cleared = []
    const criteria = { connectorId: 1, chargingProfilePurpose: 'TxDefaultProfile', stackLevel: 2 }
    for (const payload of [{ id: 1 }, criteria, {}]) {
      const call = await command(cp, 'ClearChargingProfile', payload)
      expect(call).toMatchObject({ status: 'Answered', response: { status: 'Accepted' } })
      cleared.push([payload, await installed(cp)])
    }
    expect(cp.received('ClearChargingProfile').map(({ payload }) => payload)).toEqual([
      { id: 1 },
      criteria,
      {},
    ])
    expect(cleared).toEqual([
      [{ id: 1 }, [two, three]],
      [criteria, [three]],
      [{}, []],
    ])
  })
})
