import { createPrivateKey, X509Certificate } from 'node:crypto'
import type { Tls } from './socket.ts'

/** Which of them will not do, and why. */
export interface TlsTrouble {
  which: keyof Tls
  why: string
}

/** Looks at what TLS would silently ignore, or stumble over in the middle of a connection. `undefined` if all will do. */
export function tlsTrouble({ ca, cert, key }: Tls): TlsTrouble | undefined {
  if (ca !== undefined && !holdsCertificates(ca)) return { which: 'ca', why: NO_CERTIFICATE }
  if (cert !== undefined && !holdsCertificates(cert)) return { which: 'cert', why: NO_CERTIFICATE }
  if (key === undefined) return undefined
  if (/ENCRYPTED/.test(key)) return { which: 'key', why: 'it is encrypted; openssl pkey takes that off' }
  try {
    const isItsKey = cert === undefined || new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))
    return isItsKey ? undefined : { which: 'key', why: 'it is not the key of the certificate' }
  } catch {
    return { which: 'key', why: 'it holds no private key in PEM' }
  }
}

const NO_CERTIFICATE = 'it holds no certificate in PEM'

function holdsCertificates(pem: string): boolean {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  try {
    return blocks.map((block) => new X509Certificate(block)).length > 0
  } catch {
    return false
  }
}
