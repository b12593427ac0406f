import { Aws, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type IBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3'
import { BucketDeployment, CacheControl, Source } from 'aws-cdk-lib/aws-s3-deployment'
import type { Construct } from 'constructs'
import { acknowledge, acknowledgeWildcards } from './acknowledge.ts'

/** Where the console's files are, for the edge alone to read. They can be made again, so they go with the stack. */
export function createConsoleBucket(scope: Construct): IBucket {
  const bucket = new Bucket(scope, 'Console', {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    encryption: BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    removalPolicy: RemovalPolicy.DESTROY,
  })
  acknowledge(bucket, { S1: 'What is in it is public, and read by the edge alone.' })
  return bucket as IBucket
}

/** What the built console finds at `/config.json`. */
export interface ConsoleConfig {
  /** The OpenID Connect issuer. */
  issuer: string
  /** The console's own client, to the issuer. */
  clientId: string
  /** Of a Cognito user pool's sign-in pages. */
  signInUrl?: string
  /** Where charge points connect, `wss://…/ocpp/`. */
  stationUrl: string
}

/**
 * Puts a built console into its bucket. What is under `assets` has the hash of its content in its name and may be kept for
 * good, also by pages that were opened before an upgrade; the page itself is asked for anew each time, and comes last.
 */
export function deployConsole(
  scope: Construct,
  bucket: IBucket,
  directory: string,
  config: ConsoleConfig,
): void {
  const common = {
    destinationBucket: bucket,
    prune: false,
    retainOnDelete: false,
    memoryLimit: 256,
    logGroup: new LogGroup(scope, 'ConsoleDeploymentLog', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    }),
  }
  const source = Source.asset(directory)
  const assets = new BucketDeployment(scope, 'ConsoleAssets', {
    ...common,
    sources: [source],
    exclude: ['*'],
    include: ['assets/*'],
    cacheControl: [
      CacheControl.setPublic(),
      CacheControl.maxAge(Duration.days(365)),
      CacheControl.immutable(),
    ],
  })
  const pages = new BucketDeployment(scope, 'ConsolePages', {
    ...common,
    sources: [source, Source.jsonData('config.json', config)],
    exclude: ['assets/*'],
    cacheControl: [CacheControl.noCache()],
  })
  pages.node.addDependency(assets)
  explainDeployment(assets, bucket)
}

/** What CDK's own function may do, which copies the files: it is CDK that says so. */
function explainDeployment({ handlerRole }: BucketDeployment, bucket: IBucket): void {
  const reason =
    'CDK’s function copies from its bucket of assets into that of the console, and may do no more there.'
  const actions = ['GetBucket*', 'GetObject*', 'List*', 'Abort*', 'DeleteObject*']
  const copier = handlerRole.node.scope ?? handlerRole
  acknowledge(copier, {
    ...Object.fromEntries(actions.map((action) => [`IAM5[Action::s3:${action}]`, reason])),
    'IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]':
      'It may write logs, and CDK says so with a policy of AWS.',
    L1: 'CDK chooses the runtime of its function, and renews it.',
  })
  const { synthesizer } = Stack.of(copier)
  const assets = `arn:${Aws.PARTITION}:s3:::cdk-${synthesizer.bootstrapQualifier ?? 'hnb659fds'}-assets-${Aws.ACCOUNT_ID}-${Aws.REGION}/*`
  acknowledgeWildcards(copier, [assets, `${bucket.bucketArn}/*`], reason)
}
