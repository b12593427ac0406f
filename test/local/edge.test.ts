import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sandbox } from '../../lib/local/edge-function.ts'
import { silent } from '../../lib/local/log.ts'
import { type Local, startLocal } from '../../lib/local/runtime.ts'
import { Client, Refused } from './fixture/client.ts'
import { writeFixture } from './fixture/fixture.ts'

const run = (body: string, event: Record<string, unknown> = {}) =>
  sandbox(`function handler(event) { ${body} }`, 'edge')(event)

describe('the sandbox of an edge function', () => {
  it.each(['process', 'require', 'globalThis.process', 'setTimeout', 'fetch', 'Buffer'])(
    'has no %s',
    (name) => {
      expect(run(`return { type: typeof ${name} }`)).toEqual({ type: 'undefined' })
    },
  )

  it('cannot reach out through what it is given', () => {
    expect(() => run('return event.constructor.constructor("return process")()')).toThrow()
    expect(() => run('return console.log.constructor("return 1")()')).toThrow()
  })

  it('cannot change the event of its caller', () => {
    const event = { request: { uri: '/a' } }
    expect(run('event.request.uri = "/b"; return event.request', event)).toEqual({ uri: '/b' })
    expect(event.request.uri).toBe('/a')
  })

  it('is ended when it does not end', () => {
    expect(() => run('for (;;);')).toThrow(/timed out/)
  })

  it('must have a handler', () => {
    expect(() => sandbox('var a = 1', 'edge')).toThrow(/no handler/)
  })
})

const handshakeFor = (target: string): string =>
  [
    `GET ${target} HTTP/1.1`,
    'host: localhost',
    'connection: Upgrade',
    'upgrade: websocket',
    'sec-websocket-version: 13',
    'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==',
    '\r\n',
  ].join('\r\n')

/** Says so much, and gives what first comes back. */
function spoken(port: number, text: string): Promise<string> {
  const socket = connect(port)
  return new Promise<string>((resolve, reject) => {
    socket.once('error', reject).once('data', (data) => resolve(data.toString()))
    socket.write(text)
  }).finally(() => socket.destroy())
}

describe('the edge before a handshake', () => {
  const fixture = writeFixture()
  let local: Local
  beforeAll(async () => {
    local = await startLocal({ cdkOut: fixture.cdkOut, dataDir: 'memory', log: silent })
  })
  afterAll(async () => {
    await local?.stop()
    fixture.remove()
  })

  const refusal = async (path: string): Promise<Refused> => {
    const outcome = await Client.open(`${local.wsUrl}${path}`).catch((error: unknown) => error)
    expect(outcome).toBeInstanceOf(Refused)
    return outcome as Refused
  }
  const queryOf = async (path: string) => {
    const client = await Client.open(`${local.wsUrl}${path}`)
    const event = await client.ask<{ requestContext: { authorizer: { cp: string } } }>('event')
    client.socket.terminate()
    return event.requestContext.authorizer.cp
  }

  it('answers with what the function answers', async () => {
    const { status, body, headers } = await refusal('/teapot')
    expect([status, body, headers['x-edge']]).toEqual([418, '{"tea":true}', 'yes'])
    expect((await refusal('/node')).status).toBe(204)
  })

  it.each(['/throws', '/loop'])('answers %s with 503', async (path) => {
    expect((await refusal(path)).status).toBe(503)
  })

  it('hands the query on as the function wrote it, to be decoded once', async () => {
    expect(await queryOf('/ws/a%2520b')).toBe('a%20b')
    expect(await queryOf('/ws/a+b')).toBe('a b')
    expect(await queryOf('/ws/a&cp=b')).toBe('b')
    expect(await queryOf('/?cp=%C3%A9')).toBe('é')
  })

  it.each(['/ws/%zz', '/ws/%', '/ws/%ff'])('refuses the broken escape in %s with 400', async (path) => {
    expect((await refusal(path)).status).toBe(400)
  })

  it('adds who called, behind what the client claims', async () => {
    const client = await Client.open(`${local.wsUrl}/ws/xff`, [], { 'x-forwarded-for': '1.2.3.4' })
    const { headers } = await client.ask<{ headers: Record<string, string> }>('recall', 'connect xff')
    expect(headers['X-Forwarded-For']).toBe('1.2.3.4, 127.0.0.1, 127.0.0.1')
    expect(headers['X-Forwarded-Proto']).toBe('http')
    expect(headers.Host).toMatch(/^\w+\.execute-api\.us-east-1\.amazonaws\.com$/)
    client.socket.terminate()
  })

  it.each([['http'], ['ws']])('takes a whole URL of %s for its path, as if to a proxy', async (scheme) => {
    const { port } = new URL(local.url)
    const answer = await spoken(Number(port), handshakeFor(`${scheme}://elsewhere.example/ws/whole`))
    expect(answer).toMatch(/^HTTP\/1\.1 101 /)
    expect(await spoken(Number(port), handshakeFor(`${scheme}://elsewhere.example`))).toMatch(
      /^HTTP\/1\.1 40/,
    )
  })

  it('hangs up on whoever was refused and does not, and talks on', async () => {
    const socket = connect({ port: Number(new URL(local.url).port), allowHalfOpen: true })
    const error = new Promise((resolve) => socket.once('error', resolve))
    socket.write(handshakeFor('/teapot'))
    const talking = setInterval(() => socket.write('x'.repeat(1_000)), 50)
    try {
      expect(await error).toMatchObject({ code: expect.stringMatching(/^(?:EPIPE|ECONNRESET)$/) })
    } finally {
      clearInterval(talking)
      socket.destroy()
    }
  })

  it('refuses what is not a handshake before it asks anybody', async () => {
    const status = await new Promise((resolve, reject) => {
      const request = httpRequest(`${local.url}/ws/x`, {
        headers: { connection: 'Upgrade', upgrade: 'websocket' },
      })
      request.on('response', (response) => resolve(response.statusCode)).on('error', reject)
      request.end()
    })
    expect(status).toBe(400)
  })
})
