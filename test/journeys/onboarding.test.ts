import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Busbar, startBusbar } from '../support/e2e.ts'
import { aStation, BOOT, PATIENCE, type Replies, type Station, withSettings } from '../support/fleet.ts'

const WANTED = { HeartbeatInterval: '120', MeterValueSampleInterval: '30', 'Vendor.Special': 'on' }

describe('a charge point that is Pending and has a wanted configuration', () => {
  let busbar: Busbar
  let serial = 0
  const stations: Station[] = []
  beforeAll(async () => {
    busbar = await startBusbar(withSettings({ READ_CONFIGURATION_AFTER: '0' }))
  })
  afterAll(async () => {
    for (const station of stations) station.hangUp()
    await busbar.stop()
  })

  async function aPendingStation(
    replies: Replies = {},
    wantedConfiguration: object = WANTED,
  ): Promise<Station> {
    const station = aStation(busbar, `CP${++serial}`, replies)
    stations.push(station)
    await busbar.register(station.chargePointId, { registrationStatus: 'Pending', wantedConfiguration })
    await station.connect()
    return station
  }

  const boot = async (station: Station): Promise<string> =>
    (await station.call('BootNotification', BOOT)).status

  const onboardingOf = async ({ chargePointId }: Station) =>
    (await busbar.api('GET', `/charge-points/${chargePointId}/onboarding`)).body

  const statusOf = async ({ chargePointId }: Station) =>
    (await busbar.api('GET', `/charge-points/${chargePointId}`)).body.registrationStatus

  it('is given it key by key, is made to boot, and is Accepted', async () => {
    const station = await aPendingStation()
    expect(await boot(station)).toBe('Pending')
    await expect(station.call('Heartbeat')).rejects.toThrow('SecurityError')
    await station.wasAsked('TriggerMessage')
    expect(await statusOf(station)).toBe('Pending')
    expect(await boot(station)).toBe('Accepted')
    expect(await statusOf(station)).toBe('Accepted')
    expect(station.asked).toEqual([
      ...Object.entries(WANTED).map(([key, value]) => ({
        messageId: expect.any(String),
        action: 'ChangeConfiguration',
        payload: { key, value },
        open: 0,
      })),
      {
        messageId: expect.any(String),
        action: 'TriggerMessage',
        payload: { requestedMessage: 'BootNotification' },
        open: 0,
      },
    ])
    expect(await onboardingOf(station)).toEqual({
      status: 'Accepted',
      startedAt: expect.any(String),
      updatedAt: expect.any(String),
      steps: station.asked.slice(0, 3).map(({ messageId, payload }) => ({
        ...payload,
        messageId,
        result: 'Accepted',
      })),
      triggerMessageId: station.asked[3]?.messageId,
    })
    expect(await station.call('Heartbeat')).toHaveProperty('currentTime')
    expect(await boot(station)).toBe('Accepted')
  })

  it('that takes a key only after a reboot is Accepted as well', async () => {
    const station = await aPendingStation({
      ChangeConfiguration: ({ payload }) => ({
        status: payload.key === 'Vendor.Special' ? 'RebootRequired' : 'Accepted',
      }),
    })
    await boot(station)
    await station.wasAsked('TriggerMessage')
    expect(await boot(station)).toBe('Accepted')
    expect((await onboardingOf(station)).steps.map(({ result }: any) => result)).toEqual([
      'Accepted',
      'Accepted',
      'RebootRequired',
    ])
  })

  it.each([
    ['rejects a key', { status: 'Rejected' }, 'Rejected'],
    ['does not know a key', { status: 'NotSupported' }, 'NotSupported'],
    ['answers with an error', 'InternalError', 'Refused'],
  ])(
    'and %s stays Pending; what failed is shown, and its next boot begins anew',
    async (_, reply, result) => {
      const station = await aPendingStation({
        ChangeConfiguration: ({ payload }) =>
          payload.key === 'MeterValueSampleInterval' ? reply : { status: 'Accepted' },
      })
      expect(await boot(station)).toBe('Pending')
      await expect.poll(async () => (await onboardingOf(station)).status, PATIENCE).toBe('Failed')
      expect(await onboardingOf(station)).toMatchObject({
        status: 'Failed',
        failure: expect.stringMatching(/MeterValueSampleInterval.*/),
        steps: [
          { key: 'HeartbeatInterval', result: 'Accepted' },
          { key: 'MeterValueSampleInterval', result },
          { key: 'Vendor.Special' },
        ],
      })
      expect(await statusOf(station)).toBe('Pending')
      expect(station.asked.map(({ action }) => action)).toEqual([
        'ChangeConfiguration',
        'ChangeConfiguration',
      ])

      station.replies.ChangeConfiguration = { status: 'Accepted' }
      expect(await boot(station)).toBe('Pending')
      await station.wasAsked('TriggerMessage')
      expect(await boot(station)).toBe('Accepted')
    },
  )

  it('goes on where it was when it connects again in the middle of it', async () => {
    const station = await aPendingStation()
    station.replies.ChangeConfiguration = ({ payload }) => {
      if (payload.key !== 'MeterValueSampleInterval') return { status: 'Accepted' }
      station.hangUp()
      return undefined
    }
    await boot(station)
    await station.wasAsked('ChangeConfiguration', 2)
    station.replies.ChangeConfiguration = { status: 'Accepted' }
    await station.connect()
    station.answer(station.asked[1]?.messageId ?? '', { status: 'Accepted' })
    await station.wasAsked('TriggerMessage')
    expect(await boot(station)).toBe('Accepted')
    const keys = station.asked.flatMap(({ payload }) => payload.key ?? [])
    expect(keys).toEqual(Object.keys(WANTED))
  })

  it('without one stays Pending until the operator accepts it', async () => {
    const station = aStation(busbar, `CP${++serial}`)
    stations.push(station)
    await busbar.register(station.chargePointId, { registrationStatus: 'Pending' })
    await station.connect()
    expect(await boot(station)).toBe('Pending')
    await busbar.api('PATCH', `/charge-points/${station.chargePointId}`, { registrationStatus: 'Accepted' })
    expect(await boot(station)).toBe('Accepted')
    const { status } = await busbar.api('GET', `/charge-points/${station.chargePointId}/onboarding`)
    expect({ status, asked: station.asked }).toEqual({ status: 404, asked: [] })
  })
})
