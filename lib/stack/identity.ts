import { Aws, CfnOutput, Duration, Fn, RemovalPolicy } from 'aws-cdk-lib'
import type { IHttpRouteAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2'
import { HttpJwtAuthorizer, HttpUserPoolAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers'
import {
  CfnManagedLoginBranding,
  CfnUserPoolUser,
  CfnUserPoolUserToGroupAttachment,
  ManagedLoginVersion,
  OAuthScope,
  ResourceServerScope,
  UserPool,
  type UserPoolClient,
  type UserPoolDomain,
  UserPoolGroup,
} from 'aws-cdk-lib/aws-cognito'
import type { Construct } from 'constructs'
import { acknowledge } from './acknowledge.ts'

export interface IdentityProps {
  /** An OpenID Connect issuer to trust instead of a Cognito user pool of our own. */
  issuer?: IssuerProps
  /** Of the sign-in pages' address, `https://<domainPrefix>.auth.<region>.amazoncognito.com`. Default: one of the stack's own. */
  domainPrefix?: string
  /** Where the first administrator is sent a password. Default: nobody is. */
  administratorEmail?: string
  /** Where a console may be besides the edge: addresses that people who sign in, or out, are sent back to. */
  consoleUrls?: string[]
}

export interface IssuerProps {
  /** As its tokens have it in `iss`. */
  issuerUrl: string
  /** What its tokens for us have in `aud`, or in `client_id`: one of these. */
  audience: string[]
  /** The claim that holds a person's roles. Default `roles`. */
  roleClaim?: string
  /** The console's client there. Default: the first audience. */
  consoleClientId?: string
}

export interface Identity {
  authorizer: IHttpRouteAuthorizer
  /** What the operator API is told of it. */
  environment: Record<string, string>
  /** What the console is, to the issuer: the `consoleClientId` of a foreign one. */
  clientId: string
}

const ROLES = {
  viewer: 'Read everything',
  operator: 'Read everything, command charge points',
  administrator: 'Everything',
} as const

/** Where Swagger UI, in the documentation of the operator API, takes a code. */
const DOCUMENTATION = '/api/docs/oauth2-redirect.html'

/** Where people come from: it is there before the clients are, which name the edge that names it. */
export interface SignIn {
  /** Of tokens, as they have it in `iss`. */
  issuerUrl: string
  /** Of our user pool's sign-in pages. */
  signInUrl?: string
  /** What a page that signs people in has to call: sources of a content security policy. */
  reachable: string[]
  /** Lets the console, which is at `siteUrl` (no slash at the end), and machines ask it for tokens. */
  admit: (siteUrl: string) => Identity
}

/** Whose tokens open the operator API. */
export function createSignIn(scope: Construct, props: IdentityProps): SignIn {
  if (props.issuer) return foreignSignIn(props.issuer)
  const userPool = createUserPool(scope)
  const domain = createDomain(userPool, props.domainPrefix)
  createRoles(scope, userPool, props.administratorEmail)
  const host = `https://cognito-idp.${Aws.REGION}.amazonaws.com`
  return {
    issuerUrl: `${host}/${userPool.userPoolId}`,
    signInUrl: domain.baseUrl(),
    reachable: [host, domain.baseUrl()],
    admit: (siteUrl) => admitToUserPool(scope, userPool, domain, siteUrl, props),
  }
}

function admitToUserPool(
  scope: Construct,
  userPool: UserPool,
  domain: UserPoolDomain,
  siteUrl: string,
  { consoleUrls = [] }: IdentityProps,
): Identity {
  const machineClient = createMachineClient(userPool)
  const webClient = createWebClient(userPool, [
    `${siteUrl}/`,
    `${siteUrl}${DOCUMENTATION}`,
    ...consoleUrls.map(checkedUrl),
  ])
  new CfnManagedLoginBranding(scope, 'SignInStyle', {
    userPoolId: userPool.userPoolId,
    clientId: webClient.userPoolClientId,
    useCognitoProvidedValues: true,
  }).node.addDependency(domain)
  new CfnOutput(scope, 'MachineClientId', { value: machineClient.userPoolClientId })
  new CfnOutput(scope, 'WebClientId', { value: webClient.userPoolClientId })
  new CfnOutput(scope, 'SignInUrl', { value: domain.baseUrl() })
  return {
    authorizer: new HttpUserPoolAuthorizer('OperatorAuthorizer', userPool, {
      userPoolClients: [machineClient, webClient],
    }),
    environment: {
      ROLE_CLAIM: 'cognito:groups',
      SIGN_IN_URL: domain.baseUrl(),
      WEB_CLIENT_ID: webClient.userPoolClientId,
    },
    clientId: webClient.userPoolClientId,
  }
}

function foreignSignIn({ issuerUrl, audience, roleClaim = 'roles', ...more }: IssuerProps): SignIn {
  const url = checkedUrl(issuerUrl)
  const clientId = more.consoleClientId ?? audience[0]
  if (clientId === undefined || audience.length === 0)
    throw new Error('the issuer needs an audience: what its tokens for Busbar name')
  return {
    issuerUrl: url,
    // Its metadata may name any host for tokens.
    reachable: ['https:'],
    admit: () => ({
      authorizer: new HttpJwtAuthorizer('OperatorAuthorizer', url, { jwtAudience: audience }),
      environment: { ROLE_CLAIM: roleClaim, ISSUER_URL: url },
      clientId,
    }),
  }
}

/** People have names, which the audit log shows, and may sign in by their e-mail address as well. */
function createUserPool(scope: Construct): UserPool {
  const userPool = new UserPool(scope, 'UserPool', {
    selfSignUpEnabled: false,
    signInAliases: { username: true, email: true },
    passwordPolicy: { minLength: 12 },
    removalPolicy: RemovalPolicy.RETAIN,
  })
  acknowledge(userPool, {
    COG1: 'Length makes passwords strong; classes of characters make them alike (NIST SP 800-63B).',
    COG2: 'A second factor is for the owner of the pool to demand, once people have enrolled one.',
    COG8: 'Threat protection belongs to a plan that costs for each person; the usual plan locks out who guesses.',
  })
  return userPool
}

/** A prefix is unique in its region; the last part of the stack's id is unique anywhere. */
function createDomain(userPool: UserPool, domainPrefix: string | undefined): UserPoolDomain {
  const unique = Fn.select(2, Fn.split('/', Aws.STACK_ID))
  return userPool.addDomain('SignIn', {
    cognitoDomain: { domainPrefix: domainPrefix ?? `busbar-${unique}` },
    managedLoginVersion: ManagedLoginVersion.NEWER_MANAGED_LOGIN,
  })
}

function createMachineClient(userPool: UserPool): UserPoolClient {
  const scopes = Object.entries(ROLES).map(
    ([scopeName, scopeDescription]) => new ResourceServerScope({ scopeName, scopeDescription }),
  )
  const resourceServer = userPool.addResourceServer('ResourceServer', { identifier: 'busbar', scopes })
  return userPool.addClient('MachineClient', {
    generateSecret: true,
    accessTokenValidity: Duration.hours(1),
    oAuth: {
      flows: { clientCredentials: true },
      scopes: scopes.map((each) => OAuthScope.resourceServer(resourceServer, each)),
    },
  })
}

/** It has no scope of ours: what a person may do is said by the group, whatever the browser asks for. */
function createWebClient(userPool: UserPool, urls: string[]): UserPoolClient {
  return userPool.addClient('WebClient', {
    authFlows: { userSrp: true },
    accessTokenValidity: Duration.minutes(15),
    idTokenValidity: Duration.minutes(15),
    refreshTokenValidity: Duration.days(30),
    refreshTokenRotationGracePeriod: Duration.seconds(10),
    preventUserExistenceErrors: true,
    oAuth: {
      flows: { authorizationCodeGrant: true },
      scopes: [OAuthScope.OPENID, OAuthScope.PROFILE, OAuthScope.EMAIL],
      callbackUrls: urls,
      logoutUrls: urls,
    },
  })
}

/**
 * Groups, and the first administrator. CloudFormation can neither edit a user nor make one that is there: so it keeps its hands off
 * this one, also where the setting is left out again.
 */
function createRoles(scope: Construct, userPool: UserPool, administratorEmail: string | undefined): void {
  const groups = Object.entries(ROLES).map(
    ([groupName, description]) =>
      new UserPoolGroup(scope, `Group-${groupName}`, { userPool, groupName, description }),
  )
  if (administratorEmail === undefined) return
  if (!/^[^@\s]+@[^@\s]+$/.test(administratorEmail)) {
    throw new Error(`administratorEmail is "${administratorEmail}"; it must be an e-mail address`)
  }
  const { userPoolId } = userPool
  const user = new CfnUserPoolUser(scope, 'Administrator', {
    userPoolId,
    username: 'administrator',
    desiredDeliveryMediums: ['EMAIL'],
    userAttributes: [
      { name: 'email', value: administratorEmail },
      { name: 'email_verified', value: 'true' },
    ],
  })
  const role = new CfnUserPoolUserToGroupAttachment(scope, 'AdministratorsRole', {
    userPoolId,
    username: 'administrator',
    groupName: 'administrator',
  })
  role.node.addDependency(user, ...groups)
  for (const each of [user, role]) each.applyRemovalPolicy(RemovalPolicy.RETAIN)
}

function checkedUrl(url: string): string {
  const { protocol, hostname } = URL.canParse(url) ? new URL(url) : { protocol: '', hostname: '' }
  if (protocol === 'https:' || (protocol === 'http:' && hostname === 'localhost')) return url
  throw new Error(`"${url}" is not an https URL`)
}
