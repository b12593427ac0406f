import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { silent } from '../../lib/local/log.ts'
import { type Local, startLocal } from '../../lib/local/runtime.ts'
import { type Opening, ServerSentEvents } from '../../lib/local/server-sent-events.ts'
import { writeFixture } from './fixture/fixture.ts'

const OPTIONS = {
  path: '/api/full-list',
  idField: 'id',
  typeField: 'type',
  filterFields: ['type', 'place'],
  since: (id: string) => (/^\d+$/.test(id) ? { after: id } : undefined),
}

const event = (id: string, detail: object = {}) => ({ 'detail-type': 'Happened', detail: { id, ...detail } })

/** Reads a stream until it is told to stop. */
async function listen(url: string, headers: Record<string, string> = {}) {
  const controller = new AbortController()
  const response = await fetch(url, {
    headers: { accept: 'text/event-stream', ...headers },
    signal: controller.signal,
  })
  const heard = { text: '', ended: false }
  void (async () => {
    try {
      const decoder = new TextDecoder()
      for await (const chunk of response.body ?? []) heard.text += decoder.decode(chunk, { stream: true })
    } catch {
      // The test's own abort.
    }
    heard.ended = true
  })()
  const ids = () => [...heard.text.matchAll(/^id: (.*)$/gm)].map(([, id]) => id)
  return { response, heard, ids, stop: () => controller.abort() }
}

describe('server-sent events', () => {
  const cleanup: (() => unknown)[] = []
  afterEach(() => {
    for (const step of cleanup.splice(0).reverse()) step()
  })

  async function start(opening: Opening = {}) {
    const events = new ServerSentEvents(OPTIONS)
    const server: Server = createServer((request, response) => events.open(request, response, opening))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    cleanup.push(() => {
      server.close()
      server.closeAllConnections()
      events.stop()
    })
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${OPTIONS.path}`
    return { events, url, server }
  }
  const connected = async (url: string, headers?: Record<string, string>) => {
    const client = await listen(url, headers)
    cleanup.push(client.stop)
    await expect.poll(() => client.heard.text).toContain('retry:')
    return client
  }

  it('tell what happens, each with its id, its type and its detail', async () => {
    const { events, url } = await start()
    const { response, heard } = await connected(url)
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/)
    events.publish(event('1', { text: 'over\ntwo lines' }))
    const wanted = 'id: 1\nevent: Happened\ndata: {"id":"1","text":"over\\ntwo lines"}\n\n'
    await expect.poll(() => heard.text).toContain(wanted)
  })

  it('begin with what a client missed, and with all there is where its last id is not known', async () => {
    const { events, url } = await start()
    for (let each = 1; each <= 1_005; each++) events.publish(event(String(each)))
    const again = await connected(url, { 'last-event-id': '1003' })
    await expect.poll(again.ids).toEqual(['1004', '1005'])
    const late = await connected(url, { 'last-event-id': 'forgotten' })
    await expect.poll(() => late.ids().length).toBe(1_000)
    const fresh = await connected(url)
    events.publish(event('new'))
    await expect.poll(fresh.ids).toEqual(['new'])
  })

  /** A list of so many events, told in pages; what was asked of it. */
  function listOf(count: number, meanwhile: (page: number) => void = () => {}) {
    const asked: string[] = []
    const readList = async (query: URLSearchParams) => {
      asked.push(String(query))
      const first = Number(query.get('cursor') ?? query.get('after'))
      const ids = Array.from({ length: 3 }, (_, each) => first + each).filter((id) => id <= count)
      meanwhile(asked.length)
      return {
        items: ids.map((id) => ({ id: String(id), type: 'Happened', place: 'here' })),
        cursor: first + 3 <= count ? String(first + 3) : undefined,
      }
    }
    return { asked, readList }
  }

  it('begin with what the list has since an event that is not remembered, and go on with what happens', async () => {
    const list = listOf(8, (page) => {
      for (const id of page === 2 ? ['8', '9'] : []) events.publish(event(id, { place: 'here' }))
    })
    const { events, url } = await start({ readList: list.readList })
    events.publish(event('7', { place: 'here' }))
    const client = await connected(`${url}?place=here`, { 'last-event-id': '2' })
    await expect.poll(client.ids).toEqual(['2', '3', '4', '5', '6', '7', '8', '9'])
    expect(client.heard.text).toContain('id: 3\nevent: Happened\ndata: {"id":"3"')
    expect(list.asked[0]).toBe('place=here&after=2&limit=200')
    expect(list.asked[1]).toBe('place=here&after=2&cursor=5&limit=200')
    events.publish(event('10', { place: 'there' }))
    events.publish(event('11', { place: 'here' }))
    await expect.poll(() => client.ids().at(-1)).toBe('11')
    expect(client.ids()).toHaveLength(9)
  })

  it('end where the list cannot be read, so that the client comes again', async () => {
    const { url } = await start({ readList: async () => undefined })
    const refused = await connected(url, { 'last-event-id': '2' })
    await expect.poll(() => refused.heard.ended).toBe(true)
    const failing = await start({ readList: () => Promise.reject(new Error('out of order')) })
    const client = await connected(failing.url, { 'last-event-id': '2' })
    await expect.poll(() => client.heard.ended).toBe(true)
  })

  it('are chosen by the fields of the query', async () => {
    const { events, url } = await start()
    const chosen = await connected(`${url}?place=here&limit=3&other=x`)
    events.publish(event('1', { place: 'here' }))
    events.publish(event('2', { place: 'there' }))
    events.publish(event('3'))
    events.publish(event('4', { place: 'here' }))
    await expect.poll(chosen.ids).toEqual(['1', '4'])
  })

  it('let a client go that does not read, and keep the others', async () => {
    const { events, url, server } = await start()
    const good = await connected(url)
    const deaf = connect(Number(new URL(url).port), '127.0.0.1')
    cleanup.push(() => deaf.destroy())
    deaf.on('error', () => {}).pause()
    deaf.write(`GET ${OPTIONS.path} HTTP/1.1\r\nhost: x\r\n\r\n`)
    const connections = () => promisify(server.getConnections.bind(server))()
    await expect.poll(connections).toBe(2)
    const filler = 'x'.repeat(1_000_000)
    for (let each = 1; each <= 20; each++) {
      events.publish(event(String(each), { filler }))
      await expect.poll(() => good.heard.text.length, { interval: 1 }).toBeGreaterThan(each * 1_000_000)
    }
    await expect.poll(connections).toBe(1)
    expect(good.ids()).toHaveLength(20)
  })

  it('end with the token, and with the server', async () => {
    const ending = await start({ endsAt: Date.now() + 300 })
    const { heard } = await connected(ending.url)
    await expect.poll(() => heard.ended).toBe(true)
    const { events, url } = await start()
    const client = await connected(url)
    events.stop()
    await expect.poll(() => client.heard.ended).toBe(true)
  })
})

describe('the events of the buses', () => {
  const fixture = writeFixture()
  let local: Local
  let token: string
  beforeAll(async () => {
    const events = { ...OPTIONS, path: '/api/things' }
    local = await startLocal({ cdkOut: fixture.cdkOut, dataDir: 'memory', events, log: silent })
    const { clientId, clientSecret } = local.credentials
    const response = await fetch(`${local.url}/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: clientSecret,
      }),
    })
    token = ((await response.json()) as { access_token: string }).access_token
  })
  afterAll(async () => {
    await local?.stop()
    fixture.remove()
  })

  const authorization = () => ({ authorization: `Bearer ${token}` })

  it('are for those alone whom the authorizer and the function let have the list', async () => {
    const stranger = await listen(`${local.url}/api/things`)
    expect(stranger.response.status).toBe(401)
    const refused = await listen(`${local.url}/api/throws`, authorization())
    expect(refused.response.status).toBe(500)
    const client = await listen(`${local.url}/api/things`, authorization())
    expect(client.response.headers.get('content-type')).toMatch(/^text\/event-stream/)
    client.stop()
  })

  it('leave the list itself as it is', async () => {
    const response = await fetch(`${local.url}/api/things`, { headers: authorization() })
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(await response.json()).toMatchObject({ rawPath: '/api/things' })
  })

  it('do not keep the runtime from ending', async () => {
    const client = await listen(`${local.url}/api/things`, authorization())
    await local.stop()
    await expect.poll(() => client.heard.ended).toBe(true)
  })
})
