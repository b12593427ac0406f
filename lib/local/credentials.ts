import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { asObject, asText, parseJson } from './json.ts'
import { UserError } from './log.ts'

export interface Credentials {
  /** Of the machine client that `POST /oauth2/token` knows. */
  clientId: string
  clientSecret: string
  /** The first person who may sign in. */
  administrator: { name: string; password: string }
}

/** Writes a file that only its owner can read. */
export function writeSecret(path: string, content: unknown): void {
  writeFileSync(path, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 })
  chmodSync(path, 0o600)
}

/**
 * The client from the environment if it is there, else from the file, else made now; whatever was made is kept in the
 * file. Without a file nothing is kept.
 */
export function loadCredentials(file: string | undefined, environment: NodeJS.ProcessEnv): Credentials {
  const given = clientOf(environment)
  const kept = file && existsSync(file) ? readCredentials(file) : undefined
  const credentials = kept ?? {
    clientId: `client-${randomBytes(4).toString('hex')}`,
    clientSecret: secret(24),
    administrator: { name: 'administrator', password: secret(12) },
  }
  if (file && !kept) writeSecret(file, credentials)
  return { ...credentials, ...given }
}

const secret = (bytes: number): string => randomBytes(bytes).toString('hex')

function clientOf({ BUSBAR_CLIENT_ID, BUSBAR_CLIENT_SECRET }: NodeJS.ProcessEnv): Partial<Credentials> {
  if (!BUSBAR_CLIENT_ID && !BUSBAR_CLIENT_SECRET) return {}
  if (!BUSBAR_CLIENT_ID || !BUSBAR_CLIENT_SECRET) {
    throw new UserError('BUSBAR_CLIENT_ID and BUSBAR_CLIENT_SECRET go together: set both, or neither')
  }
  return { clientId: BUSBAR_CLIENT_ID, clientSecret: BUSBAR_CLIENT_SECRET }
}

function readCredentials(file: string): Credentials {
  const kept = asObject(parseJson(readFileSync(file, 'utf8')))
  const { name, password } = asObject(kept.administrator)
  const texts = [kept.clientId, kept.clientSecret, name, password].map(asText)
  const [clientId, clientSecret, administratorName, administratorPassword] = texts
  if (!clientId || !clientSecret || !administratorName || !administratorPassword) {
    throw new UserError(`${file} is not complete. Mend it, or remove it to have new credentials made`)
  }
  return {
    clientId,
    clientSecret,
    administrator: { name: administratorName, password: administratorPassword },
  }
}
