import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3'
import type { Construct } from 'constructs'
import { acknowledge } from './acknowledge.ts'

/** Where firmware and diagnostics lie: reached by presigned URLs alone, kept when the stack goes unless told otherwise. */
export function createFiles(scope: Construct, removalPolicy: 'retain' | 'destroy' = 'retain'): Bucket {
  const bucket = new Bucket(scope, 'Files', {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    encryption: BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    lifecycleRules: [{ abortIncompleteMultipartUploadAfter: Duration.days(1) }],
    ...(removalPolicy === 'retain'
      ? { removalPolicy: RemovalPolicy.RETAIN }
      : { removalPolicy: RemovalPolicy.DESTROY, autoDeleteObjects: true }),
  })
  acknowledge(bucket, {
    S1: 'Each file is reached by a URL that was made for one charge point or operator, and what asked for it is on record.',
  })
  return bucket
}
