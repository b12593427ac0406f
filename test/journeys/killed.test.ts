import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { ended, freePort } from '../support/process.ts'

const ROOT = new URL('../..', import.meta.url).pathname
const CLIENT = { BUSBAR_CLIENT_ID: 'test', BUSBAR_CLIENT_SECRET: 'a-secret-for-the-test' }

describe('npm start, killed under load', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'busbar-'))
  let running: ChildProcess | undefined
  afterAll(async () => {
    if (running) await ended(running, 'SIGTERM')
    rmSync(dataDir, { recursive: true, force: true })
  })

  async function start(port: number): Promise<string> {
    const env = { ...process.env, ...CLIENT, PORT: String(port), BUSBAR_DATA: dataDir }
    running = spawn(process.execPath, ['--import', 'tsx', 'bin/local.ts'], {
      cwd: ROOT,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const child = running
    await new Promise<void>((resolve, reject) => {
      child.stdout?.on('data', (data) => String(data).includes('Busbar runs') && resolve())
      child.on('exit', (code) => reject(new Error(`npm start ended with ${code}`)))
    })
    return `localhost:${port}`
  }

  it('comes back with everything it has answered', async () => {
    const port = await freePort()
    const host = await start(port)
    await post(host, '/charge-points', { chargePointId: 'CP1' })
    const answered = new Set<number>()
    await load(host, answered)
    expect(answered.size).toBeGreaterThan(20)
    await start(port)
    const kept = new Set<number>()
    let cursor = ''
    do {
      const page = await get(host, `/transactions?limit=200${cursor}`)
      for (const { transactionId } of page.items) kept.add(transactionId)
      cursor = page.cursor ? `&cursor=${page.cursor}` : ''
    } while (cursor)
    expect([...answered].filter((transactionId) => !kept.has(transactionId))).toEqual([])
  }, 120_000)

  it.each(['SIGKILL', 'SIGTERM'] as const)(
    'and npm itself, by its id, with %s: the next one can start at once',
    async (signal) => {
      if (running) await ended(running, 'SIGTERM')
      const port = await freePort()
      const env = { ...process.env, ...CLIENT, PORT: String(port), BUSBAR_DATA: dataDir }
      const npm = spawn('npm', ['start'], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'ignore'] })
      await new Promise<void>((resolve) =>
        npm.stdout.on('data', (data) => String(data).includes('Busbar runs') && resolve()),
      )
      await ended(npm, signal)
      const host = await start(port)
      expect((await get(host, '/charge-points')).items).toBeInstanceOf(Array)
    },
    60_000,
  )

  /** Starts transactions over one socket, many at once, until the process is killed in the middle of it. */
  async function load(host: string, answered: Set<number>): Promise<void> {
    const socket = new WebSocket(`ws://${host}/ocpp/CP1`, ['ocpp1.6'])
    await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject))
    let sent = 0
    const send = () => {
      const payload = {
        connectorId: 1,
        idTag: 'Anyone',
        meterStart: ++sent,
        timestamp: '2026-03-01T08:00:00Z',
      }
      socket.send(JSON.stringify([2, String(sent), 'StartTransaction', payload]), () => {})
    }
    socket.on('message', (data) => {
      const [type, , body] = JSON.parse(String(data))
      if (type === 3) answered.add(body.transactionId)
      send()
    })
    socket.on('error', () => {})
    for (let ahead = 0; ahead < 10; ahead++) send()
    while (answered.size < 100) await new Promise((resolve) => setTimeout(resolve, 20))
    await ended(running as ChildProcess, 'SIGKILL')
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
})

async function token(host: string): Promise<string> {
  const { BUSBAR_CLIENT_ID, BUSBAR_CLIENT_SECRET } = CLIENT
  const response = await fetch(`http://${host}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: BUSBAR_CLIENT_ID,
      client_secret: BUSBAR_CLIENT_SECRET,
    }),
  })
  return ((await response.json()) as { access_token: string }).access_token
}

async function post(host: string, path: string, body: object): Promise<void> {
  const headers = { authorization: `Bearer ${await token(host)}`, 'content-type': 'application/json' }
  const response = await fetch(`http://${host}/api${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  })
  expect(response.status).toBe(201)
}

async function get(host: string, path: string): Promise<any> {
  const response = await fetch(`http://${host}/api${path}`, {
    headers: { authorization: `Bearer ${await token(host)}` },
  })
  expect(response.status).toBe(200)
  return response.json()
}
