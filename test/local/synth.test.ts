import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadAssembly } from '../../lib/local/assembly.ts'
import { inputsKey, synthesize } from '../../lib/local/synth.ts'

const project = fileURLToPath(new URL('../../', import.meta.url))

/** An app that writes a cloud assembly without CDK: what is tested is what surrounds it. */
const APP = `
import { mkdirSync, writeFileSync } from 'node:fs'
const out: string = process.env.CDK_OUTDIR ?? ''
const context = JSON.parse(process.env.CDK_CONTEXT_JSON ?? '{}')
if (context.fail) throw new Error('No such stack')
mkdirSync(out, { recursive: true })
const write = (name: string, content: unknown) => writeFileSync(out + '/' + name, JSON.stringify(content))
const properties = { templateFile: 'T.json' }
write('manifest.json', { artifacts: { T: { type: 'aws:cloudformation:stack', properties } } })
write('T.json', { Resources: { A: { Type: 'T', Properties: { context, run: process.hrtime.bigint().toString(),
  account: process.env.CDK_DEFAULT_ACCOUNT ?? null } } } })
`

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'busbar-synth-'))
  mkdirSync(join(root, 'bin'))
  mkdirSync(join(root, 'lib', 'local'), { recursive: true })
  mkdirSync(join(root, 'functions'))
  symlinkSync(join(project, 'node_modules'), join(root, 'node_modules'))
  write('package.json', '{"type":"module"}')
  write('package-lock.json', '{}')
  write('bin/csms.ts', APP)
  write('cdk.json', '{"context":{"flag":true}}')
  write('lib/a.ts', 'a')
  write('lib/local/b.ts', 'b')
})
afterEach(() => rmSync(root, { recursive: true }))

const write = (name: string, content: string) => writeFileSync(join(root, name), content)
const lines: string[] = []
const synth = async () => {
  const cdkOut = await synthesize({ root, log: (line) => lines.push(line) })
  return loadAssembly(cdkOut).template.Resources.A?.Properties
}

describe('the key of the inputs', () => {
  it.each([
    ['a changed source', 'lib/a.ts', true],
    ['a new function', 'functions/new.ts', true],
    ['changed context', 'cdk.json', true],
    ['changed dependencies', 'package-lock.json', true],
    ['the local runtime', 'lib/local/b.ts', false],
    ['a test', 'a.test.ts', false],
  ])('with %s: %s differs, %s', (_, file, differs) => {
    const before = inputsKey(root)
    expect(inputsKey(root)).toBe(before)
    write(file, 'changed')
    expect(inputsKey(root) !== before).toBe(differs)
  })

  it('tells a moved file from an unmoved one', () => {
    const before = inputsKey(root)
    cpSync(join(root, 'lib/a.ts'), join(root, 'lib/c.ts'))
    rmSync(join(root, 'lib/a.ts'))
    expect(inputsKey(root)).not.toBe(before)
  })
})

describe('a synthesis', () => {
  it('gets the context of cdk.json, and nothing of the account that the shell is logged in to', async () => {
    process.env.CDK_DEFAULT_ACCOUNT = '123'
    try {
      expect(await synth()).toMatchObject({ context: { flag: true }, account: null })
    } finally {
      delete process.env.CDK_DEFAULT_ACCOUNT
    }
  })

  it('is made once for the same inputs, and again for others', async () => {
    const first = await synth()
    expect(await synth()).toEqual(first)
    write('lib/a.ts', 'changed')
    expect(await synth()).not.toEqual(first)
  })

  it('is made again after somebody else has written there', async () => {
    await synth()
    const file = join(root, 'cdk.out', 'T.json')
    writeFileSync(file, readFileSync(file, 'utf8').replace('"flag":true', '"flag":"deployed"'))
    expect(await synth()).toMatchObject({ context: { flag: true } })
  })

  it('shows why it failed, and leaves nothing that could pass for a result', async () => {
    await synth()
    write('cdk.json', '{"context":{"fail":true}}')
    await expect(synth()).rejects.toThrow(/could not be synthesized:[\s\S]*No such stack/)
    await expect(synth()).rejects.toThrow(/No such stack/)
  })
})
