import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CorsRule,
  HttpMethods,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3'
import type { Construct } from 'constructs'
import { acknowledge } from './acknowledge.ts'
import type { CsmsProps } from './settings.ts'

type FilesProps = Pick<CsmsProps, 'removalPolicy' | 'domainName' | 'corsOrigins'>

/**
 * Where firmware and diagnostics lie: reached by presigned URLs alone, by the console from its pages too. Kept when the stack
 * goes unless told otherwise.
 */
export function createFiles(scope: Construct, props: FilesProps): Bucket {
  const { removalPolicy = 'retain' } = props
  const bucket = new Bucket(scope, 'Files', {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    encryption: BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    lifecycleRules: [{ abortIncompleteMultipartUploadAfter: Duration.days(1) }],
    cors: [uploads(props)],
    ...(removalPolicy === 'retain'
      ? { removalPolicy: RemovalPolicy.RETAIN }
      : { removalPolicy: RemovalPolicy.DESTROY, autoDeleteObjects: true }),
  })
  acknowledge(bucket, {
    S1: 'Each file is reached by a URL that was made for one charge point or operator, and what asked for it is on record.',
  })
  return bucket
}

/**
 * The console sends firmware from its page. The name that CloudFront gives it cannot stand here: the distribution names this
 * bucket, in what its pages may call. No more is given away than is by the URL, which whoever has it can use without a browser.
 */
const uploads = ({ domainName, corsOrigins = [] }: FilesProps): CorsRule => ({
  allowedMethods: [HttpMethods.PUT],
  allowedOrigins: [`https://${domainName ?? '*.cloudfront.net'}`, ...corsOrigins],
  allowedHeaders: ['content-type'],
  maxAge: Duration.hours(1).toSeconds(),
})
