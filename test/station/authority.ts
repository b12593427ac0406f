import { createSign, generateKeyPairSync } from 'node:crypto'
import {
  attribute,
  BIT_STRING,
  COMMON_NAME,
  certificatePem,
  der,
  INTEGER,
  OCTET_STRING,
  OID_ECDSA_SHA256,
  ORGANIZATION,
  SEQUENCE,
  utcTime,
} from './der.ts'

/** What TLS takes, in PEM. */
export interface Identity {
  cert: string
  key: string
}

export interface Authority {
  /** Its own certificate, in PEM: what is to be trusted. */
  ca: string
  /** A certificate for that common name, signed by this authority; a server's has its host names. */
  issue(commonName: string, hosts?: readonly string[]): Identity
}

/** Of all that is issued here. */
export const ORGANIZATION_NAME = 'Example Charging'
const BASIC_CONSTRAINTS = Buffer.from('0603551d13', 'hex')
const SUBJECT_ALT_NAME = Buffer.from('0603551d11', 'hex')
const TRUE = Buffer.from('0101ff', 'hex')
const VERSION_3 = der(0xa0, der(INTEGER, Buffer.from([2])))

/** An authority with P-256 keys, made for this run (RFC 5280, DER by hand). */
export function newAuthority(commonName: string): Authority {
  const own = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  let serial = 0
  const certificate = (subject: string, publicKey: typeof own.publicKey, extension: Buffer): string => {
    serial += 1
    const algorithm = der(SEQUENCE, OID_ECDSA_SHA256)
    const body = der(
      SEQUENCE,
      ...[VERSION_3, der(INTEGER, Buffer.from([serial])), algorithm, nameOf(commonName)],
      der(SEQUENCE, utcTime('200101000000Z'), utcTime('491231235959Z')),
      ...[nameOf(subject), publicKey.export({ type: 'spki', format: 'der' })],
      der(0xa3, der(SEQUENCE, extension)),
    )
    const signature = createSign('sha256').update(body).sign(own.privateKey)
    return certificatePem(der(SEQUENCE, body, algorithm, der(BIT_STRING, Buffer.from([0]), signature)))
  }
  const isAuthority = der(SEQUENCE, BASIC_CONSTRAINTS, TRUE, der(OCTET_STRING, der(SEQUENCE, TRUE)))
  const ca = certificate(commonName, own.publicKey, isAuthority)
  return {
    ca,
    issue(subject, hosts = [subject]) {
      const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const names = der(SEQUENCE, ...hosts.map((host) => der(0x82, Buffer.from(host))))
      const extension = der(SEQUENCE, SUBJECT_ALT_NAME, der(OCTET_STRING, names))
      return {
        cert: certificate(subject, publicKey, extension),
        key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      }
    },
  }
}

function nameOf(commonName: string): Buffer {
  return der(SEQUENCE, attribute(COMMON_NAME, commonName), attribute(ORGANIZATION, ORGANIZATION_NAME))
}
