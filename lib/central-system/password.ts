import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'

/** 20 to 40 ms of one processor, and 8 MB: each connect pays it once. */
const COST = { N: 2 ** 13, r: 8, p: 1 }
const KEY_BYTES = 32

/**
 * An AuthorizationKey's bytes (security whitepaper A00.FR.205): 32 to 40 hexadecimal digits stand for 16 to 20 bytes;
 * anything else is text.
 */
function bytesOf(password: Buffer): Buffer {
  // Every byte is one character in Latin-1.
  const text = password.toString('latin1')
  return /^(?:[0-9a-f]{2}){16,20}$/i.test(text) ? Buffer.from(text, 'hex') : password
}

/** `scrypt$N$r$p$salt$key`, salt and key in base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const key = await derive(bytesOf(Buffer.from(password)), salt, COST)
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64url'), key.toString('base64url')].join('$')
}

/**
 * Whether this is the password: stations send the key's bytes, or its hexadecimal text as it was given to them. Takes the
 * same time either way.
 */
export async function isPassword(presented: Buffer, hash: string): Promise<boolean> {
  const [scheme, N, r, p, salt, key] = hash.split('$')
  if (scheme !== 'scrypt' || !salt || !key) throw new Error('a password hash is malformed')
  const expected = Buffer.from(key, 'base64url')
  const derived = await derive(bytesOf(presented), Buffer.from(salt, 'base64url'), {
    N: Number(N),
    r: Number(r),
    p: Number(p),
  })
  return timingSafeEqual(derived, expected)
}

/** Forty hexadecimal digits: as long as an AuthorizationKey may be, and typed into a station's menu without trouble. */
export function newPassword(): string {
  return randomBytes(20).toString('hex')
}

function derive(password: Buffer, salt: Buffer, cost: typeof COST): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, KEY_BYTES, cost, (error, key) => (error ? reject(error) : resolve(key)))
  })
}
