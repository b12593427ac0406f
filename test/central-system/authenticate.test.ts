import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authenticate } from '../../lib/central-system/authenticate.ts'
import { parseDistinguishedName } from '../../lib/central-system/distinguished-name.ts'
import { networkOf } from '../../lib/central-system/network.ts'
import { hashPassword } from '../../lib/central-system/password.ts'
import { basic } from '../support/dial.ts'
import { aChargePoint, startSystem, type TestSystem } from '../support/system.ts'

describe('a distinguished name', () => {
  it.each([
    ['CN=a,O=b', 'cn=a|o=b'],
    ['O=b, CN=a', 'o=b|cn=a'],
    ['cn=a+UID=7,O=b', 'cn=a|uid=7|o=b'],
    ['CN=a; O=b', 'cn=a|o=b'],
    ['CN=Example\\, Inc.,O=b', 'cn=Example, Inc.|o=b'],
    ['CN="Example, Inc.",O=b', 'cn=Example, Inc.|o=b'],
    ['CN=a\\2Cb', 'cn=a,b'],
    ['CN=Lades\\C3\\A4ule', 'cn=Ladesäule'],
    ['CN=\\#a\\ ', 'cn=#a '],
    ['CN=a   ,O=b', 'cn=a|o=b'],
    ['CN=a\\\\,O=b', 'cn=a\\|o=b'],
    ['OID.2.5.4.3=a,2.5.4.10=b', 'cn=a|o=b'],
    ['CN=,O=b', 'cn=|o=b'],
    ['CN=a=b', 'cn=a=b'],
  ])('%s', (text, expected) => {
    const read = parseDistinguishedName(text)?.map(({ type, value }) => `${type}=${value}`)
    expect(read?.join('|')).toBe(expected)
  })

  it.each(['', '  ', 'a', 'CN=a,', 'CN=a,O', 'CN=a\\', 'CN="a', 'CN="a"b', '=a', 'CN=a,,O=b', 'CN=\\FF\\FE'])(
    'is not "%s"',
    (text) => {
      expect(parseDistinguishedName(text)).toBeUndefined()
    },
  )
})

describe('a network', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['', ''],
  ])('of %s is %s', (address, network) => {
    expect(networkOf(address)).toBe(network)
  })
})

describe('wrong passwords', () => {
  let test: TestSystem
  beforeAll(async () => {
    test = await startSystem()
  })
  afterAll(() => test.stop())

  const registered = async () =>
    (await aChargePoint(test, { securityProfile: 1, passwordHash: await hashPassword('the password') }))
      .chargePointId
  const come = async (chargePointId: string, password: string, address = '192.0.2.1') => {
    const verdict = await authenticate(test.system, {
      chargePointId,
      address,
      authorization: basic(chargePointId, password),
    })
    return 'reason' in verdict ? verdict.reason : verdict.outcome
  }
  const guess = async (chargePointId: string, times: number, address?: string) => {
    const told = new Set<string>()
    for (let i = 0; i < times; i++) told.add(await come(chargePointId, 'guessed', address))
    return [...told]
  }

  it('lock an address out for a minute, then twice as long each time, an hour at the most', async () => {
    const id = await registered()
    for (const minutes of [1, 2, 4, 8, 16, 32, 60, 60]) {
      expect(await guess(id, 10)).toEqual(['WrongPassword'])
      expect(await come(id, 'the password')).toBe('LockedOut')
      test.clock.advance(minutes * 60 - 1)
      expect(await come(id, 'the password')).toBe('LockedOut')
      test.clock.advance(1)
    }
    expect(await come(id, 'the password')).toBe('known')
    expect(await guess(id, 10)).toEqual(['WrongPassword'])
    test.clock.advance(60)
    expect(await come(id, 'the password')).toBe('known')
  }, 120_000)

  it('lock nobody out who comes from elsewhere', async () => {
    const id = await registered()
    expect(await guess(id, 11)).toEqual(['WrongPassword', 'LockedOut'])
    expect(await come(id, 'the password', '192.0.2.2')).toBe('known')
    expect(await come(id, 'the password')).toBe('LockedOut')
  })

  it('are counted by networks, for a host may have many addresses of the newer kind', async () => {
    const id = await registered()
    for (let i = 0; i < 10; i++) await come(id, 'guessed', `2001:db8:1:2::${i + 1}`)
    expect(await come(id, 'the password', '2001:db8:1:2::ffff')).toBe('LockedOut')
    expect(await come(id, 'the password', '2001:db8:1:3::1')).toBe('known')
  })

  it('lock nobody out if they come slowly', async () => {
    const id = await registered()
    for (let i = 0; i < 30; i++) {
      expect(await come(id, 'guessed')).toBe('WrongPassword')
      test.clock.advance(70)
    }
    expect(await come(id, 'the password')).toBe('known')
  })

  it('that come at once lock out as well', async () => {
    const id = await registered()
    await Promise.all(Array.from({ length: 10 }, () => come(id, 'guessed')))
    expect(await come(id, 'the password')).toBe('LockedOut')
  })

  it('begin with a short lock again after a day without', async () => {
    const id = await registered()
    await guess(id, 10)
    test.clock.advance(60)
    await guess(id, 10)
    test.clock.advance(25 * 3600)
    await guess(id, 10)
    test.clock.advance(60)
    expect(await come(id, 'the password')).toBe('known')
  })

  it('are shown by charge point, with who was refused without a password too', async () => {
    const id = await registered()
    await come(id, 'guessed', '192.0.2.7')
    await authenticate(test.system, { chargePointId: id, address: '192.0.2.8' })
    const { items } = await test.store.listRefusals({ limit: 100 })
    const own = items.filter(({ chargePointId }) => chargePointId === id)
    expect(own).toMatchObject([
      { address: '192.0.2.7', reason: 'WrongPassword', attempts: 1 },
      { address: '192.0.2.8', reason: 'NoCredentials', attempts: 1 },
    ])
    expect(await test.store.forgetRefusals(id)).toHaveLength(2)
    expect(
      (await test.store.listRefusals({ limit: 100 })).items.some(({ chargePointId }) => chargePointId === id),
    ).toBe(false)
  })
})

describe('a certificate', () => {
  let test: TestSystem
  beforeAll(async () => {
    test = await startSystem()
  })
  afterAll(() => test.stop())

  it('may name a serial number of the latest boot', async () => {
    const boot = {
      chargePointVendor: 'V',
      chargePointModel: 'M',
      chargePointSerialNumber: 'SN-1',
      chargeBoxSerialNumber: 'SN-2',
      at: test.clock.iso(),
    }
    const { chargePointId } = await aChargePoint(test, { securityProfile: 3, boot })
    for (const [name, outcome] of [
      ['SN-1', 'known'],
      ['SN-2', 'known'],
      ['SN-3', 'unauthorized'],
    ] as const) {
      const verdict = await authenticate(test.system, {
        chargePointId,
        certificate: { subject: `CN=${name}` },
      })
      expect(verdict.outcome).toBe(outcome)
    }
  })
})
