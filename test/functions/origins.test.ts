import { createServer, type Server } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createOrigins } from '../../functions/origins.ts'

/** Secrets Manager as far as it matters: secrets by their ids, and how often each was asked for. */
const secrets: Record<string, object> = {}
const texts: Record<string, string> = {}
const asked: string[] = []
let server: Server
const environment = { ...process.env }

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      const { SecretId } = JSON.parse(body)
      asked.push(SecretId)
      const SecretString = texts[SecretId] ?? JSON.stringify(secrets[SecretId])
      response
        .writeHead(SecretString === undefined ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' })
        .end(
          JSON.stringify(
            SecretString === undefined ? { __type: 'ResourceNotFoundException' } : { SecretString },
          ),
        )
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${port}`,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  })
})
afterAll(() => {
  process.env = environment
  server.closeAllConnections()
  server.close()
})

describe('the secrets of the edge', () => {
  it('tell by which distribution a handshake came', async () => {
    Object.assign(secrets, { one: { current: 'a' }, two: { current: 'b' } })
    const originOf = createOrigins({ open: 'one', certificates: 'two' })
    expect(await Promise.all(['a', 'b', 'c', '', undefined, 'aa'].map(originOf))).toEqual([
      'open',
      'certificates',
      undefined,
      undefined,
      undefined,
      undefined,
    ])
  })

  it('are valid with the value before, while that is there', async () => {
    secrets.three = { current: 'new', previous: 'old' }
    const originOf = createOrigins({ open: 'three' })
    expect([await originOf('new'), await originOf('old'), await originOf('older')]).toEqual([
      'open',
      'open',
      undefined,
    ])
  })

  it('are read anew when something does not match, and no more often than once a minute', async () => {
    secrets.four = { current: 'first' }
    let now = 0
    const originOf = createOrigins({ open: 'four' }, () => now)
    const reads = () => asked.filter((each) => each === 'four').length
    expect([await originOf('first'), reads()]).toEqual(['open', 1])
    secrets.four = { current: 'second', previous: 'first' }
    now = 59_000
    expect([await originOf('second'), reads()]).toEqual([undefined, 1])
    now = 60_000
    expect([await originOf('second'), reads()]).toEqual(['open', 2])
    for (const guess of ['x', 'y', 'z']) expect(await originOf(guess)).toBeUndefined()
    expect([await originOf('first'), reads()]).toEqual(['open', 2])
  })

  it('are good as they were read while Secrets Manager is out of reach, whoever guesses meanwhile', async () => {
    secrets.six = { current: 'mine' }
    let now = 0
    const originOf = createOrigins({ open: 'six' }, () => now)
    expect(await originOf('mine')).toBe('open')
    delete secrets.six
    now = 60_000
    await expect(originOf('guessed')).rejects.toThrow()
    expect([await originOf('mine'), await originOf('guessed')]).toEqual(['open', undefined])
    secrets.six = { current: 'theirs', previous: 'mine' }
    now = 120_000
    expect(await originOf('theirs')).toBe('open')
  })

  it.each([
    ['no JSON', 'a-secret-typed-in'],
    ['no object', 'null'],
    ['no text as current', '{"current":["a-secret-typed-in"]}'],
    ['an empty current', '{"current":"","previous":null}'],
  ])(
    'that hold %s are an error that tells which one, and nothing of it; mended, they are taken',
    async (_, text) => {
      texts.seven = text
      const originOf = createOrigins({ open: 'seven' })
      for (const presented of ['null', 'undefined', 'a-secret-typed-in']) {
        const error = await originOf(presented).catch((error: unknown) => String(error))
        expect(error).toBe('Error: the secret seven is not {"current": text, "previous"?: text}')
      }
      expect(await originOf('')).toBeUndefined()
      texts.seven = '{"current":"mended"}'
      expect(await originOf('mended')).toBe('open')
    },
  )

  it('are read once by handshakes that come together', async () => {
    secrets.eight = { current: 'a' }
    const originOf = createOrigins({ open: 'eight' })
    expect(await Promise.all(['a', 'a', 'b'].map(originOf))).toEqual(['open', 'open', undefined])
    expect(asked.filter((each) => each === 'eight')).toHaveLength(1)
  })
})
