import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createSecret } from '../../functions/secrets.ts'

describe('a secret that a function reads', () => {
  let asked = 0
  let failing = true
  const server = createServer((request, response) => {
    asked += 1
    const id = request.headers['x-amz-target']
    response.writeHead(failing ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' })
    const failure = { __type: 'ResourceNotFoundException', message: 'There is none' }
    response.end(JSON.stringify(failing ? failure : { SecretString: `the value by ${id}` }))
  })
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', `http://127.0.0.1:${port}`)
    vi.stubEnv('AWS_REGION', 'us-east-1')
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'x')
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'x')
  })
  afterAll(() => {
    vi.unstubAllEnvs()
    server.closeAllConnections()
    server.close()
  })

  it('is fetched when it is needed, once, and again after a failure', async () => {
    const secret = createSecret('arn')
    expect(asked).toBe(0)
    await expect(secret()).rejects.toThrow('There is none')
    failing = false
    const values = await Promise.all([secret(), secret(), secret()])
    expect(new Set(values)).toEqual(new Set(['the value by secretsmanager.GetSecretValue']))
    expect(await secret()).toBe(values[0])
    expect(asked).toBe(2)
  })
})
