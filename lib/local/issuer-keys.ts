import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { exportJWK, generateKeyPair, type JSONWebKeySet, type JWK } from 'jose'
import { writeSecret } from './credentials.ts'
import { UserError } from './log.ts'

export const ALGORITHM = 'RS256'

/** A private RSA key, made at the first start and kept in a file if there is one. */
export async function loadSigningKey(file: string | undefined): Promise<JWK> {
  if (file && existsSync(file)) {
    const kept: JWK = JSON.parse(readFileSync(file, 'utf8'))
    if (kept.d && kept.kid) return kept
    throw new UserError(`${file} is not a signing key. Remove it to have a new one made`)
  }
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true })
  const key: JWK = { ...(await exportJWK(privateKey)), kid: randomUUID(), alg: ALGORITHM, use: 'sig' }
  if (file) writeSecret(file, key)
  return key
}

/** What everybody may know of a key. */
export function publicKeys({ kty, n, e, kid, alg, use }: JWK): JSONWebKeySet {
  return { keys: [{ kty, n, e, kid, alg, use } as JWK] }
}
