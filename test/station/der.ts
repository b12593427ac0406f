export const SEQUENCE = 0x30
export const SET = 0x31
export const INTEGER = 0x02
export const BIT_STRING = 0x03
export const OCTET_STRING = 0x04
export const UTF8_STRING = 0x0c
export const OID_ECDSA_SHA256 = Buffer.from('06082a8648ce3d040302', 'hex')

/** Tag, length, value (X.690). */
export function der(tag: number, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content)
  const size = body.length
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 0xff]
  return Buffer.concat([Buffer.from([tag, ...length]), body])
}

export function utcTime(text: string): Buffer {
  return der(0x17, Buffer.from(text))
}

/** One attribute of a name; the identifier is that of 2.5.4. */
export function attribute(identifier: number, value: string): Buffer {
  const oid = Buffer.from([0x06, 0x03, 0x55, 0x04, identifier])
  return der(SET, der(SEQUENCE, oid, der(UTF8_STRING, Buffer.from(value))))
}

export const COMMON_NAME = 3
export const ORGANIZATION = 10

export function certificatePem(certificate: Buffer): string {
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}
