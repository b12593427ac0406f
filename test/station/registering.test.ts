import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { run } from '../../lib/station/cli.ts'
import { type Busbar, fetchToken, startBusbar } from '../support/e2e.ts'
import { listener } from '../support/listener.ts'

vi.setConfig({ testTimeout: 240_000 })

let busbar: Busbar

beforeAll(async () => {
  busbar = await startBusbar()
})
afterAll(() => busbar.stop())

async function station(...args: string[]) {
  const { said, ...written } = listener()
  const code = await run(['--url', `${busbar.local.wsUrl}/ocpp`, '--register', '--quiet', ...args], {
    ...written,
    env: {},
    isTty: false,
    onInterrupt: () => {},
    token: () => fetchToken(busbar.local),
  })
  return { code, err: said.err }
}

const read = async (path: string) => (await busbar.api('GET', path)).body

test('--register makes a station and its tag known, and again changes nothing', async () => {
  for (let turn = 0; turn < 2; turn += 1) {
    expect(await station('--once', '--duration', '1', '--wait', '30')).toEqual({ code: 0, err: '' })
  }
  expect((await read('/transactions?chargePointId=CP001')).items).toHaveLength(2)
})

test('with a password the station is let in by it, and a new one takes the place of the old', async () => {
  for (const password of ['a password of mine', 'another password']) {
    const args = ['--id', 'SECURE', '--password', password, '--once', '--duration', '1']
    expect(await station(...args)).toEqual({ code: 0, err: '' })
  }
  expect(await read('/charge-points/SECURE')).toMatchObject({ securityProfile: 1 })
})

test('a station without a subprotocol is let in if it is registered as one', async () => {
  const args = ['--id', 'MUTE', '--quirk', 'no-subprotocol', '--once', '--duration', '1']
  expect(await station(...args)).toEqual({ code: 0, err: '' })
})

test('a fleet is registered whole, with a tag for each', async () => {
  const rates = ['--connect-rate', '5', '--start-rate', '5']
  const args = ['--count', '20', '--id-pattern', 'F-{n}', '--once', '--duration', '2', ...rates]
  expect(await station(...args, '--wait', '120')).toEqual({ code: 0, err: '' })
  expect((await read('/id-tags/TAG20')).idTag).toBe('TAG20')
  const { items } = await read('/transactions?limit=100')
  const own = items.filter(({ chargePointId }: { chargePointId: string }) => chargePointId.startsWith('F-'))
  expect(new Set(own.map(({ idTag }: { idTag: string }) => idTag)).size).toBe(20)
  expect(own.every(({ active }: { active: boolean }) => !active)).toBe(true)
})
