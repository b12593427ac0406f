import { createSign, type KeyObject } from 'node:crypto'

interface KeyPair {
  publicKey: KeyObject
  privateKey: KeyObject
}

const SEQUENCE = 0x30
const SET = 0x31
const OID_ECDSA_SHA256 = Buffer.from('06082a8648ce3d040302', 'hex')
const OID_RSA_SHA256 = Buffer.from('06092a864886f70d01010b', 'hex')
const OID_COMMON_NAME = Buffer.from('0603550403', 'hex')
const NULL = Buffer.from('0500', 'hex')
const SERIAL_1 = Buffer.from('020101', 'hex')

/** A certificate for the key pair, signed with itself, good from the beginning of 2026 on (RFC 5280, DER by hand). */
export function certificateFor({ publicKey, privateKey }: KeyPair, until = '261231235959Z'): string {
  const algorithm =
    publicKey.asymmetricKeyType === 'rsa'
      ? der(SEQUENCE, OID_RSA_SHA256, NULL)
      : der(SEQUENCE, OID_ECDSA_SHA256)
  const name = der(
    SEQUENCE,
    der(SET, der(SEQUENCE, OID_COMMON_NAME, der(0x0c, Buffer.from('Acme firmware')))),
  )
  const validity = der(SEQUENCE, utcTime('260101000000Z'), utcTime(until))
  const key = publicKey.export({ type: 'spki', format: 'der' })
  const body = der(SEQUENCE, SERIAL_1, algorithm, name, validity, name, key)
  const signature = createSign('sha256').update(body).sign(privateKey)
  const certificate = der(SEQUENCE, body, algorithm, der(0x03, Buffer.from([0]), signature))
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}

function der(tag: number, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content)
  const size = body.length
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 0xff]
  return Buffer.concat([Buffer.from([tag, ...length]), body])
}

function utcTime(text: string): Buffer {
  return der(0x17, Buffer.from(text))
}
