import { Aws, Duration } from 'aws-cdk-lib'
import type { HttpApi, WebSocketApi, WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2'
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager'
import type { Distribution, DistributionProps } from 'aws-cdk-lib/aws-cloudfront'
import { HttpVersion, SecurityPolicyProtocol } from 'aws-cdk-lib/aws-cloudfront'
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins'
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import type { Construct } from 'constructs'
import { acknowledge } from '../acknowledge.ts'
import { originHeaderOf } from '../secrets.ts'
import type { OwnName } from './settings.ts'

export interface StationApi {
  api: WebSocketApi
  stage: WebSocketStage
}

/** The WebSocket API behind a distribution: its stage in the path, the distribution's secret in a header. */
export const stationOrigin = ({ api, stage }: StationApi, secret: Secret): HttpOrigin =>
  new HttpOrigin(executeApiHost(api.apiId), {
    originPath: `/${stage.stageName}`,
    customHeaders: originHeaderOf(secret),
  })

/** The HTTP API behind a distribution. Its own answers take 30 seconds at the most; it shall be the one to give up. */
export const operatorOrigin = (api: HttpApi): HttpOrigin =>
  new HttpOrigin(executeApiHost(api.apiId), { readTimeout: Duration.seconds(35) })

const executeApiHost = (apiId: string): string => `${apiId}.execute-api.${Aws.REGION}.${Aws.URL_SUFFIX}`

/**
 * The errors that CloudFront keeps for ten seconds unless told otherwise here: no cache policy is said to change that. One
 * kept from the WebSocket API would be every charge point's, for they all ask for `/`; one of the operator API every operator's.
 */
const ERRORS = [400, 403, 404, 405, 414, 500, 501, 502, 503, 504]

/** What all our distributions have in common. The comment changes with the rotation, so that the secret is read anew. */
export function commonProps(
  scope: Construct,
  own: OwnName | undefined,
  comment: string,
  rotation: string | undefined,
): Pick<
  DistributionProps,
  'comment' | 'httpVersion' | 'errorResponses' | 'minimumProtocolVersion' | 'domainNames' | 'certificate'
> {
  const props = {
    comment: rotation === undefined ? comment : `${comment} (origin secret ${rotation})`,
    httpVersion: HttpVersion.HTTP1_1,
    errorResponses: ERRORS.map((httpStatus) => ({ httpStatus, ttl: Duration.seconds(0) })),
  }
  if (!own) return props
  return {
    ...props,
    domainNames: [own.domainName],
    certificate: Certificate.fromCertificateArn(scope, `CertificateOf-${own.domainName}`, own.certificateArn),
    minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
  }
}

/** What cdk-nag would have of a distribution, and why ours is otherwise. */
export function explain(distribution: Distribution, own: OwnName | undefined): void {
  acknowledge(distribution, {
    CFR1: 'Charge points and operators are wherever they are.',
    CFR2: 'A firewall costs some USD a month at rest; it can be attached to the distribution at any time.',
    CFR3: 'The authorizer logs refused handshakes, the operator API its requests; what is left are public files.',
    ...(own
      ? {}
      : { CFR4: 'The name of a distribution itself has a fixed policy; domainName brings TLS 1.2.' }),
  })
}
