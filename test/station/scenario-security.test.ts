import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { run } from '../../lib/station/cli.ts'
import { basic, dial } from '../support/dial.ts'
import { listener } from '../support/listener.ts'
import { type Authority, newAuthority } from './authority.ts'
import { type BehindTls, startBehindTls } from './behind-tls.ts'
import { operatorFor, PLAYS } from './scenario-cases-driver.ts'
import type { TlsFront } from './tls-front.ts'

const PASSWORD = '00112233445566778899aabbccddeeff'
const OCPP = { 'sec-websocket-protocol': 'ocpp1.6' }

let behind: BehindTls
let busbar: BehindTls['busbar']
let authority: Authority
let front: TlsFront
let mutual: TlsFront
const stranger = newAuthority('Authority of nobody')

beforeAll(async () => {
  behind = await startBehindTls()
  ;({ busbar, authority, front, mutual } = behind)
})
afterAll(() => behind?.stop())

const file = (name: string, content: string): string => behind.file(name, content)

const trusted = () => ['--ca', file('ca.pem', authority.ca)]
const certificateOf = (chargePointId: string, by = authority) => {
  const { cert, key } = by.issue(chargePointId)
  return ['--cert', file(`${chargePointId}.pem`, cert), '--key', file(`${chargePointId}.key`, key)]
}
const wss = ({ port }: TlsFront) => ['--url', `wss://localhost:${port}/ocpp`]

async function station(...args: string[]) {
  const { said, ...written } = listener()
  const code = await run(args, {
    ...written,
    env: {},
    isTty: false,
    onInterrupt: () => {},
    token: () => Promise.reject(new Error('nothing is registered here')),
  })
  return { code, ...said }
}

const play = (name: string, ...args: string[]) =>
  station('--quiet', '--scenario', `examples/scenarios/tc/${name}.yaml`, ...args)

const passed = { code: 0, out: expect.any(String), err: '' }

describe('certification cases over TLS, against the local runtime behind a TLS server', () => {
  test('TC_083: the charge point raises its security profile, and is let in with the lower one no more', async () => {
    const chargePointId = 'TC-083'
    await busbar.register(chargePointId, { securityProfile: 1, password: PASSWORD })
    const operator = operatorFor(busbar, chargePointId, 'NONE')
    const [outcome] = await Promise.all([
      play(
        'TC_083',
        ...['--url', `ws://localhost:${front.port}/ocpp`, '--id', chargePointId],
        ...['--password-hex', PASSWORD, ...trusted()],
      ),
      operator.ready().then(() => PLAYS.TC_083?.(operator)),
    ])
    expect(outcome).toEqual(passed)
    const authorization = basic(chargePointId, Buffer.from(PASSWORD, 'hex'))
    const plainly = await dial(busbar.local.wsUrl, `/ocpp/${chargePointId}`, { ...OCPP, authorization })
    expect(plainly.status).toBe(401)
  }, 90_000)

  test('TC_086: the certificate of the central system is checked, and so are its versions and cipher suites', async () => {
    await busbar.register('TC-086', { securityProfile: 2, password: PASSWORD })
    const password = ['--password-hex', PASSWORD]
    expect(await play('TC_086', ...wss(front), '--id', 'TC-086', ...password, ...trusted())).toEqual(passed)
  }, 90_000)

  test('TC_087: the charge point shows its certificate, and without one nobody is let in', async () => {
    await busbar.register('TC-087', { securityProfile: 3 })
    const shown = certificateOf('TC-087')
    expect(await play('TC_087', ...wss(mutual), '--id', 'TC-087', ...shown, ...trusted())).toEqual(passed)
  }, 90_000)

  test('a profile that does not work is given up after some attempts, and the charge point is back', async () => {
    const chargePointId = 'BACK'
    await busbar.register(chargePointId, { securityProfile: 1, password: PASSWORD })
    const operator = operatorFor(busbar, chargePointId, 'NONE')
    const scenario = file(
      'back.yaml',
      [
        'name: a new profile at an address without TLS',
        'station: { work: 100ms }',
        'steps:',
        '  - wait: { sent: BootNotification }',
        '  - wait: { call: Reset }',
        '  - wait: { sent: BootNotification, within: 60s }',
        '  - expect: { state: { securityProfile: 1 } }',
      ].join('\n'),
    )
    const [outcome] = await Promise.all([
      station(
        ...['--scenario', scenario, '--url', `${busbar.local.wsUrl}/ocpp`, '--id', chargePointId],
        ...['--password-hex', PASSWORD],
      ),
      operator.ready().then(async () => {
        await operator.send('ChangeConfiguration', { key: 'SecurityProfile', value: '2' })
        await operator.send('Reset', { type: 'Hard' })
        await operator.api('PATCH', `/charge-points/${chargePointId}`, { securityProfile: 1 })
      }),
    ])
    expect(outcome).toMatchObject({ code: 0, err: '' })
    expect(outcome.out).toContain('no TLS is spoken there')
    expect(outcome.out).toContain('the new security profile does not work; back to 1')
  }, 90_000)
})

describe('TLS that is not as it should be', () => {
  const once = (...args: string[]) => station('--once', '--duration', '1', '--wait', '3', ...args)

  test.each<[string, () => string[], string]>([
    ['an authority that nobody here trusts', () => wss(front), 'its certificate is of no authority'],
    [
      'another authority than that of --ca',
      () => [...wss(front), '--ca', file('other.pem', stranger.ca)],
      'its certificate is of no authority that is trusted here',
    ],
    [
      'a certificate for another host',
      () => ['--url', `wss://127.0.0.1:${front.port}/ocpp`, ...trusted()],
      'its certificate is for another host',
    ],
    [
      'an address without TLS',
      () => ['--url', `${busbar.local.wsUrl.replace('ws:', 'wss:')}/ocpp`],
      'no TLS is spoken there',
    ],
    [
      'a wrong password',
      () => [...wss(front), ...trusted(), '--id', 'WRONG', '--password', 'not the right one'],
      'HTTP 401: the password or certificate is not the right one',
    ],
    ['no certificate of its own', () => [...wss(mutual), ...trusted()], 'certificate required'],
    [
      'a certificate of another authority',
      () => [...wss(mutual), ...trusted(), ...certificateOf('CP001', stranger)],
      'no connection',
    ],
    [
      'a certificate of another charge point',
      () => [...wss(mutual), ...trusted(), '--id', 'OTHER', ...certificateOf('CP001')],
      'HTTP 401',
    ],
  ])('%s: the charge point says why, and is not let in', async (_, args, why) => {
    for (const [id, more] of [
      ['WRONG', { securityProfile: 2, password: PASSWORD }],
      ['OTHER', { securityProfile: 3 }],
    ] as const) {
      if ((await busbar.api('GET', `/charge-points/${id}`)).status === 404) await busbar.register(id, more)
    }
    const { code, err } = await once(...args())
    expect(err).toContain(why)
    expect(code).toBe(1)
  })

  test.each<[string, () => string[], string]>([
    ['no certificate', () => ['--ca', file('empty.pem', 'nothing')], 'it holds no certificate in PEM'],
    [
      'the key of another certificate',
      () => [...certificateOf('A').slice(0, 2), ...certificateOf('B').slice(2)],
      'it is not the key of the certificate',
    ],
    [
      'no key',
      () => [...certificateOf('A').slice(0, 2), '--key', file('no.key', authority.ca)],
      'it holds no private key in PEM',
    ],
  ])('a file that holds %s is named, and nothing is tried', async (_, args, why) => {
    const { code, out, err } = await once(...wss(front), ...args())
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain(why)
  })
})
