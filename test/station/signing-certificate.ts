import { createSign, type KeyObject } from 'node:crypto'
import {
  attribute,
  BIT_STRING,
  COMMON_NAME,
  certificatePem,
  der,
  OID_ECDSA_SHA256,
  SEQUENCE,
  utcTime,
} from './der.ts'

interface KeyPair {
  publicKey: KeyObject
  privateKey: KeyObject
}

const OID_RSA_SHA256 = Buffer.from('06092a864886f70d01010b', 'hex')
const NULL = Buffer.from('0500', 'hex')
const SERIAL_1 = Buffer.from('020101', 'hex')

/** A certificate for the key pair, signed with itself, good from the beginning of 2026 on (RFC 5280, DER by hand). */
export function certificateFor({ publicKey, privateKey }: KeyPair, until = '261231235959Z'): string {
  const algorithm =
    publicKey.asymmetricKeyType === 'rsa'
      ? der(SEQUENCE, OID_RSA_SHA256, NULL)
      : der(SEQUENCE, OID_ECDSA_SHA256)
  const name = der(SEQUENCE, attribute(COMMON_NAME, 'Acme firmware'))
  const validity = der(SEQUENCE, utcTime('260101000000Z'), utcTime(until))
  const key = publicKey.export({ type: 'spki', format: 'der' })
  const body = der(SEQUENCE, SERIAL_1, algorithm, name, validity, name, key)
  const signature = createSign('sha256').update(body).sign(privateKey)
  return certificatePem(der(SEQUENCE, body, algorithm, der(BIT_STRING, Buffer.from([0]), signature)))
}
