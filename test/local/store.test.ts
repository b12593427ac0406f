import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { loadCallerKeys } from '../../lib/local/caller-keys.ts'
import { loadCredentials } from '../../lib/local/credentials.ts'
import { DataFolder } from '../../lib/local/data-folder.ts'
import { dynamoDb } from '../../lib/local/dynamodb-client.ts'
import { type Engine, startEngine } from '../../lib/local/dynoxide.ts'
import { silent } from '../../lib/local/log.ts'
import { isAlive } from '../../lib/local/process-info.ts'
import { createTables } from '../../lib/local/table.ts'
import { Stack } from '../../lib/local/template.ts'
import { template } from './fixture/fixture.ts'

const cleanup: (() => unknown)[] = []
afterEach(async () => {
  for (const step of cleanup.splice(0).reverse()) await step()
})

const newFolder = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'busbar-store-'))
  cleanup.push(() => rmSync(path, { recursive: true, force: true }))
  return path
}
const filesIn = (folder: string) => ({ database: join(folder, 'store.db'), pid: join(folder, 'store.pid') })
const start = async (folder?: string, log = silent): Promise<Engine> => {
  const engine = await startEngine({ log, ...(folder ? { files: filesIn(folder) } : {}) }, '')
  cleanup.push(() => engine.stop())
  return engine
}
const stackOf = (properties: Record<string, unknown>): Stack => {
  const Table = { Type: 'AWS::DynamoDB::GlobalTable', Properties: { TableName: 'things', ...properties } }
  return new Stack({ stackName: 'Test', template: { Resources: { Table } }, assets: new Map() })
}
const text = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' })
const hash = (AttributeName: string) => [{ AttributeName, KeyType: 'HASH' }]
const index = (name: string) => ({
  IndexName: `by-${name}`,
  KeySchema: hash(name),
  Projection: { ProjectionType: 'ALL' },
})
const plain = { AttributeDefinitions: [text('pk')], KeySchema: hash('pk') }

describe('the data folder', () => {
  it('belongs to one process at a time', () => {
    const path = newFolder()
    const folder = new DataFolder(path)
    expect(() => new DataFolder(path)).toThrow(`in use by process ${process.pid}`)
    folder.release()
    new DataFolder(path).release()
  })

  it('is free when its owner is dead, or its number has passed to another process', async () => {
    const path = newFolder()
    const dead: ChildProcess = spawn(process.execPath, ['-e', ''])
    await new Promise((resolve) => dead.once('exit', resolve))
    writeFileSync(join(path, 'lock'), JSON.stringify({ pid: dead.pid }))
    new DataFolder(path).release()
    writeFileSync(join(path, 'lock'), JSON.stringify({ pid: process.pid, started: '1' }))
    new DataFolder(path).release()
    writeFileSync(join(path, 'lock'), '')
    new DataFolder(path).release()
  })

  it('says so when it cannot be made', () => {
    const file = join(newFolder(), 'file')
    writeFileSync(file, '')
    expect(() => new DataFolder(join(file, 'under'))).toThrow(/Cannot use the data folder/)
  })
})

describe('credentials', () => {
  it('are made once, kept for their owner alone, and given way to the environment', () => {
    const file = join(newFolder(), 'credentials.json')
    const made = loadCredentials(file, {})
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(loadCredentials(file, {})).toEqual(made)
    const given = loadCredentials(file, { BUSBAR_CLIENT_ID: 'me', BUSBAR_CLIENT_SECRET: 'mine' })
    expect(given).toEqual({ ...made, clientId: 'me', clientSecret: 'mine' })
    expect(readFileSync(file, 'utf8')).not.toContain('mine')
    expect(() => loadCredentials(file, { BUSBAR_CLIENT_ID: 'me' })).toThrow(/set both/)
    writeFileSync(file, '{}')
    expect(() => loadCredentials(file, {})).toThrow(/not complete/)
  })
})

describe('the keys of callers', () => {
  it('are made once, kept for their owner alone, and none says anything of another', () => {
    const file = join(newFolder(), 'caller-key.json')
    const keysOf = loadCallerKeys(file)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const all = ['A', 'B'].flatMap((id) => Object.values(keysOf(id)))
    expect(new Set(all).size).toBe(4)
    for (const one of all) expect(readFileSync(file, 'utf8')).not.toContain(one)
    expect(loadCallerKeys(file)('A')).toEqual(keysOf('A'))
    expect(loadCallerKeys(undefined)('A')).not.toEqual(loadCallerKeys(undefined)('A'))
    writeFileSync(file, '{}')
    expect(() => loadCallerKeys(file)).toThrow(/not a key/)
  })
})

describe('the tables', () => {
  it('are created with their indexes, and found again', async () => {
    const engine = await start()
    const stack = new Stack({ stackName: 'Test', template, assets: new Map() })
    expect(await createTables(stack, engine.url, silent)).toEqual(['Test-Table'])
    expect(await createTables(stack, engine.url, silent)).toEqual(['Test-Table'])
    const { Table } = (await dynamoDb(engine.url, 'DescribeTable', { TableName: 'Test-Table' })) as any
    expect(Table.GlobalSecondaryIndexes.map((each: any) => each.IndexName)).toEqual(['byKind'])
    const { TimeToLiveDescription } = (await dynamoDb(engine.url, 'DescribeTimeToLive', {
      TableName: 'Test-Table',
    })) as any
    expect(TimeToLiveDescription.TimeToLiveStatus).toBe('ENABLED')
  })

  it('are given an index that they lack, with what they hold in it', async () => {
    const engine = await start()
    await createTables(stackOf(plain), engine.url, silent)
    await dynamoDb(engine.url, 'PutItem', { TableName: 'things', Item: { pk: { S: '1' }, a: { S: 'x' } } })
    const AttributeDefinitions = ['pk', 'a', 'b'].map(text)
    const wanted = { ...plain, AttributeDefinitions, GlobalSecondaryIndexes: [index('a'), index('b')] }
    await createTables(stackOf(wanted), engine.url, silent)
    const found = await dynamoDb(engine.url, 'Query', {
      TableName: 'things',
      IndexName: 'by-a',
      KeyConditionExpression: 'a = :a',
      ExpressionAttributeValues: { ':a': { S: 'x' } },
    })
    expect(found.Count).toBe(1)
  })

  it('are refused where keys differ', async () => {
    const engine = await start()
    await createTables(stackOf(plain), engine.url, silent)
    const other = stackOf({ AttributeDefinitions: [text('id')], KeySchema: hash('id') })
    await expect(createTables(other, engine.url, silent)).rejects.toThrow(/another version: its keys/)
  })
})

describe('the engine', () => {
  const put = (engine: Engine) =>
    dynamoDb(engine.url, 'PutItem', { TableName: 'things', Item: { pk: { S: 'kept' } } })
  const get = (engine: Engine) =>
    dynamoDb(engine.url, 'GetItem', { TableName: 'things', Key: { pk: { S: 'kept' } } })
  const pidIn = (folder: string) => Number(readFileSync(filesIn(folder).pid, 'utf8'))

  it('keeps its data and leaves no process behind', async () => {
    const folder = newFolder()
    const first = await start(folder)
    await createTables(stackOf(plain), first.url, silent)
    await put(first)
    const pid = pidIn(folder)
    await first.stop()
    expect([isAlive(pid), existsSync(filesIn(folder).pid)]).toEqual([false, false])
    expect(await get(await start(folder))).toHaveProperty('Item')
  })

  it('ends an orphan on the same file before it starts, and no other process', async () => {
    const folder = newFolder()
    const orphan = await start(folder)
    await createTables(stackOf(plain), orphan.url, silent)
    await put(orphan)
    const pid = pidIn(folder)
    const second = await start(folder)
    expect(isAlive(pid)).toBe(false)
    expect(await get(second)).toHaveProperty('Item')
    await second.stop()
    const stranger = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'])
    cleanup.push(() => stranger.kill())
    writeFileSync(filesIn(folder).pid, String(stranger.pid))
    await start(folder)
    expect(isAlive(stranger.pid ?? 0)).toBe(true)
  })

  it('is started again when it dies, with its data', async () => {
    const folder = newFolder()
    const engine = await start(folder)
    await createTables(stackOf(plain), engine.url, silent)
    await put(engine)
    const pid = pidIn(folder)
    process.kill(pid, 'SIGKILL')
    await expect
      .poll(() => pidIn(folder) !== pid && get(engine).catch(() => undefined))
      .toHaveProperty('Item')
  })

  it('does not outlive the process that started it, even if that is killed', async () => {
    const folder = newFolder()
    const script = `
      import { startEngine } from '${new URL('../../lib/local/dynoxide.ts', import.meta.url).href}'
      await startEngine({ log() {}, files: ${JSON.stringify(filesIn(folder))} }, '')
      console.log('started')
      setInterval(() => {}, 1000)`
    const owner = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      cwd: fileURLToPath(new URL('../../', import.meta.url)),
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    cleanup.push(() => owner.kill('SIGKILL'))
    await new Promise((resolve) => owner.stdout.once('data', resolve))
    const pid = pidIn(folder)
    expect(isAlive(pid)).toBe(true)
    owner.kill('SIGKILL')
    await expect.poll(() => isAlive(pid)).toBe(false)
  })

  it('may be one that runs already', async () => {
    const engine = await start()
    const given = await startEngine({ log: silent }, engine.url.href)
    expect(given.url.href).toBe(engine.url.href)
    await expect(startEngine({ log: silent }, 'nonsense')).rejects.toThrow(/must be an http:\/\/ address/)
  })
})
