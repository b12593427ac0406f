import { Aws, Duration, Names } from 'aws-cdk-lib'
import {
  CacheCookieBehavior,
  CacheHeaderBehavior,
  CachePolicy,
  CacheQueryStringBehavior,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  type ICachePolicy,
  OriginRequestCookieBehavior,
  OriginRequestHeaderBehavior,
  OriginRequestPolicy,
  OriginRequestQueryStringBehavior,
  ResponseHeadersPolicy,
} from 'aws-cdk-lib/aws-cloudfront'
import type { Construct } from 'constructs'

/**
 * CloudFront tells of the viewer's scheme in a header that no origin request policy adds to all of the viewer's others
 * without Host among them; a cache policy does. It asks for a greatest age, and then Authorization has to be named as well.
 * An upgrade is never kept, whatever the policy says.
 */
export function cachePolicyOfStations(scope: Construct, plainWebSockets: boolean): ICachePolicy {
  if (!plainWebSockets) return CachePolicy.CACHING_DISABLED
  return new CachePolicy(scope, 'StationCachePolicy', {
    comment: 'Keeps nothing, and tells whether a station came over TLS',
    minTtl: Duration.seconds(0),
    defaultTtl: Duration.seconds(0),
    maxTtl: Duration.seconds(1),
    headerBehavior: CacheHeaderBehavior.allowList('CloudFront-Forwarded-Proto', 'Authorization'),
    queryStringBehavior: CacheQueryStringBehavior.all(),
    cookieBehavior: CacheCookieBehavior.none(),
  })
}

/** What a handshake needs, and whose certificate it was. Ten headers are the most that a policy may name. */
export function certificateRequestPolicy(scope: Construct): OriginRequestPolicy {
  return new OriginRequestPolicy(scope, 'CertificateRequestPolicy', {
    originRequestPolicyName: nameOf(scope, 'certificates'),
    comment: 'The handshake, and whose certificate the station showed',
    headerBehavior: OriginRequestHeaderBehavior.allowList(
      'Sec-WebSocket-Key',
      'Sec-WebSocket-Version',
      'Sec-WebSocket-Protocol',
      'Sec-WebSocket-Accept',
      'Sec-WebSocket-Extensions',
      'CloudFront-Viewer-Cert-Present',
      'CloudFront-Viewer-Cert-Subject',
      'CloudFront-Viewer-Cert-Serial-Number',
      'CloudFront-Viewer-Cert-Sha256',
    ),
    queryStringBehavior: OriginRequestQueryStringBehavior.all(),
    cookieBehavior: OriginRequestCookieBehavior.none(),
  })
}

/** The headers of the console's pages: nothing runs in them but their own files. `reachable`: what they may call besides. */
export function pageHeaders(scope: Construct, reachable: string[]): ResponseHeadersPolicy {
  const contentSecurityPolicy = [
    `default-src 'none'`,
    `script-src 'self'`,
    // The components set styles of elements in the markup they render.
    `style-src 'self' 'unsafe-inline'`,
    `img-src 'self' data:`,
    `font-src 'self' data:`,
    `manifest-src 'self'`,
    `connect-src ${["'self'", ...reachable].join(' ')}`,
    `base-uri 'none'`,
    `form-action 'self'`,
    `frame-ancestors 'none'`,
  ].join('; ')
  return new ResponseHeadersPolicy(scope, 'PageHeaders', {
    responseHeadersPolicyName: nameOf(scope, 'pages'),
    comment: 'The pages of the console run nothing but their own files',
    securityHeadersBehavior: {
      contentSecurityPolicy: { contentSecurityPolicy, override: true },
      contentTypeOptions: { override: true },
      frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
      referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
      strictTransportSecurity: { accessControlMaxAge: Duration.days(365), override: true },
    },
  })
}

/** CloudFront's names are those of a whole account: stacks of the same name in two regions must not meet. */
export const nameOf = (scope: Construct, what: string): string =>
  `${Names.uniqueResourceName(scope, { maxLength: 30 })}-${what}-${Aws.REGION}`
