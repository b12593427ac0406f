import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { afterEach, describe, expect, it } from 'vitest'
import type { Resource } from '../../lib/local/assembly.ts'
import { AwsEndpoint, type AwsServices } from '../../lib/local/aws-endpoint.ts'
import { Iam } from '../../lib/local/iam.ts'
import { silent } from '../../lib/local/log.ts'
import { Secrets } from '../../lib/local/secrets.ts'
import { stackOf } from './fixture/streamed.ts'

const cleanup: (() => unknown)[] = []
afterEach(async () => {
  for (const step of cleanup.splice(0).reverse()) await step()
})

const PASSWORD = { PasswordLength: 64, ExcludePunctuation: true }

const role = (id: string): Resource => ({ Type: 'AWS::IAM::Role', Properties: { RoleName: id } })
const reader = (id: string): Resource => ({
  Type: 'AWS::Lambda::Function',
  Properties: { Role: { 'Fn::GetAtt': [id, 'Arn'] } },
})

/** A function that may read one of two secrets, and one that may read none. */
function template(GenerateSecretString: unknown = PASSWORD) {
  const Statement = [{ Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: { Ref: 'Key' } }]
  return {
    Resources: {
      Key: { Type: 'AWS::SecretsManager::Secret', Properties: { GenerateSecretString } },
      Other: { Type: 'AWS::SecretsManager::Secret', Properties: { GenerateSecretString: {} } },
      ReaderRole: role('ReaderRole'),
      Reader: reader('ReaderRole'),
      StrangerRole: role('StrangerRole'),
      Stranger: reader('StrangerRole'),
      Policy: {
        Type: 'AWS::IAM::Policy',
        Properties: { Roles: [{ Ref: 'ReaderRole' }], PolicyDocument: { Statement } },
      },
    },
  }
}

function newFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'busbar-secrets-'))
  cleanup.push(() => rmSync(folder, { recursive: true }))
  return join(folder, 'secrets.json')
}

/** The template's secrets behind their endpoint, asked by the SDK. */
async function start(file?: string, properties?: unknown) {
  const stack = stackOf(template(properties))
  const endpoint = new AwsEndpoint(silent)
  await endpoint.listen()
  cleanup.push(() => endpoint.stop())
  endpoint.serve({
    iam: new Iam(stack, silent),
    secrets: new Secrets(stack, file),
  } as unknown as AwsServices)
  const read = async (
    SecretId: string,
    { as = 'Reader', ...more }: { as?: string; VersionStage?: string } = {},
  ) => {
    const client = new SecretsManagerClient({
      endpoint: endpoint.url,
      region: 'us-east-1',
      credentials: { accessKeyId: as, secretAccessKey: 'x' },
      maxAttempts: 1,
    })
    try {
      return await client.send(new GetSecretValueCommand({ SecretId, ...more }))
    } finally {
      client.destroy()
    }
  }
  return { read, arnOf: (id: string) => stack.refOf(id) }
}

describe('a secret of the template', () => {
  it('is made as the template says, and given to whom its grant names', async () => {
    const { read, arnOf } = await start()
    const found = await read(arnOf('Key'))
    expect(found).toMatchObject({ ARN: arnOf('Key'), Name: 'Test-Key', VersionStages: ['AWSCURRENT'] })
    expect(arnOf('Key')).toMatch(
      /^arn:aws:secretsmanager:us-east-1:000000000000:secret:Test-Key-[0-9a-z]{6}$/,
    )
    expect(found.SecretString).toMatch(/^(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])[A-Za-z0-9]{64}$/)
    expect((await read('Test-Key')).SecretString).toBe(found.SecretString)
  })

  it('is refused to everybody else', async () => {
    const { read, arnOf } = await start()
    const denied = { name: 'AccessDeniedException', $metadata: { httpStatusCode: 400 } }
    await expect(read(arnOf('Key'), { as: 'Stranger' })).rejects.toMatchObject(denied)
    await expect(read(arnOf('Other'))).rejects.toMatchObject(denied)
    await expect(read('unknown')).rejects.toMatchObject(denied)
  })

  it('has one version', async () => {
    const { read, arnOf } = await start()
    const previous = { VersionStage: 'AWSPREVIOUS' }
    await expect(read(arnOf('Key'), previous)).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
  })

  it('is kept for its owner alone, and without a folder made anew', async () => {
    const file = newFile()
    const valueIn = async (from?: string) => {
      const { read, arnOf } = await start(from)
      return (await read(arnOf('Key'))).SecretString
    }
    const value = await valueIn(file)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(await valueIn(file)).toBe(value)
    const { Other, ...others } = JSON.parse(readFileSync(file, 'utf8'))
    writeFileSync(file, JSON.stringify(others))
    expect(await valueIn(file)).toBe(value)
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ ...others, Other: expect.any(String) })
    expect(existsSync(`${file}.new`)).toBe(false)
    expect(await valueIn()).not.toBe(await valueIn())
    writeFileSync(file, '{"Key":""}')
    await expect(start(file)).rejects.toThrow('not complete')
  })

  it.each<[unknown, RegExp]>([
    [{}, /^(?=.*[^a-zA-Z0-9]).{32}$/],
    [{ PasswordLength: 8, ExcludeLowercase: true, ExcludePunctuation: true }, /^[A-Z0-9]{8}$/],
    [
      {
        PasswordLength: 20,
        ExcludeNumbers: true,
        ExcludeCharacters: 'abcdefghijklmnopqrstuvwxy"',
        ExcludePunctuation: true,
      },
      /^(?=.*z)[A-Zz]{20}$/,
    ],
    [
      { SecretStringTemplate: '{"user":"edge"}', GenerateStringKey: 'key', ExcludePunctuation: true },
      /^\{"user":"edge","key":"[A-Za-z0-9]{32}"\}$/,
    ],
  ])('is made by %j', async (properties, pattern) => {
    const { read, arnOf } = await start(undefined, properties)
    expect((await read(arnOf('Key'))).SecretString).toMatch(pattern)
  })

  it.each<[unknown, string]>([
    [undefined, 'only secrets that are generated'],
    [{ SecretStringTemplate: '[]', GenerateStringKey: 'key' }, 'must be an object in JSON'],
    [{ SecretStringTemplate: '{}' }, 'with a GenerateStringKey'],
    [{ RequireEachIncludedType: false }, 'RequireEachIncludedType of GenerateSecretString'],
    [{ PasswordLength: 2 }, 'no secret of 2 characters'],
  ])('cannot be made by %j', (properties, message) => {
    const stack = stackOf(template())
    const { Key, ...rest } = template().Resources
    const edited = { ...Key, Properties: { GenerateSecretString: properties } }
    expect(stack.ids('AWS::SecretsManager::Secret')).toEqual(['Key', 'Other'])
    expect(() => new Secrets(stackOf({ Resources: { ...rest, Key: edited } }), undefined)).toThrow(message)
  })
})
