import { CfnOutput } from 'aws-cdk-lib'
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2'
import {
  AllowedMethods,
  type BehaviorOptions,
  CachePolicy,
  Distribution,
  OriginRequestPolicy,
  S3OriginAccessControl,
  Signing,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront'
import { S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins'
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import type { Construct } from 'constructs'
import { createCertificateEdge } from './edge/client-certificates.ts'
import { commonProps, explain, operatorOrigin, type StationApi, stationOrigin } from './edge/distribution.ts'
import { onViewerRequest } from './edge/functions.ts'
import { cachePolicyOfStations, nameOf, pageHeaders } from './edge/policies.ts'
import { type EdgeProps, ownName } from './edge/settings.ts'
import { createOriginSecret } from './secrets.ts'

export interface EdgeParts {
  station: StationApi
  operatorApi: HttpApi
  console: IBucket
  authorizer: LambdaFunction
  /** Of the sign-in pages, where there is a user pool. */
  signInUrl?: string
  /** What the console's pages may call besides their own host: sources of a content security policy. */
  reachable: string[]
}

export interface Edge {
  distribution: Distribution
  /** The one name of everything: its own, or the one that CloudFront gives it. */
  domain: string
}

/** One distribution in front of all: charge points at /ocpp, operators at /api, tokens at /oauth2, else the console. */
export function createEdge(scope: Construct, parts: EdgeParts, props: EdgeProps): Edge {
  const own = ownName(props, 'domainName', 'certificateArn')
  const onStations = onViewerRequest(scope, 'EdgeFunction')
  const distribution = new Distribution(scope, 'Distribution', {
    ...commonProps(scope, own, 'Busbar', props.originSecretRotation),
    defaultBehavior: consoleBehavior(scope, parts),
    additionalBehaviors: {
      '/ocpp/*': stationBehavior(scope, parts, onStations, props.plainWebSockets ?? false),
      ...operatorBehaviors(scope, parts),
    },
  })
  explain(distribution, own)
  if (props.clientCertificates !== undefined) {
    const { clientCertificates } = props
    createCertificateEdge(scope, parts.station, parts.authorizer, onStations, {
      ...props,
      clientCertificates,
    })
  }
  parts.authorizer.addEnvironment('PLAIN_WEB_SOCKETS', String(props.plainWebSockets ?? false))
  parts.authorizer.addEnvironment('CERTIFICATE_ORGANIZATION', props.certificateOrganization ?? '')
  const domain = own?.domainName ?? distribution.distributionDomainName
  new CfnOutput(scope, 'ConsoleUrl', { value: `https://${domain}/` })
  new CfnOutput(scope, 'StationUrl', { value: `wss://${domain}/ocpp/` })
  new CfnOutput(scope, 'OperatorUrl', { value: `https://${domain}/api` })
  if (own) new CfnOutput(scope, 'DistributionDomain', { value: distribution.distributionDomainName })
  return { distribution, domain }
}

/** Nothing is kept, and all that the viewer sent goes on, but for Host: API Gateway goes by its own. */
const PASSED_ON = {
  cachePolicy: CachePolicy.CACHING_DISABLED,
  originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
  compress: false,
}

function stationBehavior(
  scope: Construct,
  { station, authorizer }: EdgeParts,
  functionAssociations: ReturnType<typeof onViewerRequest>,
  plainWebSockets: boolean,
): BehaviorOptions {
  return {
    ...PASSED_ON,
    origin: stationOrigin(station, createOriginSecret(scope, 'OriginSecret', authorizer)),
    cachePolicy: cachePolicyOfStations(scope, plainWebSockets),
    // No redirect: a charge point does not follow one.
    viewerProtocolPolicy: plainWebSockets ? ViewerProtocolPolicy.ALLOW_ALL : ViewerProtocolPolicy.HTTPS_ONLY,
    functionAssociations,
  }
}

/** A token must not have gone over the wire in clear text before a redirect: https only. */
function operatorBehaviors(
  scope: Construct,
  { operatorApi, signInUrl }: EdgeParts,
): Record<string, BehaviorOptions> {
  const behavior = {
    ...PASSED_ON,
    origin: operatorOrigin(operatorApi),
    allowedMethods: AllowedMethods.ALLOW_ALL,
    viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
  }
  if (signInUrl === undefined) return { '/api/*': behavior }
  const functionAssociations = onViewerRequest(scope, 'SignInFunction', { SIGN_IN_URL: signInUrl })
  return { '/api/*': behavior, '/oauth2/*': { ...behavior, functionAssociations } }
}

function consoleBehavior(scope: Construct, { console, reachable }: EdgeParts): BehaviorOptions {
  const originAccessControl = new S3OriginAccessControl(scope, 'ConsoleAccess', {
    originAccessControlName: nameOf(scope, 'console'),
    signing: Signing.SIGV4_ALWAYS,
  })
  return {
    origin: S3BucketOrigin.withOriginAccessControl(console, { originAccessControl }),
    viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
    cachePolicy: CachePolicy.CACHING_OPTIMIZED,
    responseHeadersPolicy: pageHeaders(scope, reachable),
    functionAssociations: onViewerRequest(scope, 'PagesFunction'),
  }
}
