import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { basic } from '../operator/support.ts'
import { type Busbar, startBusbar } from '../support/e2e.ts'
import { BOOT, withSettings } from '../support/fleet.ts'

const OLD = 'the-old-password'

/** What a charge point says to a new key: a status, or nothing at all. */
type Obedience = string | undefined

describe('the password of a charge point is rotated', () => {
  let busbar: Busbar
  const sockets: WebSocket[] = []
  beforeAll(async () => {
    busbar = await startBusbar(withSettings({ READ_CONFIGURATION_AFTER: '0' }))
  })
  afterAll(async () => {
    for (const socket of sockets) socket.terminate()
    await busbar.stop()
  })

  /** A socket that was let in, or the status it was refused with. */
  async function dial(chargePointId: string, password: string): Promise<WebSocket | number> {
    const socket = new WebSocket(
      `${busbar.local.wsUrl}/ocpp/${encodeURIComponent(chargePointId)}`,
      ['ocpp1.6'],
      {
        headers: { authorization: basic(chargePointId, password) },
      },
    )
    sockets.push(socket)
    return new Promise((resolve, reject) => {
      socket.once('open', () => resolve(socket))
      socket.once('unexpected-response', (_, { statusCode = 0 }) => {
        resolve(statusCode)
        socket.terminate()
      })
      socket.on('error', (error) => socket.readyState === WebSocket.CONNECTING && reject(error))
    })
  }

  const isLetIn = async (chargePointId: string, password: string): Promise<boolean> => {
    const outcome = await dial(chargePointId, password)
    if (typeof outcome === 'number') expect(outcome).toBe(401)
    else outcome.close()
    return typeof outcome !== 'number'
  }

  /** A charge point that is connected with the old password; the keys it is given. */
  async function aStation(chargePointId: string, obedience: Obedience): Promise<string[]> {
    await busbar.register(chargePointId, { securityProfile: 1, password: OLD })
    const socket = await dial(chargePointId, OLD)
    if (typeof socket === 'number') throw new Error(`refused with ${socket}`)
    const keys: string[] = []
    socket.on('message', (data) => {
      const [type, messageId, action, payload] = JSON.parse(String(data))
      if (type !== 2) return
      expect([action, payload.key]).toEqual(['ChangeConfiguration', 'AuthorizationKey'])
      keys.push(payload.value)
      if (obedience) socket.send(JSON.stringify([3, messageId, { status: obedience }]))
    })
    socket.send(JSON.stringify([2, 'boot', 'BootNotification', BOOT]))
    await once(socket, 'message')
    return keys
  }

  const rotate = (chargePointId: string, body: object = {}) =>
    busbar.api('POST', `/charge-points/${encodeURIComponent(chargePointId)}/password-rotation`, body, {
      prefer: 'wait=20',
    })

  it('Accepted: from then on the new one alone lets it in', async () => {
    const id = 'Obedient 1/α'
    const keys = await aStation(id, 'Accepted')
    const { status, body } = await rotate(id)
    expect([status, body.status, body.password]).toEqual([200, 'Rotated', keys[0]])
    expect([await isLetIn(id, OLD), await isLetIn(id, body.password)]).toEqual([false, true])
  })

  it('Rejected: the old one stays', async () => {
    const keys = await aStation('Disobedient', 'Rejected')
    const { body } = await rotate('Disobedient')
    expect(body).toMatchObject({ status: 'Kept', call: { response: { status: 'Rejected' } } })
    expect(body).not.toHaveProperty('password')
    expect(await isLetIn('Disobedient', keys[0] as string)).toBe(false)
    expect(await isLetIn('Disobedient', OLD)).toBe(true)
  })

  it('silent: the old one stays, and the answer tells the new one in case', async () => {
    const keys = await aStation('Silent', undefined)
    const { body } = await rotate('Silent', { timeoutSeconds: 2 })
    expect(body).toMatchObject({ status: 'Unanswered', password: keys[0], call: { status: 'TimedOut' } })
    expect(await isLetIn('Silent', body.password)).toBe(false)
    expect(await isLetIn('Silent', OLD)).toBe(true)
    await busbar.api('PATCH', '/charge-points/Silent', { password: body.password })
    expect([await isLetIn('Silent', OLD), await isLetIn('Silent', body.password)]).toEqual([false, true])
  })

  it('offline: nothing is changed', async () => {
    await busbar.register('Away', { securityProfile: 1, password: OLD })
    const { status, body } = await rotate('Away')
    expect([status, body.type]).toEqual([409, '/problems/offline'])
    expect(await isLetIn('Away', OLD)).toBe(true)
  })
})
