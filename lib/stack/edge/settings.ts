export interface EdgeProps {
  /** The edge's own name, such as `ocpp.example.com`; its DNS record is yours to make. With `certificateArn`, or neither. */
  domainName?: string
  /** A certificate of ACM for that name, in us-east-1. */
  certificateArn?: string
  /** Lets charge points come by `ws://` too, on port 80: of security profiles 0 and 1 alone. Default false. */
  plainWebSockets?: boolean
  /** A bundle of CA certificates, `s3://bucket/key`: charge points of security profile 3 get a distribution of their own. */
  clientCertificates?: string
  /** The name of that distribution, with its certificate; or neither. */
  clientCertificatesDomainName?: string
  clientCertificatesCertificateArn?: string
  /** What the certificates of charge points have as O. Default: it is not looked at. */
  certificateOrganization?: string
  /**
   * Asks the OCSP responders that a charge point's certificate and those above it name whether they are revoked; each has to
   * name one then. Default false: a certificate is good until it ends.
   */
  certificateRevocation?: boolean
  /** Any text. Another one makes CloudFormation write the distributions anew, with the origin secrets of the moment. */
  originSecretRotation?: string
}

/** A distribution's own name and the certificate for it. */
export interface OwnName {
  domainName: string
  certificateArn: string
}

/** Both or neither; CloudFront takes certificates of us-east-1 alone. */
export function ownName(
  props: EdgeProps,
  nameProp: 'domainName' | 'clientCertificatesDomainName',
  certificateProp: 'certificateArn' | 'clientCertificatesCertificateArn',
): OwnName | undefined {
  const domainName = props[nameProp]
  const certificateArn = props[certificateProp]
  if (domainName === undefined && certificateArn === undefined) return undefined
  if (domainName === undefined || certificateArn === undefined)
    throw new Error(`${nameProp} and ${certificateProp} go together`)
  if (!/^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/i.test(domainName))
    throw new Error(`${nameProp} is "${domainName}"; it must be a host name`)
  if (!/^arn:[^:]+:acm:us-east-1:[^:]+:certificate\/.+$/.test(certificateArn))
    throw new Error(`${certificateProp} is "${certificateArn}"; it must be a certificate of ACM in us-east-1`)
  return { domainName, certificateArn }
}

/** Bucket and key of `s3://bucket/key`. */
export function bundleLocation(url: string): { bucket: string; key: string } {
  const [, bucket, key] = /^s3:\/\/([a-z0-9][a-z0-9.-]+)\/(.+)$/.exec(url) ?? []
  if (!bucket || !key) throw new Error(`clientCertificates is "${url}"; it must be s3://bucket/key`)
  return { bucket, key }
}
