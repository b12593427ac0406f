import { describe, expect, it } from 'vitest'
import { centralSystem } from './stage.ts'
import type { Station } from './station.ts'

const PROFILES = { key: 'SupportedFeatureProfiles', readonly: true, value: 'Core,SmartCharging' }
const INTERVAL = { key: 'MeterValueSampleInterval', readonly: false, value: '300' }

describe('Core: configuration, cache and data transfer', () => {
  const { api, station, command, chargePoint } = centralSystem()

  /** A charge point whose configuration was read. */
  async function knownStation(): Promise<Station> {
    const cp = await station()
    cp.on('GetConfiguration', { configurationKey: [PROFILES, INTERVAL] })
    await command(cp, 'GetConfiguration')
    return cp
  }

  const keysOf = async (cp: Station) => (await chargePoint(cp, '/configuration')).keys

  it('TC_019_1_CSMS GetConfiguration without keys: no key list goes out, all that comes is kept', async () => {
    const cp = await station()
    cp.on('GetConfiguration', { configurationKey: [PROFILES, INTERVAL] })
    const call = await command(cp, 'GetConfiguration')
    expect(cp.received('GetConfiguration')).toEqual([{ messageId: call.messageId, payload: {} }])
    expect(call).toMatchObject({ status: 'Answered', response: { configurationKey: [PROFILES, INTERVAL] } })
    expect(await keysOf(cp)).toEqual([INTERVAL, PROFILES])
  })

  it('TC_019_2_CSMS GetConfiguration of SupportedFeatureProfiles: it alone is asked for and updated', async () => {
    const cp = await knownStation()
    const later = { ...PROFILES, value: 'Core,Reservation' }
    cp.on('GetConfiguration', { configurationKey: [later] })
    const payload = { key: ['SupportedFeatureProfiles'] }
    const call = await command(cp, 'GetConfiguration', payload)
    expect(cp.received('GetConfiguration').at(-1)).toEqual({ messageId: call.messageId, payload })
    expect(await keysOf(cp)).toEqual([INTERVAL, later])
  })

  it('TC_021_CSMS ChangeConfiguration MeterValueSampleInterval: accepted, and known to be set', async () => {
    const cp = await knownStation()
    cp.on('ChangeConfiguration', { status: 'Accepted' })
    const payload = { key: 'MeterValueSampleInterval', value: '60' }
    const call = await command(cp, 'ChangeConfiguration', payload)
    expect(cp.received('ChangeConfiguration')).toEqual([{ messageId: call.messageId, payload }])
    expect(call).toMatchObject({ status: 'Answered', response: { status: 'Accepted' } })
    expect(await keysOf(cp)).toEqual([{ ...INTERVAL, value: '60' }, PROFILES])
  })

  it.each([
    ['TC_040_1_CSMS ChangeConfiguration of an unknown key', 'NoSuchKey', '1', 'NotSupported'],
    ['TC_040_2_CSMS ChangeConfiguration to an invalid value', 'MeterValueSampleInterval', '-1', 'Rejected'],
  ])('%s: it is sent as given, and changes nothing on record', async (_, key, value, status) => {
    const cp = await knownStation()
    cp.on('ChangeConfiguration', { status })
    const call = await command(cp, 'ChangeConfiguration', { key, value })
    expect(cp.received('ChangeConfiguration')).toEqual([
      { messageId: call.messageId, payload: { key, value } },
    ])
    expect(call).toMatchObject({ status: 'Answered', response: { status } })
    expect(await keysOf(cp)).toEqual([INTERVAL, PROFILES])
  })

  it('TC_061_CSMS Clear cache: sent empty, and its answer is on record', async () => {
    const cp = await station()
    cp.on('ClearCache', { status: 'Accepted' })
    const call = await command(cp, 'ClearCache')
    expect(cp.received('ClearCache')).toEqual([{ messageId: call.messageId, payload: {} }])
    expect(call).toMatchObject({ status: 'Answered', response: { status: 'Accepted' } })
    const { status, body } = await api('GET', `/charge-points/${cp.chargePointId}/calls/${call.messageId}`)
    expect({ status, body }).toEqual({ status: 200, body: call })
  })

  it.each([
    ['TC_064_CSMS Data transfer of a vendor nobody knows', 'org.example', 'UnknownVendorId'],
    ['TC_064_CSMS Data transfer of a message nobody knows', 'org.busbar', 'UnknownMessageId'],
  ])('%s: it is told so, and that is no violation', async (_, vendorId, status) => {
    const cp = await station()
    const answer = await cp.call('DataTransfer', { vendorId, messageId: 'Ping', data: 'x' })
    expect(answer).toEqual({ status })
    expect((await chargePoint(cp)).violations.count).toBe(0)
  })
})
