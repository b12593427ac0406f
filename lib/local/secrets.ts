import { randomInt } from 'node:crypto'
import { existsSync, readFileSync, renameSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { type Authorize, AwsError } from './aws-error.ts'
import { writeSecret } from './credentials.ts'
import { asNumber, asObject, asText, isObject, type JsonObject, parseJson } from './json.ts'
import { UserError } from './log.ts'
import type { Stack } from './template.ts'
import { arn } from './world.ts'

/** The kinds of characters that a generated secret has unless its properties exclude them. */
const KINDS_OF_CHARACTERS = {
  ExcludeLowercase: 'abcdefghijklmnopqrstuvwxyz',
  ExcludeUppercase: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  ExcludeNumbers: '0123456789',
  ExcludePunctuation: '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
}

const EMULATED = [
  ...Object.keys(KINDS_OF_CHARACTERS),
  'ExcludeCharacters',
  'PasswordLength',
  'SecretStringTemplate',
  'GenerateStringKey',
]

/** `{{resolve:secretsmanager:<name or ARN>:SecretString:<JSON key>::}}`; versions are not emulated. */
const REFERENCE = /\{\{resolve:secretsmanager:(.+?):SecretString:([^:}]*)(?::([^:}]*))?(?::([^:}]*))?\}\}/g

interface KeptSecret {
  arn: string
  name: string
  value: string
}

/** Secrets Manager: the template's secrets, made at the first start and kept in a file if there is one. */
export class Secrets {
  private readonly secrets: KeptSecret[]

  constructor(stack: Stack, file: string | undefined) {
    const ids = stack.ids('AWS::SecretsManager::Secret')
    const kept = file && existsSync(file) ? readKept(file) : {}
    const values = Object.fromEntries(ids.map((id) => [id, kept[id] ?? generate(stack, id)]))
    this.secrets = ids.map((id) => {
      const arnOfSecret = stack.refOf(id)
      const name = arnOfSecret.replace(/^.*:secret:|-[^-]*$/g, '')
      return { arn: arnOfSecret, name, value: values[id] ?? '' }
    })
    if (file && ids.some((id) => kept[id] === undefined)) keep(file, { ...kept, ...values })
  }

  /** A text with the dynamic references in it replaced by the secrets that they name. */
  resolveReferences(text: string): string {
    return text.replace(REFERENCE, (reference, id: string, key: string, ...versions: unknown[]) => {
      const secret = this.secrets.find((each) => id === each.arn || id === each.name)
      if (!secret || versions.slice(0, 2).some(Boolean)) throw new UserError(`${reference} is not emulated`)
      if (key === '') return secret.value
      const value = asText(asObject(parseJson(secret.value))[key])
      if (value === undefined) throw new UserError(`${reference}: the secret has no such key`)
      return value
    })
  }

  handle(operation: string, body: Buffer, response: ServerResponse, authorize: Authorize): void {
    if (operation !== 'GetSecretValue')
      throw new AwsError(400, 'UnknownOperationException', `${operation} is not emulated`)
    const { SecretId, VersionId, VersionStage = 'AWSCURRENT' } = asObject(parseJson(body.toString()))
    const secret = this.secrets.find((each) => SecretId === each.arn || SecretId === each.name)
    authorize(
      'secretsmanager:GetSecretValue',
      secret?.arn ?? arn('secretsmanager', `secret:${asText(SecretId)}`),
    )
    if (!secret || VersionId !== undefined || VersionStage !== 'AWSCURRENT')
      throw new AwsError(
        400,
        'ResourceNotFoundException',
        "Secrets Manager can't find the specified secret value.",
      )
    const output = {
      ARN: secret.arn,
      Name: secret.name,
      SecretString: secret.value,
      VersionStages: [VersionStage],
    }
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(output))
  }
}

/** By logical id. */
function readKept(file: string): Record<string, string> {
  const kept = parseJson(readFileSync(file, 'utf8'))
  if (isObject(kept) && Object.values(kept).every((value) => typeof value === 'string' && value !== ''))
    return kept as Record<string, string>
  throw new UserError(
    `${file} is not complete. Mend it, or remove it to have new secrets made; what hangs on them is lost then`,
  )
}

/** All or nothing: a process that is killed loses no secret. */
function keep(file: string, values: Record<string, string>): void {
  writeSecret(`${file}.new`, values)
  renameSync(`${file}.new`, file)
}

/** By chance, with a character of every kind that is not excluded. */
function generate(stack: Stack, id: string): string {
  const properties = stack.read(id, 'GenerateSecretString')
  if (!isObject(properties)) throw new UserError(`${id}: only secrets that are generated are emulated`)
  const other = Object.keys(properties).find((name) => !EMULATED.includes(name))
  if (other) throw new UserError(`${id}: ${other} of GenerateSecretString is not emulated`)
  const excluded = asText(properties.ExcludeCharacters) ?? ''
  const kinds = Object.entries(KINDS_OF_CHARACTERS)
    .filter(([name]) => properties[name] !== true)
    .map(([, characters]) => [...characters].filter((each) => !excluded.includes(each)).join(''))
    .filter((characters) => characters !== '')
  const length = asNumber(properties.PasswordLength) ?? 32
  if (length < kinds.length || kinds.length === 0)
    throw new UserError(`${id}: no secret of ${length} characters is of the kinds that are asked for`)
  const value = shuffled([
    ...kinds.map(anyOf),
    ...Array.from({ length: length - kinds.length }, () => anyOf(kinds.join(''))),
  ]).join('')
  return withinTemplate(properties, value, id)
}

/** Where there is a template, an object in JSON, the text is one of its properties. */
function withinTemplate(
  { SecretStringTemplate, GenerateStringKey }: JsonObject,
  value: string,
  id: string,
): string {
  if (SecretStringTemplate === undefined && GenerateStringKey === undefined) return value
  const template = parseJson(asText(SecretStringTemplate) ?? '')
  const key = asText(GenerateStringKey)
  if (!isObject(template) || key === undefined)
    throw new UserError(`${id}: SecretStringTemplate must be an object in JSON, with a GenerateStringKey`)
  return JSON.stringify({ ...template, [key]: value })
}

const anyOf = (characters: string): string => characters.charAt(randomInt(characters.length))

function shuffled<T>(all: T[]): T[] {
  const left = [...all]
  return all.flatMap(() => left.splice(randomInt(left.length), 1))
}
