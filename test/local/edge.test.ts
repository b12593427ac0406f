import { request as httpRequest } from 'node:http'
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
