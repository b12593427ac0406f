import { RemovalPolicy } from 'aws-cdk-lib'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import type { Construct } from 'constructs'
import { acknowledge } from './acknowledge.ts'

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
  acknowledge(secret, { SMG4: 'Another value would be another secret for every webhook at once.' })
  for (const reader of readers) letRead(secret, reader, 'MASTER_SECRET_ID')
}

/** The header that a distribution sends to the WebSocket API, for the authorizer to know whence a handshake came. */
export const ORIGIN_HEADER = 'x-origin-verify'

/**
 * What a distribution shows the authorizer: JSON with the value that it sends as `current` and, while that is being
 * changed, the one before as `previous`. It goes with the stack.
 */
export function createOriginSecret(
  scope: Construct,
  id: 'OriginSecret' | 'CertificateOriginSecret',
  authorizer: LambdaFunction,
): Secret {
  const secret = new Secret(scope, id, {
    description: 'What the edge shows the authorizer of charge points',
    generateSecretString: {
      secretStringTemplate: '{}',
      generateStringKey: 'current',
      passwordLength: 48,
      excludePunctuation: true,
    },
    removalPolicy: RemovalPolicy.DESTROY,
  })
  acknowledge(secret, {
    SMG4: 'Its value changes together with the distribution that sends it, which takes a deployment.',
  })
  letRead(secret, authorizer, id === 'OriginSecret' ? 'ORIGIN_SECRET_ID' : 'CERTIFICATE_ORIGIN_SECRET_ID')
  return secret
}

/** The value for the header, as a reference that CloudFormation resolves when it writes the distribution. */
export const originHeaderOf = (secret: Secret): Record<string, string> => ({
  [ORIGIN_HEADER]: secret.secretValueFromJson('current').unsafeUnwrap(),
})

function letRead(secret: Secret, reader: LambdaFunction, variable: string): void {
  reader.addEnvironment(variable, secret.secretArn)
  reader.addToRolePolicy(
    new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [secret.secretArn] }),
  )
}
