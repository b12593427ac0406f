import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { silent } from '../../lib/local/log.ts'
import { startLocal } from '../../lib/local/runtime.ts'
import { Client } from './fixture/client.ts'
import { writeFixture } from './fixture/fixture.ts'

describe('a local runtime', () => {
  const { cdkOut, remove } = writeFixture()
  const dataDir = mkdtempSync(join(tmpdir(), 'busbar-runtime-'))
  afterAll(() => {
    remove()
    rmSync(dataDir, { recursive: true })
  })
  const start = (port = 0) => startLocal({ cdkOut, dataDir, port, log: silent })

  it('ends every connection with 1001, lets $disconnect run, and keeps what it stored', async () => {
    const first = await start()
    const client = await Client.open(`${first.wsUrl}/ws/last`)
    const event = await client.ask<{ requestContext: { connectionId: string } }>('event')
    await expect(start()).rejects.toThrow(/in use by process/)
    await first.stop()
    expect((await client.closed).code).toBe(1001)
    expect(existsSync(join(dataDir, 'store.pid'))).toBe(false)

    const second = await start()
    expect(second.credentials).toEqual(first.credentials)
    expect(second.keysOf('Message')).toEqual(first.keysOf('Message'))
    const later = await Client.open(`${second.wsUrl}/ws/later`)
    const { connectionId } = event.requestContext
    expect(await later.ask('recall', `disconnect ${connectionId}`)).toMatchObject({
      requestContext: { disconnectStatusCode: 1001, authorizer: { cp: 'last' } },
    })
    await second.stop()
  })

  it('says that its port is taken, and leaves nothing behind', async () => {
    const first = await startLocal({ cdkOut, dataDir: 'memory', log: silent })
    const port = Number(new URL(first.url).port)
    await expect(start(port)).rejects.toThrow(`Port ${port} is in use`)
    await first.stop()
    await (await start()).stop()
  })

  it('gives its functions their own environment and nothing of this process', async () => {
    process.env.SECRET_OF_THIS_MACHINE = 'x'
    const local = await startLocal({ cdkOut, dataDir: 'memory', log: silent })
    const client = await Client.open(`${local.wsUrl}/ws/env`)
    const environment = await client.ask<Record<string, string>>('environment')
    await local.stop()
    delete process.env.SECRET_OF_THIS_MACHINE
    expect(environment).toMatchObject({
      TABLE: 'Fixture-Table',
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'Message',
      AWS_LAMBDA_FUNCTION_NAME: 'Fixture-Message',
      CALLBACK_URL: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/_apis\/\w{10}\/prod$/),
      QUEUE_URL: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/000000000000\/Fixture-Queue$/),
    })
    for (const foreign of ['SECRET_OF_THIS_MACHINE', 'PATH', 'HOME'])
      expect(environment).not.toHaveProperty(foreign)
  })
})
