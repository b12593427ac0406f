import { RemovalPolicy } from 'aws-cdk-lib'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import type { Construct } from 'constructs'

/**
 * What the secrets of webhooks are derived from, read by these functions alone. It stays when the stack goes, like the
 * table. It is never rotated: another value would be another secret for every webhook at once.
 */
export function createMasterSecret(scope: Construct, readers: LambdaFunction[]): void {
  const secret = new Secret(scope, 'MasterSecret', {
    description: 'What the secrets of webhooks are derived from',
    generateSecretString: { passwordLength: 64, excludePunctuation: true },
    removalPolicy: RemovalPolicy.RETAIN,
  })
  for (const reader of readers) {
    reader.addEnvironment('MASTER_SECRET_ID', secret.secretArn)
    reader.addToRolePolicy(
      new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [secret.secretArn] }),
    )
  }
}
