import { UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { close, open } from '../../lib/central-system/accept.ts'
import { authenticate } from '../../lib/central-system/authenticate.ts'
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

    describe('by credentials that are changed before it is through', () => {
      const PASSWORD = 'the old password'

      /** What happens at a handshake: it is judged, and opened with what the judgement said. */
      async function aHandshake(more: object = {}) {
        const passwordHash = await hashPassword(PASSWORD)
        const chargePoint = await aChargePoint(test, {
          securityProfile: 1,
          passwordHash,
          connected: false,
          ...more,
        })
        const { chargePointId } = chargePoint
        const judge = async (password: string) => {
          const judged = await authenticate(test.system, {
            chargePointId,
            authorization: basic(chargePointId, password),
          })
          if (judged.outcome !== 'known') throw new Error(judged.outcome)
          return () => open(test.system, opening(chargePointId, { credentialsId: judged.credentialsId }))
        }
        return { chargePointId, judge, change: changing(chargePointId) }
      }
      const changing = (chargePointId: string) => (change: object) =>
        test.store.updateChargePoint(chargePointId, change, test.clock.iso())
      const connected = async (chargePointId: string) =>
        (await test.store.getLive(chargePointId))?.connection !== undefined

      it.each<[string, () => object | Promise<object>]>([
        ['another password', async () => ({ passwordHash: await hashPassword('the new password') })],
        ['another profile', () => ({ securityProfile: 2 })],
        ['no password any more', () => ({ securityProfile: 3, passwordHash: null })],
      ])('is refused: %s', async (_, change) => {
        const handshake = await aHandshake()
        const finish = await handshake.judge(PASSWORD)
        await handshake.change(await change())
        expect(await finish()).toEqual({ status: 401 })
        expect(await connected(handshake.chargePointId)).toBe(false)
      })

      it('gets in by those that it has now', async () => {
        const handshake = await aHandshake()
        await handshake.change({ passwordHash: await hashPassword('the new password') })
        const finish = await handshake.judge('the new password')
        expect(await finish()).toMatchObject({ status: 200 })
      })

      it('gets in where something else is changed', async () => {
        const handshake = await aHandshake()
        const finish = await handshake.judge(PASSWORD)
        await handshake.change({ description: 'elsewhere', registrationStatus: 'Pending', strict: true })
        expect(await finish()).toMatchObject({ status: 200 })
      })

      it('is refused where another one was registered under its identity', async () => {
        const handshake = await aHandshake()
        const { chargePointId } = handshake
        const finish = await handshake.judge(PASSWORD)
        await test.store.deleteChargePoint(chargePointId)
        expect(await finish()).toEqual({ status: 404 })
        await aChargePoint(test, { chargePointId, connected: false })
        expect(await finish()).toEqual({ status: 401 })
      })

      it('gets in, and is refused, where the record is one of an earlier version too', async () => {
        const handshake = await aHandshake()
        const { chargePointId } = handshake
        for (const sk of ['CP', 'LIVE']) {
          const Key = { pk: { S: `CP#${chargePointId}` }, sk: { S: sk } }
          const UpdateExpression = 'REMOVE credentialsId'
          await test.client.send(new UpdateItemCommand({ TableName: test.tableName, Key, UpdateExpression }))
        }
        const finish = await handshake.judge(PASSWORD)
        const late = await handshake.judge(PASSWORD)
        expect(await finish()).toMatchObject({ status: 200 })
        await handshake.change({ securityProfile: 2 })
        expect(await late()).toEqual({ status: 401 })
      })

      it('gets in where an authorizer of an earlier version has judged', async () => {
        const { chargePointId } = await aHandshake()
        expect(await open(test.system, opening(chargePointId))).toMatchObject({ status: 200 })
      })
    })

    it('unknown is neither', async () => {
      expect(await verdict('Nobody', basic('Nobody', 'x'))).toBe('unknown')
    })
  })
})
