import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CHECKS } from '../../lib/doctor/checks/index.ts'
import { type Busbar, startBusbar } from '../support/e2e.ts'

describe('npm run doctor', () => {
  let busbar: Busbar
  beforeAll(async () => {
    busbar = await startBusbar()
  })
  afterAll(() => busbar.stop())

  function doctor(...args: string[]) {
    const { clientId, clientSecret } = busbar.local.credentials
    const child = spawn(process.execPath, ['--import', 'tsx', 'bin/doctor.ts', ...args], {
      env: { ...process.env, BUSBAR_CLIENT_ID: clientId, BUSBAR_CLIENT_SECRET: clientSecret },
    })
    const said = { out: '', err: '' }
    child.stdout.on('data', (data: Buffer) => {
      said.out += data.toString()
    })
    child.stderr.on('data', (data: Buffer) => {
      said.err += data.toString()
    })
    return { child, said }
  }

  const exitOf = async (child: ChildProcess): Promise<number> => (await once(child, 'close'))[0]

  const ownChargePoints = async () => (await busbar.api('GET', '/charge-points')).body.items

  it('passes here, and leaves nothing behind', { timeout: 240_000 }, async () => {
    const { child, said } = doctor(busbar.local.url, '--json')
    expect(await exitOf(child), said.err).toBe(0)
    const { checks, summary } = JSON.parse(said.out)
    expect(summary).toMatchObject({ failed: 0, fallback: 0 })
    const expected = CHECKS.filter(({ slow }) => !slow).map(({ name }) => name)
    expect(checks.map(({ name }: { name: string }) => name)).toEqual(expected)
    expect(summary.passed).toBeGreaterThanOrEqual(expected.length - 3)
    expect(await ownChargePoints()).toEqual([])
  })

  it('cleans up after Ctrl-C, too', { timeout: 180_000 }, async () => {
    const { child, said } = doctor(busbar.local.url)
    await expect.poll(() => said.err, { timeout: 100_000 }).toContain('double-slash')
    expect(await ownChargePoints()).not.toEqual([])
    child.kill('SIGINT')
    expect(await exitOf(child)).toBe(130)
    expect(await ownChargePoints()).toEqual([])
  })

  it('lists every check in its help', async () => {
    const { child, said } = doctor('--help')
    expect(await exitOf(child)).toBe(0)
    for (const { name } of CHECKS) expect(said.out).toContain(name)
  })
})
