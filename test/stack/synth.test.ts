import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'

const ROOT = new URL('../..', import.meta.url).pathname

describe('npm run synth', { timeout: 300_000 }, () => {
  const output = mkdtempSync(join(tmpdir(), 'busbar-synth-'))
  afterAll(() => rmSync(output, { recursive: true }))

  /** Without the template's own validation, which the quality gates make. */
  function synth(...given: string[]) {
    const args = ['--import', 'tsx', 'bin/synth.ts', '-o', output, ...given]
    const env = { ...process.env, CDK_VALIDATION: 'false', NODE_NO_WARNINGS: '1' }
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, env, encoding: 'utf8' })
    return { status, stdout, stderr: stderr.replace(/^The console is not built.*\n/, '') }
  }

  it('writes the template with the settings of the command line, without a warning', () => {
    const given = ['-c', 'heartbeatInterval=241', '--context', 'stackName=Second']
    expect(synth(...given)).toEqual({ status: 0, stdout: '', stderr: '' })
    const template = readFileSync(join(output, 'Second.template.json'), 'utf8')
    expect(template).toContain('"HEARTBEAT_INTERVAL": "241"')
    expect(template).toContain('"aws:cdk:path": "Second/Csms/Message/Resource"')
  })

  it.each([
    ['-c heartbeatInterval=5', 'heartbeatInterval is 5; it must be a whole number from 10 to 540 seconds\n'],
    ['-c heartbeatInterval', '"heartbeatInterval" is no setting=value\n'],
  ])('refuses %s in one line, and writes nothing', (given, stderr) => {
    expect(synth(...given.split(' '))).toEqual({ status: 1, stdout: '', stderr })
    expect(existsSync(join(output, 'Busbar.template.json'))).toBe(false)
  })
})
