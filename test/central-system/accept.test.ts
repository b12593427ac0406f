import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { close, open } from '../../lib/central-system/accept.ts'
import { hashPassword } from '../../lib/central-system/password.ts'
import { authorize } from '../support/authorize.ts'
import { aChargePoint, startSystem, type TestSystem } from '../support/system.ts'

const basic = (user: string, password: string | Buffer) =>
  `Basic ${Buffer.concat([Buffer.from(`${user}:`), Buffer.from(password)]).toString('base64')}`

describe('a charge point connects', () => {
  let test: TestSystem
  beforeAll(async () => {
    test = await startSystem()
  })
  afterAll(() => test.stop())

  const opening = (chargePointId: string, more: object = {}) => ({
    chargePointId,
    connectionId: `connection of ${chargePointId}`,
    connectedAt: test.clock.iso(),
    offered: 'ocpp1.6',
    known: true,
    ...more,
  })

  it.each([
    ['ocpp1.6', 200],
    ['ocpp2.0.1, ocpp1.6', 200],
    ['ocpp1.6,ocpp0.1', 200],
    ['ocpp0.1', 400],
    ['OCPP1.6', 400],
    ['', 400],
    [undefined, 400],
  ])('offering %j gets %d', async (offered, status) => {
    const { chargePointId } = await aChargePoint(test, { connected: false })
    expect(await open(test.system, opening(chargePointId, { offered }))).toMatchObject({ status })
  })

  it('unknown is answered 404, and remembered', async () => {
    for (let attempt = 0; attempt < 2; attempt++) {
      const acceptance = await open(test.system, opening('Stranger', { known: false, address: '192.0.2.1' }))
      expect(acceptance).toEqual({ status: 404 })
    }
    const { items } = await test.store.listUnknown('charge-point', { limit: 50 })
    expect(items).toMatchObject([{ id: 'Stranger', attempts: 2, from: '192.0.2.1' }])
  })

  it('with an identity that cannot be one is answered 404, and not remembered', async () => {
    for (const chargePointId of ['x'.repeat(256), 'a\nb', '']) {
      expect(await authorize(test.system, { chargePointId })).toBe('unknown')
      expect(await open(test.system, opening(chargePointId, { known: false }))).toEqual({ status: 404 })
    }
    const { items } = await test.store.listUnknown('charge-point', { limit: 50 })
    expect(items.map(({ id }) => id)).toEqual(['Stranger'])
  })

  it('is known by its connection where an event does not say whose it is', async () => {
    const { chargePointId, connectionId } = await aChargePoint(test)
    expect(await test.store.chargePointOf(connectionId)).toBe(chargePointId)
    expect(await test.store.chargePointOf('nobody')).toBeUndefined()
  })

  it('unknown is let in and kept Pending where that is set', async () => {
    const system = {
      ...test.system,
      settings: { ...test.system.settings, unknownChargePoints: 'pending' as const },
    }
    expect(await open(system, opening('Newcomer', { known: false }))).toMatchObject({ status: 200 })
    expect(await test.store.getChargePoint('Newcomer')).toMatchObject({ registrationStatus: 'Pending' })
  })

  it('anew: the newest connection wins, the old one is closed, and its end changes nothing', async () => {
    const chargePoint = await aChargePoint(test)
    const old = chargePoint.connectionId
    test.clock.advance(1)
    const current = await chargePoint.connect()
    expect(test.closed).toContain(old)
    await close(test.system, chargePoint.chargePointId, old)
    expect((await test.store.getLive(chargePoint.chargePointId))?.connection?.connectionId).toBe(current)
    await close(test.system, chargePoint.chargePointId, current)
    expect((await test.store.getLive(chargePoint.chargePointId))?.connection).toBeUndefined()
  })

  it('late: a connection older than the current one does not take over', async () => {
    const chargePoint = await aChargePoint(test)
    const connectedAt = '2020-01-01T00:00:00.000Z'
    const { chargePointId } = chargePoint
    const late = await open(test.system, opening(chargePointId, { connectionId: 'late', connectedAt }))
    expect(late).toEqual({ status: 409 })
    expect((await test.store.getLive(chargePointId))?.connection?.connectionId).toBe(chargePoint.connectionId)
  })

  describe('and is authorized', () => {
    const BYTES = Buffer.from('00ff3a8000112233445566778899aabb', 'hex')
    const HEX = BYTES.toString('hex')
    const verdict = (chargePointId: string, authorization?: string, secure = true) =>
      authorize(test.system, { chargePointId, authorization, secure })

    it('in profile 0 without a password', async () => {
      const { chargePointId } = await aChargePoint(test)
      expect(await verdict(chargePointId)).toBe('known')
    })

    it('in profile 1 by the password, as text with colons, as bytes, as hexadecimal digits', async () => {
      const text = 'secret:with:colons!'
      const one = await aChargePoint(test, { securityProfile: 1, passwordHash: await hashPassword(text) })
      expect(await verdict(one.chargePointId, basic(one.chargePointId, text))).toBe('known')
      const two = await aChargePoint(test, { securityProfile: 1, passwordHash: await hashPassword(HEX) })
      expect(await verdict(two.chargePointId, basic(two.chargePointId, BYTES))).toBe('known')
      expect(await verdict(two.chargePointId, basic(two.chargePointId, HEX))).toBe('known')
      expect(await verdict(two.chargePointId, basic(two.chargePointId, HEX.toUpperCase()))).toBe('known')
    })

    it('with an identity that has a colon or is not ASCII', async () => {
      for (const chargePointId of ['A:B', 'Ladesäule 1/2']) {
        await aChargePoint(test, {
          chargePointId,
          securityProfile: 1,
          passwordHash: await hashPassword('password'),
        })
        expect(await verdict(chargePointId, basic(chargePointId, 'password'))).toBe('known')
      }
    })

    it('is refused for anything else', async () => {
      const { chargePointId } = await aChargePoint(test, {
        securityProfile: 1,
        passwordHash: await hashPassword(HEX),
      })
      const other = Buffer.from(BYTES)
      other[15] = 0
      for (const authorization of [
        undefined,
        '',
        'Basic',
        'Basic !!!',
        `Bearer ${HEX}`,
        basic(chargePointId, ''),
        basic(chargePointId, other),
        basic(chargePointId, BYTES.subarray(0, 15)),
        basic('Somebody', BYTES),
        basic(chargePointId.toLowerCase(), BYTES),
      ]) {
        expect(await verdict(chargePointId, authorization), authorization ?? 'none').toBe('unauthorized')
      }
    })

    it('in profile 2 only over TLS, and in profile 3 not without a certificate', async () => {
      const passwordHash = await hashPassword('password')
      const two = await aChargePoint(test, { securityProfile: 2, passwordHash })
      expect(await verdict(two.chargePointId, basic(two.chargePointId, 'password'))).toBe('known')
      expect(await verdict(two.chargePointId, basic(two.chargePointId, 'password'), false)).toBe(
        'unauthorized',
      )
      const three = await aChargePoint(test, { securityProfile: 3, passwordHash })
      expect(await verdict(three.chargePointId, basic(three.chargePointId, 'password'))).toBe('unauthorized')
    })

    it('unknown is neither', async () => {
      expect(await verdict('Nobody', basic('Nobody', 'x'))).toBe('unknown')
    })
  })
})
