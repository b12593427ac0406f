import { createHmac, randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { writeSecret } from './credentials.ts'
import { asObject, asText, parseJson } from './json.ts'
import { UserError } from './log.ts'

/** What a function signs with. The token is shown by every URL that it signs, and says nothing of the secret. */
export interface CallerKeys {
  secretAccessKey: string
  sessionToken: string
}

/** By access key id. */
export type CallerKeysOf = (accessKeyId: string) => CallerKeys

/** All derived from one key, made at the first start and kept in a file if there is one: URLs outlive a restart. */
export function loadCallerKeys(file: string | undefined): CallerKeysOf {
  const master = file && existsSync(file) ? readKey(file) : randomBytes(32).toString('hex')
  if (file && !existsSync(file)) writeSecret(file, { key: master })
  const derived = (purpose: string) => createHmac('sha256', master).update(purpose).digest('base64url')
  return (accessKeyId) => ({
    secretAccessKey: derived(`secret access key of ${accessKeyId}`),
    sessionToken: derived(`session token of ${accessKeyId}`),
  })
}

function readKey(file: string): string {
  const key = asText(asObject(parseJson(readFileSync(file, 'utf8'))).key)
  if (key && /^[0-9a-f]{64}$/.test(key)) return key
  throw new UserError(`${file} is not a key. Remove it to have a new one made; URLs of files end with it`)
}
