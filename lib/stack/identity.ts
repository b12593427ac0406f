import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import { OAuthScope, ResourceServerScope, UserPool, type UserPoolClient } from 'aws-cdk-lib/aws-cognito'
import type { Construct } from 'constructs'

export interface Identity {
  userPool: UserPool
  machineClient: UserPoolClient
}

const ROLES = {
  viewer: 'Read everything',
  operator: 'Read everything, command charge points',
  administrator: 'Everything',
} as const

/** Who may call the operator API: a user pool, its roles as scopes, and a first client for machines. */
export function createIdentity(scope: Construct): Identity {
  const userPool = new UserPool(scope, 'UserPool', {
    selfSignUpEnabled: false,
    signInAliases: { email: true },
    passwordPolicy: { minLength: 12 },
    removalPolicy: RemovalPolicy.RETAIN,
  })
  const scopes = Object.entries(ROLES).map(
    ([scopeName, scopeDescription]) => new ResourceServerScope({ scopeName, scopeDescription }),
  )
  const resourceServer = userPool.addResourceServer('ResourceServer', { identifier: 'busbar', scopes })
  const machineClient = userPool.addClient('MachineClient', {
    generateSecret: true,
    accessTokenValidity: Duration.hours(1),
    oAuth: {
      flows: { clientCredentials: true },
      scopes: scopes.map((each) => OAuthScope.resourceServer(resourceServer, each)),
    },
  })
  return { userPool, machineClient }
}
