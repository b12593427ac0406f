import { Aws, CfnOutput } from 'aws-cdk-lib'
import {
  AllowedMethods,
  CachePolicy,
  type CfnDistribution,
  CfnTrustStore,
  Distribution,
  HttpVersion,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront'
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import type { Construct } from 'constructs'
import { createOriginSecret } from '../secrets.ts'
import { commonProps, explain, type StationApi, stationOrigin } from './distribution.ts'
import type { onViewerRequest } from './functions.ts'
import { certificateRequestPolicy, nameOf } from './policies.ts'
import { bundleLocation, type EdgeProps, ownName } from './settings.ts'

/**
 * A distribution that lets in only who shows a certificate of one of these authorities, and tells the authorizer whose it
 * was. It has a secret of its own: the names of certificates are believed to come from here alone.
 */
export function createCertificateEdge(
  scope: Construct,
  station: StationApi,
  authorizer: LambdaFunction,
  functionAssociations: ReturnType<typeof onViewerRequest>,
  props: EdgeProps & { clientCertificates: string },
): void {
  const { bucket, key } = bundleLocation(props.clientCertificates)
  const own = ownName(props, 'clientCertificatesDomainName', 'clientCertificatesCertificateArn')
  const secret = createOriginSecret(scope, 'CertificateOriginSecret', authorizer)
  const trustStore = new CfnTrustStore(scope, 'TrustStore', {
    name: nameOf(scope, 'stations'),
    caCertificatesBundleSource: {
      caCertificatesBundleS3Location: { bucket, key, region: Aws.REGION },
    } as CfnTrustStore.CaCertificatesBundleSourceProperty,
    ...(props.certificateRevocation ? { useClientCertificateOcspEndpoint: true } : {}),
  })
  const distribution = new Distribution(scope, 'CertificateDistribution', {
    ...commonProps(scope, own, 'Busbar: charge points with certificates', props.originSecretRotation),
    // CloudFront asks for it where viewers show certificates. Whoever names no protocol in TLS gets HTTP/1.1 all the same.
    httpVersion: HttpVersion.HTTP2,
    defaultBehavior: {
      origin: stationOrigin(station, secret),
      viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
      allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
      cachePolicy: CachePolicy.CACHING_DISABLED,
      originRequestPolicy: certificateRequestPolicy(scope),
      functionAssociations,
      compress: false,
    },
  })
  explain(distribution, own)
  const resource = distribution.node.defaultChild as CfnDistribution
  resource.addPropertyOverride('DistributionConfig.ViewerMtlsConfig', {
    Mode: 'required',
    TrustStoreConfig: { TrustStoreId: trustStore.attrId },
  })
  const domain = own?.domainName ?? distribution.distributionDomainName
  new CfnOutput(scope, 'CertificateStationUrl', { value: `wss://${domain}/ocpp/` })
}
