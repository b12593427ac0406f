import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Busbar, startBusbar } from '../support/e2e.ts'
import { ended, freePort } from '../support/process.ts'

const ROOT = new URL('../..', import.meta.url).pathname
/** `IMPORT_ROWS=10000` takes the most that an import may have. */
const ROWS = Number(process.env.IMPORT_ROWS ?? 300)

describe('many id tags', () => {
  const log: string[] = []
  let busbar: Busbar
  beforeAll(async () => {
    busbar = await startBusbar(undefined, (line) => log.push(line))
  })
  afterAll(() => busbar?.stop())

  it('are imported from CSV in a bounded time, and change nothing the second time', async () => {
    const rows = Array.from({ length: ROWS }, (_, index) => `T${index},number ${index},${index % 2 === 0}`)
    const text = ['idTag,note,blocked', ...rows].join('\n')
    const took: number[] = []
    for (const expected of ['created', 'unchanged']) {
      const from = Date.now()
      const started = await send(busbar, 'kind=id-tags', text)
      const ended = await ending(busbar, started.importId)
      took.push(Date.now() - from)
      expect(ended.items).toEqual([])
      expect(ended.counts).toMatchObject({ rows: ROWS, [expected]: ROWS, failed: 0, waiting: 0 })
    }
    const [first = 0, second = 0] = took
    console.log(`${ROWS} rows: ${(first / 1000).toFixed(1)} s, again: ${(second / 1000).toFixed(1)} s`)
    expect(first).toBeLessThan(240_000)
    expect((await busbar.api('GET', `/id-tags/T${ROWS - 1}`)).body).toMatchObject({
      note: `number ${ROWS - 1}`,
    })
    expect(log.filter((line) => /AccessDenied|not authorized|with 403/.test(line))).toEqual([])
  }, 400_000)

  it('are exported as CSV in one answer', async () => {
    const { status, headers, text } = await read(busbar, '/id-tags')
    expect(status).toBe(200)
    expect(headers.has('link')).toBe(false)
    expect(text.trimEnd().split('\r\n')).toHaveLength(ROWS + 1)
  })
})

async function send({ local }: Busbar, query: string, text: string) {
  const response = await fetch(`${local.url}/api/imports?${query}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await token(local.url, local.credentials)}`,
      'content-type': 'text/csv',
    },
    body: text,
  })
  expect(response.status).toBe(202)
  return (await response.json()) as { importId: string }
}

async function read({ local }: Busbar, path: string) {
  const authorization = `Bearer ${await token(local.url, local.credentials)}`
  const response = await fetch(`${local.url}/api${path}`, { headers: { authorization, accept: 'text/csv' } })
  return { status: response.status, headers: response.headers, text: await response.text() }
}

async function ending({ api }: Busbar, importId: string) {
  for (;;) {
    const { status, body } = await api('GET', `/imports/${importId}`, undefined, { prefer: 'wait=20' })
    expect(status).toBe(200)
    if (body.endedAt) return body
  }
}

describe('npm start, killed in the middle of an import', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'busbar-import-'))
  const client = { clientId: 'test', clientSecret: 'a-secret-for-the-test' }
  let running: ChildProcess | undefined
  afterAll(async () => {
    if (running) await ended(running, 'SIGTERM')
    rmSync(dataDir, { recursive: true, force: true })
  })

  async function start(port: number): Promise<string> {
    const own = { BUSBAR_CLIENT_ID: client.clientId, BUSBAR_CLIENT_SECRET: client.clientSecret }
    const child = spawn(process.execPath, ['--import', 'tsx', 'bin/local.ts'], {
      cwd: ROOT,
      env: { ...process.env, ...own, PORT: String(port), BUSBAR_DATA: dataDir },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    running = child
    await new Promise<void>((resolve, reject) => {
      child.stdout?.on('data', (data) => String(data).includes('Busbar runs') && resolve())
      child.on('exit', (code) => reject(new Error(`npm start ended with ${code}`)))
    })
    return `http://localhost:${port}`
  }

  it('goes on with it, registers each charge point once, and leaves no password readable', async () => {
    const port = await freePort()
    let url = await start(port)
    const ask = async (method: string, path: string, body?: object, more: Record<string, string> = {}) => {
      const authorization = `Bearer ${await token(url, client)}`
      const headers = { authorization, 'content-type': 'application/json', ...more }
      const response = await fetch(`${url}/api${path}`, {
        method,
        headers,
        ...(body ? { body: JSON.stringify(body) } : {}),
      })
      return (await response.json()) as any
    }
    const rows = Array.from({ length: 300 }, (_, index) => ({
      chargePointId: `K${index}`,
      password: `unreadable-${index}`,
    }))
    const { importId } = await ask('POST', '/imports', { kind: 'charge-points', rows })
    let counts = { created: 0, waiting: 0 }
    while (counts.created === 0) counts = (await ask('GET', `/imports/${importId}`)).counts
    expect(counts.waiting).toBeGreaterThan(0)
    await ended(running as ChildProcess, 'SIGKILL')
    expect(folderBytes(dataDir)).not.toContain('unreadable-')
    url = await start(port)
    const finished = async (id: string) => {
      for (;;) {
        const state = await ask('GET', `/imports/${id}`, undefined, { prefer: 'wait=20' })
        if (state.endedAt) return state
      }
    }
    expect(await finished(importId)).toMatchObject({
      status: 'Ended',
      counts: { created: 300, failed: 0 },
      items: [],
    })
    const again = await ask('POST', '/imports', { kind: 'charge-points', rows: rows.slice(0, 100) })
    expect((await finished(again.importId)).counts).toMatchObject({ unchanged: 100 })
    expect(folderBytes(dataDir)).not.toContain('unreadable-')
  }, 300_000)
})

/** Everything that lies in the data folder: the store, the queues and what they have written ahead. */
function folderBytes(dataDir: string): string {
  const names = readdirSync(dataDir, { recursive: true, withFileTypes: true })
  return names
    .filter((entry) => entry.isFile())
    .map((entry) => bytesOf(join(entry.parentPath, entry.name)))
    .join('\n')
}

/** The store tidies up after itself a moment after what it ran in was killed. */
function bytesOf(file: string): string {
  try {
    return readFileSync(file).toString('latin1')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}

async function token(url: string, { clientId, clientSecret }: { clientId: string; clientSecret: string }) {
  const response = await fetch(`${url}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
    }),
  })
  return ((await response.json()) as { access_token: string }).access_token
}
