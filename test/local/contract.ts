import { afterEach, describe, expect, it } from 'vitest'
import { Client, eventually, Refused } from './fixture/client.ts'

export interface Gateway {
  /** The address that an identity dials; the identity is percent-encoded here. */
  url(cp: string): string
  /** Lets time pass for the gateway; absent where time is real. */
  advance?(milliseconds: number): void
}

interface GatewayEvent {
  headers?: Record<string, string>
  queryStringParameters?: Record<string, string>
  body?: string
  isBase64Encoded: boolean
  requestContext: Record<string, unknown> & { connectionId: string; authorizer: Record<string, unknown> }
}

const KB = 1024

/**
 * What API Gateway's WebSocket APIs do, as observed through sockets alone, with the fixture's functions behind. It runs
 * against the emulation, and against the real thing where the fixture is deployed (see contract.test.ts).
 */
export function gatewayContract(name: string, gateway: () => Gateway): void {
  const clients: Client[] = []
  const open = async (
    cp: string,
    protocols: string[] = [],
    headers: Record<string, string> = {},
  ): Promise<Client> => {
    const client = await Client.open(gateway().url(encodeURIComponent(cp)), protocols, headers)
    clients.push(client)
    return client
  }
  const refusal = async (url: string): Promise<Refused> => {
    const outcome = await Client.open(url).catch((error: unknown) => error)
    expect(outcome).toBeInstanceOf(Refused)
    return outcome as Refused
  }
  const idOf = async (client: Client): Promise<string> =>
    (await client.ask<GatewayEvent>('event')).requestContext.connectionId
  const frame = (bytes: number): string => {
    const start = '[2,"id","nothing","'
    return `${start}${'x'.repeat(bytes - start.length - 2)}"]`
  }

  afterEach(() => {
    for (const client of clients.splice(0)) client.socket.terminate()
  })

  describe(`${name}: the handshake`, () => {
    it('gives the authorizer its parameters decoded once', async () => {
      const client = await open('a b%2Fc/ü')
      const event = await client.ask<GatewayEvent>('recall', 'connect a b%2Fc/ü')
      expect(event.queryStringParameters).toEqual({ cp: 'a b%2Fc/ü' })
      expect(event.requestContext).toMatchObject({
        routeKey: '$connect',
        eventType: 'CONNECT',
        stage: 'prod',
      })
    })

    it('carries the authorizer context, as texts, on $connect, on messages and on $disconnect', async () => {
      const context = { cp: 'ctx', number: '7', flag: 'true', principalId: 'ctx' }
      const client = await open('ctx')
      const connect = await client.ask<GatewayEvent>('recall', 'connect ctx')
      expect(connect.requestContext.authorizer).toMatchObject(context)
      const message = await client.ask<GatewayEvent>('event')
      expect(message.requestContext.authorizer).toMatchObject(context)
      client.close(4001, 'enough')
      const other = await open('ctx-other')
      const { connectionId } = message.requestContext
      const disconnect = await eventually(() =>
        other.ask<GatewayEvent | null>('recall', `disconnect ${connectionId}`),
      )
      expect(disconnect.requestContext).toMatchObject({
        routeKey: '$disconnect',
        eventType: 'DISCONNECT',
        connectionId,
        disconnectStatusCode: 4001,
        disconnectReason: 'enough',
        authorizer: context,
      })
    })

    it('echoes the subprotocol that $connect returned, and none that it did not', async () => {
      expect((await open('sub', ['ocpp2.0.1', 'ocpp1.6'])).socket.protocol).toBe('ocpp1.6')
      const none = await Client.open(gateway().url('sub-none'), ['ocpp2.0.1']).catch(
        (error: Error) => error.message,
      )
      expect(none).toMatch(/subprotocol/)
    })

    it('passes headers to $connect alone', async () => {
      const client = await open('headers', [], { 'X-Custom': 'a', authorization: 'Basic YTpi' })
      const { headers = {} } = await client.ask<GatewayEvent>('recall', 'connect headers')
      const lower = Object.fromEntries(
        Object.entries(headers).map(([key, value]) => [key.toLowerCase(), value]),
      )
      expect(lower).toMatchObject({ 'x-custom': 'a', authorization: 'Basic YTpi' })
      expect(lower['x-forwarded-for']).toBeTruthy()
      const message = await client.ask<GatewayEvent>('event')
      expect(message.headers).toBeUndefined()
      expect(message.queryStringParameters).toBeUndefined()
    })

    it.each([
      ['unauthorized', 401],
      ['deny', 403],
      ['authorizer-throws', 500],
      ['context-nested', 500],
      ['status-404', 404],
      ['status-503', 503],
      ['connect-throws', 502],
    ])('refuses %s with %i', async (cp, status) => {
      expect((await refusal(gateway().url(cp))).status).toBe(status)
    })

    it('refuses with 401, unasked, whoever names no identity', async () => {
      expect((await refusal(gateway().url(''))).status).toBe(401)
    })

    it('does not know a connection before $connect has returned', async () => {
      const client = await open('connect-posts')
      expect(await client.ask('recall', 'early connect-posts')).toMatchObject({
        error: 'GoneException',
        status: 410,
      })
    })
  })

  describe(`${name}: messages`, () => {
    it('selects the route by the first element', async () => {
      const client = await open('routes')
      const event = await client.ask<GatewayEvent>('event', 'x')
      expect(event).toMatchObject({ body: '[2,"id","event","x"]', isBase64Encoded: false })
      expect(event.requestContext).toMatchObject({
        routeKey: '2',
        eventType: 'MESSAGE',
        messageDirection: 'IN',
      })
      expect(event.requestContext.messageId).toBeTruthy()
      expect(event.requestContext.connectedAt).toBeTypeOf('number')
      expect(event.requestContext.requestTimeEpoch).toBeTypeOf('number')
    })

    it.each([
      '[3,"id","note","%"]',
      '["$connect","id","note","%"]',
      '[[2],"id","note","%"]',
      '["7","id","note","%"]',
    ])('sends %s to $default, which answers nothing', async (template) => {
      const client = await open('default')
      const note = `note ${Math.random()}`
      client.socket.send(template.replace('%', note))
      const asker = await open('asker')
      const event = await eventually(() => asker.ask<GatewayEvent | null>('recall', note))
      expect(event.requestContext.routeKey).toBe('$default')
      expect(await client.silent()).toBe(true)
    })

    it('sends an empty frame when a two-way route returns no body', async () => {
      const client = await open('empty')
      client.socket.send('[2,"id","nothing"]')
      expect(await client.next()).toBe('')
    })

    it('sends the body whatever the status says', async () => {
      const client = await open('status')
      client.socket.send(JSON.stringify([2, 'id', 'say', { statusCode: 500, body: 'all the same' }]))
      expect(await client.next()).toBe('all the same')
    })

    it.each(['[2,"id","throw"]', '[3,"id","throw"]', '[2,"id","malformed"]', '[3,"id","malformed"]'])(
      'sends its own error frame after %s',
      async (message) => {
        const client = await open('error')
        const connectionId = await idOf(client)
        client.socket.send(message)
        expect(JSON.parse(await client.next())).toEqual({
          message: 'Internal server error',
          connectionId,
          requestId: expect.any(String),
        })
      },
    )

    it('runs the messages of one connection at once', async () => {
      const client = await open('order')
      client.socket.send('[2,"id","sleep",600]')
      client.socket.send('[2,"id","sleep",1]')
      expect([await client.next(), await client.next()]).toEqual(['1', '600'])
    })

    it('answers a ping', async () => {
      const client = await open('ping')
      const pong = new Promise((resolve) => client.socket.once('pong', (data) => resolve(data.toString())))
      client.socket.ping('hello')
      expect(await pong).toBe('hello')
    })
  })

  describe(`${name}: limits`, () => {
    it('takes a frame of 32 KB', async () => {
      const client = await open('frame')
      client.socket.send(frame(32 * KB))
      expect(await client.next()).toBe('')
    })

    it('closes with 1009 on a frame of 33 KB', async () => {
      const client = await open('frame-33')
      client.socket.send(frame(33 * KB))
      expect((await client.closed).code).toBe(1009)
    })

    it('takes a message of 100 KB in smaller frames, and closes with 1009 on one of 129 KB', async () => {
      const client = await open('message')
      const send = (kilobytes: number) => {
        const text = frame(kilobytes * KB)
        for (let at = 0; at < text.length; at += 30 * KB) {
          client.socket.send(text.slice(at, at + 30 * KB), { fin: at + 30 * KB >= text.length })
        }
      }
      send(100)
      expect(await client.next()).toBe('')
      send(129)
      expect((await client.closed).code).toBe(1009)
    })

    it('closes with 1003 on a binary frame', async () => {
      const client = await open('binary')
      client.socket.send(Buffer.from([1, 2, 3]))
      expect((await client.closed).code).toBe(1003)
    })

    it('says 1009 to $disconnect as well', async () => {
      const client = await open('disconnect-1009')
      const connectionId = await idOf(client)
      client.socket.send(frame(40 * KB))
      const other = await open('watcher')
      const event = await eventually(() =>
        other.ask<GatewayEvent | null>('recall', `disconnect ${connectionId}`),
      )
      expect(event.requestContext.disconnectStatusCode).toBe(1009)
    })
  })

  describe(`${name}: @connections`, () => {
    it('posts to another connection, in one message however large', async () => {
      const [a, b] = [await open('a'), await open('b')]
      const to = await idOf(b)
      expect(await a.ask('post', { to, data: 'hello' })).toEqual({ ok: true })
      expect(await b.next()).toBe('hello')
      await a.ask('post', { to, size: 100 * KB })
      expect(await b.next()).toHaveLength(100 * KB)
    })

    it('refuses more than 128 KB with 413', async () => {
      const client = await open('413')
      const outcome = await client.ask('post', { to: await idOf(client), size: 129 * KB })
      expect(outcome).toMatchObject({ error: 'PayloadTooLargeException', status: 413 })
    })

    it('tells about a connection and closes it; afterwards it is gone', async () => {
      const [a, b] = [await open('a'), await open('b')]
      const to = await idOf(b)
      expect(await a.ask('info', to)).toMatchObject({ ok: { ConnectedAt: expect.any(String) } })
      expect(await a.ask('close', to)).toEqual({ ok: true })
      await b.closed
      const gone = { error: 'GoneException', status: 410 }
      expect(await a.ask('post', { to, data: 'x' })).toMatchObject(gone)
      expect(await a.ask('info', to)).toMatchObject(gone)
      expect(await a.ask('close', to)).toMatchObject(gone)
    })

    it('knows a connection no more after the client closed it', async () => {
      const [a, b] = [await open('a'), await open('b')]
      const to = await idOf(b)
      b.close()
      await b.closed
      const outcome = await eventually(async () => {
        const answer = await a.ask<{ status?: number }>('post', { to, data: 'x' })
        return answer.status === undefined ? null : answer
      })
      expect(outcome).toMatchObject({ error: 'GoneException', status: 410 })
    })
  })

  describe(`${name}: time`, () => {
    const advance = (milliseconds: number) => gateway().advance?.(milliseconds)
    const minute = 60_000

    it('closes with 1001 after ten minutes without a message, pings not counted', async ({ skip }) => {
      if (!gateway().advance) skip('time is real there')
      const client = await open('idle')
      advance(9 * minute)
      await client.ask('event')
      advance(9 * minute)
      const pong = new Promise((resolve) => client.socket.once('pong', resolve))
      client.socket.ping()
      await pong
      expect(client.socket.readyState).toBe(client.socket.OPEN)
      advance(minute + 1)
      expect((await client.closed).code).toBe(1001)
    })

    it('closes with 1001 after two hours, busy or not', async ({ skip }) => {
      if (!gateway().advance) skip('time is real there')
      const client = await open('old')
      for (let passed = 0; passed < 115; passed += 5) {
        advance(5 * minute)
        await client.ask('event')
      }
      advance(5 * minute + 1)
      expect((await client.closed).code).toBe(1001)
    })
  })
}
