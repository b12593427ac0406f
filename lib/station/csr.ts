import { createSign, generateKeyPairSync } from 'node:crypto'

/** A certificate signing request (PKCS #10, RFC 2986) for a new P-256 key, in PEM, signed with it. */
export function newSigningRequest(commonName: string, organization: string): string {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const subject = sequence(name(ORGANIZATION, organization), name(COMMON_NAME, commonName))
  const version = tlv(0x02, Buffer.from([0]))
  const attributes = tlv(0xa0, Buffer.alloc(0))
  const info = sequence(version, subject, publicKey.export({ type: 'spki', format: 'der' }), attributes)
  const signature = createSign('sha256').update(info).sign(privateKey)
  const bits = tlv(0x03, Buffer.concat([Buffer.from([0]), signature]))
  const der = sequence(info, sequence(ECDSA_WITH_SHA256), bits)
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return ['-----BEGIN CERTIFICATE REQUEST-----', ...lines, '-----END CERTIFICATE REQUEST-----', ''].join('\n')
}

/** Object identifiers, in DER: 2.5.4.3, 2.5.4.10, 1.2.840.10045.4.3.2. */
const COMMON_NAME = Buffer.from('0603550403', 'hex')
const ORGANIZATION = Buffer.from('060355040a', 'hex')
const ECDSA_WITH_SHA256 = Buffer.from('06082a8648ce3d040302', 'hex')

function name(identifier: Buffer, value: string): Buffer {
  return tlv(0x31, sequence(identifier, tlv(0x0c, Buffer.from(value))))
}

function sequence(...parts: Buffer[]): Buffer {
  return tlv(0x30, Buffer.concat(parts))
}

/** Tag, length, value (X.690). */
function tlv(tag: number, value: Buffer): Buffer {
  if (value.length < 0x80) return Buffer.concat([Buffer.from([tag, value.length]), value])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(value.length)
  const bytes = length.subarray(length.findIndex((byte) => byte > 0))
  return Buffer.concat([Buffer.from([tag, 0x80 | bytes.length]), bytes, value])
}
