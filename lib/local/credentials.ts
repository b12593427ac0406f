import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { asArray, asObject, asText, isObject, parseJson } from './json.ts'
import { UserError } from './log.ts'

export interface Person {
  name: string
  password: string
  /** A group of the template's user pool. */
  role: string
}

export interface Credentials {
  /** Of the machine client that `POST /oauth2/token` knows. */
  clientId: string
  clientSecret: string
  /** The first person who may sign in. */
  administrator: { name: string; password: string }
  /** The others, as somebody has written them into the file. */
  people?: Person[]
}

/** Everybody who may sign in. */
export const peopleOf = ({ administrator, people = [] }: Credentials): Person[] => [
  { ...administrator, role: 'administrator' },
  ...people,
]

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
  const people = readPeople(file, kept.people)
  const texts = [kept.clientId, kept.clientSecret, name, password].map(asText)
  const [clientId, clientSecret, administratorName, administratorPassword] = texts
  if (!clientId || !clientSecret || !administratorName || !administratorPassword) {
    throw new UserError(`${file} is not complete. Mend it, or remove it to have new credentials made`)
  }
  return {
    clientId,
    clientSecret,
    administrator: { name: administratorName, password: administratorPassword },
    ...(people.length > 0 ? { people: differing(file, administratorName, people) } : {}),
  }
}

const NAME = /^[^\p{C}]{1,128}$/u
const SHORTEST_PASSWORD = 8

function readPeople(file: string, people: unknown): Person[] {
  return asArray(people).map((each, index) => {
    const { name, password, role } = isObject(each) ? each : {}
    const fail = (what: string) => new UserError(`${file}: people[${index}] ${what}`)
    if (typeof name !== 'string' || !NAME.test(name) || name.trim() !== name) {
      throw fail('needs a name: a text of 1 to 128 characters, without blanks around it')
    }
    if (typeof password !== 'string' || password.length < SHORTEST_PASSWORD) {
      throw fail(`needs a password: a text of ${SHORTEST_PASSWORD} characters or more`)
    }
    if (typeof role !== 'string' || role === '') throw fail('needs a role: viewer, operator or administrator')
    return { name, password, role }
  })
}

function differing(file: string, administrator: string, people: Person[]): Person[] {
  const names = [administrator, ...people.map(({ name }) => name)]
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw new UserError(`${file}: there are two people of the name "${twice}"`)
  return people
}
