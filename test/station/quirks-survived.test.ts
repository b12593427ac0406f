import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { QUIRK_NAMES, withQuirks } from '../../lib/station/quirks/index.ts'
import { Station, type StationOptions } from '../../lib/station/station.ts'
import { fasterTime, systemTime } from '../../lib/station/time.ts'
import { type Busbar, startBusbar } from '../support/e2e.ts'

const PASSWORD = 'sixteen letters!'
const PATIENCE = { timeout: 60_000, interval: 100 }
const MANY = 240_000

let busbar: Busbar

beforeAll(async () => {
  busbar = await startBusbar()
  await vi.waitFor(async () => expect((await busbar.api('GET', '/charge-points')).status).toBe(200), PATIENCE)
})
afterAll(() => busbar.stop())

/** What the record of the transaction says where it is otherwise than that of a station by the letter. */
const RECORDS: Record<string, object> = {
  // Which transaction it stopped, nobody can tell.
  'transaction-id-minus-one': { active: true },
  // A tag that is none is refused; its transaction is on record all the same.
  'long-id-tag': { flags: expect.arrayContaining(['refused']) },
  'empty-id-tag': { flags: expect.arrayContaining(['refused']) },
  'missing-id-tag': { flags: expect.arrayContaining(['refused']) },
}
/** The quirks whose stops of nothing are on record. */
const ORPHANS = ['transaction-id-minus-one', 'stop-of-nothing']
/** Those that act after 30 s, which are shortened for them. */
const SLOW = ['idle-drop-30s', 'half-open-reconnect']
/** What it must be registered with. */
const REGISTERED: Record<string, object> = {
  'hex-password': { securityProfile: 1, password: PASSWORD },
  'no-subprotocol': { allowMissingSubprotocol: true },
}
/** Where GetConfiguration is what it cannot answer. */
const PROBE: Record<string, string> = { 'truncated-json': 'ClearCache', 'boot-loop': 'ClearCache' }

const patiently = <T>(promise: Promise<T>) =>
  Promise.race([promise, new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), 45_000))])

/** A short charge; what is refused or never answered on the way is the quirk's own. */
async function charge(station: Station, idTag: string, ms: number): Promise<void> {
  await station.connect()
  await vi.waitFor(() => expect(station.isOnline).toBe(true), PATIENCE)
  await patiently(station.idle())
  station.plug(1)
  await patiently(station.start(1, idTag))
  await new Promise((resolve) => setTimeout(resolve, ms))
  await patiently(station.stop(1).catch(() => undefined))
  station.unplug(1)
  await patiently(station.heartbeat())
}

const read = async (path: string) => (await busbar.api('GET', path)).body

describe('Busbar and the quirks of stations in the field', () => {
  test.concurrent.each(QUIRK_NAMES.map((name) => [name]))(
    '%s: no record is lost, and the station is served',
    async (name) => {
      const id = `Q-${name}`
      const idTag = `Q${QUIRK_NAMES.indexOf(name)}`
      await busbar.register(id, REGISTERED[name])
      expect((await busbar.api('POST', '/id-tags', { idTag })).status).toBe(201)
      const isSlow = SLOW.includes(name)
      const configuration = {
        ...{ MeterValueSampleInterval: isSlow ? '0' : '1', MessageTimeout: isSlow ? '600' : '15' },
        ...{ StopTransactionOnInvalidId: 'false', WebSocketPingInterval: '0' },
      }
      let connections = 0
      const options: StationOptions = {
        ...{ id, url: `${busbar.local.wsUrl}/ocpp`, workMs: 100, configuration, random: () => 0.5 },
        ...(name === 'hex-password' ? { password: PASSWORD } : {}),
        ...(isSlow ? { wireTime: fasterTime(systemTime, 20) } : {}),
        onEvent: ({ text }) => {
          if (text.startsWith('connected')) connections += 1
        },
      }
      const station = new Station(withQuirks(options, [name]))
      try {
        await charge(station, idTag, isSlow ? 4_000 : 1_500)
        if (isSlow) await vi.waitFor(() => expect(connections).toBeGreaterThan(1), PATIENCE)
        await vi.waitFor(async () => {
          const { items } = await read(`/transactions?chargePointId=${id}`)
          const orphans = items.filter(({ flags }: any) => flags.includes('orphanStop'))
          expect(orphans).toHaveLength(ORPHANS.includes(name) ? 1 : 0)
          expect(items).toHaveLength(orphans.length + 1)
          const transaction = items.find(({ flags }: any) => !flags.includes('orphanStop'))
          expect(transaction).toMatchObject({ active: false, ...RECORDS[name] })
        }, PATIENCE)
        await vi.waitFor(async () => {
          const { status, body } = await busbar.command(id, PROBE[name] ?? 'GetConfiguration')
          // Whose answers name no call cannot be understood; the call is made, and ends by its time-out.
          if (name === 'empty-message-id') expect([200, 202]).toContain(status)
          else expect(body.status).toBe('Answered')
        }, PATIENCE)
        const isOnline = async () => (await read(`/charge-points/${id}`)).connectionState === 'online'
        await vi.waitFor(async () => expect(await isOnline()).toBe(true), PATIENCE)
      } finally {
        station.close()
      }
    },
    MANY,
  )
})
