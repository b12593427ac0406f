import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { App, Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { ENDPOINTS } from '../../lib/operator/endpoints.ts'
import { FUNCTION_NAMES, withBundles } from '../../lib/stack/bundle.ts'
import { Csms, type CsmsProps } from '../../lib/stack/csms.ts'
import { checkSettings, readSettings } from '../../lib/stack/settings.ts'

const CONTEXT = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8')).context

interface Resource {
  Type: string
  Properties: Record<string, unknown>
  DeletionPolicy?: string
}

function synthesize(props: CsmsProps = {}): Record<string, Resource> {
  const app = new App({ context: CONTEXT })
  const stack = new Stack(app, 'Test')
  new Csms(stack, 'Csms', props)
  return Template.fromStack(stack).toJSON().Resources
}

describe('the stack', () => {
  let resources: Record<string, Resource>
  beforeAll(() => {
    // The quality gates have it validated.
    vi.stubEnv('CDK_VALIDATION', 'false')
    resources = synthesize()
  }, 180_000)
  const all = (type: string) => Object.values(resources).filter(({ Type }) => Type === type)
  const find = (type: string, having: object) => {
    const found = all(type).find(({ Properties }) =>
      Object.entries(having).every(([name, value]) => Properties[name] === value),
    )
    expect(found, `${type} ${JSON.stringify(having)}`).toBeDefined()
    return found as Resource
  }

  it('routes CALLs both ways and everything else one way', () => {
    find('AWS::ApiGatewayV2::Api', {
      ProtocolType: 'WEBSOCKET',
      RouteSelectionExpression: '$request.body.[0]',
    })
    expect(find('AWS::ApiGatewayV2::Route', { RouteKey: '2' }).Properties).toMatchObject({
      RouteResponseSelectionExpression: '$default',
    })
    for (const RouteKey of ['$default', '$disconnect', '$connect']) {
      expect(
        find('AWS::ApiGatewayV2::Route', { RouteKey }).Properties.RouteResponseSelectionExpression,
      ).toBeUndefined()
    }
    expect(all('AWS::ApiGatewayV2::RouteResponse')).toHaveLength(1)
  })

  it('asks the authorizer for every charge point, whatever headers it sends', () => {
    expect(find('AWS::ApiGatewayV2::Route', { RouteKey: '$connect' }).Properties).toMatchObject({
      AuthorizationType: 'CUSTOM',
    })
    expect(find('AWS::ApiGatewayV2::Authorizer', { AuthorizerType: 'REQUEST' }).Properties).toMatchObject({
      IdentitySource: ['route.request.querystring.cp'],
    })
  })

  it('lets nobody at the operator API without a token, but for its description', () => {
    const open = all('AWS::ApiGatewayV2::Route')
      .map(({ Properties }) => Properties)
      .filter(
        ({ RouteKey, AuthorizationType }) => String(RouteKey).includes(' ') && AuthorizationType !== 'JWT',
      )
      .map(({ RouteKey }) => RouteKey)
    const ofSignIn = (key: unknown) => String(key).includes('/oauth2/')
    expect(open.filter((key) => !ofSignIn(key)).sort()).toEqual([
      'GET /api/docs',
      'GET /api/docs/{proxy+}',
      'GET /api/openapi.json',
    ])
    const { JwtConfiguration } = find('AWS::ApiGatewayV2::Authorizer', { AuthorizerType: 'JWT' }).Properties
    expect(JwtConfiguration).toMatchObject({
      Audience: [expect.anything(), expect.anything()],
      Issuer: expect.anything(),
    })
  })

  it('lets people sign in by code alone, and tells what they may do by groups', () => {
    const urlOfEdge = (path: string) => ({
      'Fn::Join': [
        '',
        ['https://', { 'Fn::GetAtt': [expect.stringMatching(/^CsmsDistribution/), 'DomainName'] }, path],
      ],
    })
    const [web] = all('AWS::Cognito::UserPoolClient').filter(({ Properties }) => !Properties.GenerateSecret)
    expect(web?.Properties).toMatchObject({
      AllowedOAuthFlows: ['code'],
      AllowedOAuthScopes: ['openid', 'profile', 'email'],
      CallbackURLs: [urlOfEdge('/'), urlOfEdge('/api/docs/oauth2-redirect.html')],
      ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'],
      RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 10 },
      AccessTokenValidity: 15,
      PreventUserExistenceErrors: 'ENABLED',
    })
    const groups = all('AWS::Cognito::UserPoolGroup').map(({ Properties }) => Properties.GroupName)
    expect(groups).toEqual(['viewer', 'operator', 'administrator'])
    expect(all('AWS::Cognito::UserPool')[0]?.Properties).toMatchObject({
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
    })
    expect(all('AWS::Cognito::UserPoolUser')).toEqual([])
  })

  it('has sign-in pages at an address that no other stack can have taken', () => {
    const [domain] = all('AWS::Cognito::UserPoolDomain')
    expect(domain?.Properties).toMatchObject({ ManagedLoginVersion: 2 })
    expect(JSON.stringify(domain?.Properties.Domain)).toContain('AWS::StackId')
  })

  it('makes a first administrator if told where he is', () => {
    const made = Object.values(synthesize({ administratorEmail: 'ann@example.com', domainPrefix: 'ours' }))
    const propertiesOf = (type: string) =>
      made.filter(({ Type }) => Type === type).map(({ Properties }) => Properties)
    expect(propertiesOf('AWS::Cognito::UserPoolUser')).toMatchObject([
      { Username: 'administrator', UserAttributes: [{ Name: 'email', Value: 'ann@example.com' }, {}] },
    ])
    expect(propertiesOf('AWS::Cognito::UserPoolUserToGroupAttachment')).toMatchObject([
      { Username: 'administrator', GroupName: 'administrator' },
    ])
    expect(propertiesOf('AWS::Cognito::UserPoolDomain')).toMatchObject([{ Domain: 'ours' }])
    // Who has signed in since must not be gone because a setting was forgotten.
    const kept = made.filter(({ Type }) => Type.startsWith('AWS::Cognito::UserPoolUser'))
    expect(kept.map(({ DeletionPolicy }) => DeletionPolicy)).toEqual(['Retain', 'Retain'])
  })

  it('trusts another issuer instead of a user pool', () => {
    const setting: Record<string, string> = {
      issuerUrl: 'https://id.example.com/realm',
      audience: 'busbar, busbar-console',
      roleClaim: 'groups',
    }
    const made = Object.values(synthesize(readSettings(setting)))
    expect(made.filter(({ Type }) => Type.startsWith('AWS::Cognito'))).toEqual([])
    const authorizers = made.filter(({ Properties }) => Properties?.AuthorizerType === 'JWT')
    expect(authorizers.map(({ Properties }) => Properties.JwtConfiguration)).toEqual([
      { Issuer: setting.issuerUrl, Audience: ['busbar', 'busbar-console'] },
    ])
    const environments = made
      .filter(({ Type }) => Type === 'AWS::Lambda::Function')
      .map(({ Properties }) => (Properties.Environment as { Variables: object }).Variables)
    expect(environments).toContainEqual(
      expect.objectContaining({ ROLE_CLAIM: 'groups', ISSUER_URL: setting.issuerUrl }),
    )
  })

  it.each<[string, CsmsProps]>([
    ['an https URL', { issuer: { issuerUrl: 'http://id.example.com', audience: ['a'] } }],
    ['an audience', { issuer: { issuerUrl: 'https://id.example.com', audience: [] } }],
    ['an e-mail address', { administratorEmail: 'ann' }],
    ['an https URL', { consoleUrls: ['console.example.com'] }],
  ])('wants %s: %o', (message, props) => {
    expect(() => synthesize(props)).toThrow(message)
  })

  it('keeps the table, and can restore it', () => {
    const [table] = all('AWS::DynamoDB::GlobalTable')
    expect(table?.DeletionPolicy).toBe('Retain')
    expect(table?.Properties).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
      Replicas: [{ PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }],
    })
  })

  it('names nothing by hand: two of them fit into one account', () => {
    for (const { Type, Properties } of Object.values(resources)) {
      for (const name of [
        'FunctionName',
        'TableName',
        'QueueName',
        'BucketName',
        'RoleName',
        'LogGroupName',
        'UserPoolName',
      ]) {
        expect(typeof Properties[name], `${name} of ${Type}`).not.toBe('string')
      }
    }
  })

  it('gives each function what it needs, and nobody Scan or everything', () => {
    const granted = all('AWS::IAM::Policy').flatMap(({ Properties }) => {
      const { Statement } = Properties.PolicyDocument as {
        Statement: { Action: string | string[]; Resource: unknown }[]
      }
      const who = JSON.stringify(Properties.Roles)
      return Statement.flatMap(({ Action, Resource }) =>
        [Action].flat().map((action) => ({ who, action, anything: Resource === '*' })),
      )
    })
    const actionsOf = (name: string) =>
      [
        ...new Set(
          granted
            .filter(({ who, action }) => who.includes(`Csms${name}Role`) && !action.startsWith('logs:'))
            .map(({ action }) => action),
        ),
      ].sort()
    const send = ['sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:SendMessage']
    const receive = ['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:ReceiveMessage']
    const readAndWrite = ['BatchGetItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'].map(
      (action) => `dynamodb:${action}`,
    )
    const remove = 'dynamodb:DeleteItem'
    const stream = ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'].map(
      (action) => `dynamodb:${action}`,
    )
    const push = 'execute-api:ManageConnections'
    const look = ['s3:GetObject', 's3:ListBucket', 's3:PutObject']
    const files = [...look, 's3:DeleteObject']
    const secret = 'secretsmanager:GetSecretValue'
    expect(actionsOf('Authorize')).toEqual([remove, 'dynamodb:GetItem', 'dynamodb:UpdateItem', secret])
    expect(actionsOf('Disconnect')).toEqual(['dynamodb:GetItem', 'dynamodb:UpdateItem'])
    expect(actionsOf('Connect')).toEqual(['dynamodb:PutItem', 'dynamodb:UpdateItem', push, ...send])
    expect(actionsOf('Message')).toEqual([...readAndWrite, push, ...files, ...send].sort())
    expect(actionsOf('Api')).toEqual(
      [...readAndWrite, remove, push, ...files, 'secretsmanager:GetSecretValue', ...send].sort(),
    )
    expect(actionsOf('Timer')).toEqual([...readAndWrite, push, ...look, ...send, ...receive].sort())
    expect(actionsOf('Task')).toEqual([...actionsOf('Timer'), remove].sort())
    expect(actionsOf('Relist')).toEqual([...readAndWrite, remove, ...stream, ...send].sort())
    expect(actionsOf('Tell')).toEqual(
      ['BatchGetItem', 'GetItem', 'PutItem']
        .map((action) => `dynamodb:${action}`)
        .concat(stream, send, 'events:PutEvents')
        .sort(),
    )
    expect(actionsOf('Webhook')).toEqual(
      [...readAndWrite, 'secretsmanager:GetSecretValue', ...send, ...receive].sort(),
    )
    expect(granted.filter(({ action }) => action.endsWith('*') || action === 'dynamodb:Scan')).toEqual([])
    expect(granted.filter(({ anything }) => anything)).toEqual([])
  })

  it('ends every function before API Gateway gives up on it, if it is behind one', () => {
    const functions = Object.entries(resources).filter(([, { Type }]) => Type === 'AWS::Lambda::Function')
    for (const [id, { Properties }] of functions) {
      expect(Properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'] })
      expect(Properties.Timeout, id).toBeLessThan(id.startsWith('CsmsTask') ? 61 : 30)
    }
  })

  it.each([
    ['CsmsTicks', { VisibilityTimeout: 120, RedrivePolicy: { maxReceiveCount: 3 } }],
    ['CsmsTasks', { VisibilityTimeout: 360, RedrivePolicy: { maxReceiveCount: 5 } }],
    ['CsmsWebhooks', { VisibilityTimeout: 150, RedrivePolicy: { maxReceiveCount: 5 } }],
  ])('handles the messages of %s again after a failure, but not for ever', (prefix, properties) => {
    const [id, queue] = Object.entries(resources).find(
      ([each, { Type }]) => Type === 'AWS::SQS::Queue' && each.startsWith(prefix),
    ) ?? ['']
    expect(queue?.Properties).toMatchObject({ ...properties, SqsManagedSseEnabled: true })
    const sources = all('AWS::Lambda::EventSourceMapping').filter(({ Properties }) =>
      JSON.stringify(Properties.EventSourceArn).includes(id),
    )
    expect(sources.map(({ Properties }) => Properties)).toMatchObject([
      { FunctionResponseTypes: ['ReportBatchItemFailures'] },
    ])
  })

  it('calls only so many charge points of tasks at once', () => {
    const sources = all('AWS::Lambda::EventSourceMapping').map(({ Properties }) => Properties)
    expect(sources).toContainEqual(
      expect.objectContaining({ BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } }),
    )
  })

  it('lets receivers of webhooks that hang hold up only so many functions', () => {
    const [source, ...others] = all('AWS::Lambda::EventSourceMapping')
      .map(({ Properties }) => Properties)
      .filter(({ FunctionName }) => JSON.stringify(FunctionName).includes('CsmsWebhook'))
    expect(others).toEqual([])
    expect(source).toMatchObject({ ScalingConfig: { MaximumConcurrency: 20 } })
  })

  it('routes what the operator API takes, and no OPTIONS: the gateway answers preflights where no route does', () => {
    const methods = all('AWS::ApiGatewayV2::Route')
      .map(({ Properties }) => String(Properties.RouteKey).split(' '))
      .filter(([, path]) => path === '/api/{proxy+}')
      .map(([method]) => method)
    expect(methods.sort()).toEqual(['DELETE', 'GET', 'HEAD', 'PATCH', 'POST'])
    const keys = all('AWS::ApiGatewayV2::Route').map(({ Properties }) => String(Properties.RouteKey))
    expect(keys.filter((key) => /^(ANY|OPTIONS) /.test(key))).toEqual([])
    expect(new Set(ENDPOINTS.map(({ spec }) => spec.method.toUpperCase()))).toEqual(
      new Set(methods.filter((method) => method !== 'HEAD')),
    )
  })

  it('hands what changes in the table to lists and events, and puts aside what cannot be told', () => {
    expect(all('AWS::DynamoDB::GlobalTable')[0]?.Properties.StreamSpecification).toEqual({
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    })
    const sources = all('AWS::Lambda::EventSourceMapping')
      .map(({ Properties }) => Properties)
      .filter(({ EventSourceArn }) => JSON.stringify(EventSourceArn).includes('StreamArn'))
    const called = sources.map(({ FunctionName }) => JSON.stringify(FunctionName))
    expect(called).toEqual([expect.stringContaining('Relist'), expect.stringContaining('Tell')])
    for (const source of sources)
      expect(source).toMatchObject({
        StartingPosition: 'TRIM_HORIZON',
        BisectBatchOnFunctionError: true,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        DestinationConfig: { OnFailure: { Destination: expect.anything() } },
      })
    const patience = sources.map(({ MaximumRetryAttempts, MaximumRecordAgeInSeconds }) => [
      MaximumRetryAttempts,
      MaximumRecordAgeInSeconds,
    ])
    expect(patience).toEqual([
      [10, undefined],
      [undefined, 23 * 3600],
    ])
    const patterns = sources.map(({ FilterCriteria }) =>
      (FilterCriteria as { Filters: { Pattern: string }[] }).Filters.map(({ Pattern }) => Pattern),
    )
    expect(patterns).toEqual([
      [
        expect.stringContaining('LIVE'),
        expect.stringContaining('transactionData'),
        expect.stringContaining('ReserveNow'),
      ],
      [expect.stringContaining('LIVE')],
    ])
  })

  it('puts events on a bus of its own, where a rule hands ours to webhooks', () => {
    expect(all('AWS::Events::EventBus')).toHaveLength(1)
    const rules = all('AWS::Events::Rule').filter(({ Properties }) => Properties?.EventPattern)
    expect(rules.map(({ Properties }) => Properties)).toEqual([
      expect.objectContaining({
        EventPattern: { source: ['busbar'] },
        Targets: [
          expect.objectContaining({ Arn: { 'Fn::GetAtt': [expect.stringMatching(/^CsmsWebhooks/), 'Arn'] } }),
        ],
      }),
    ])
  })

  it('has stale charge points looked for by a schedule, whose missed turns are not made up for', () => {
    const rules = all('AWS::Events::Rule').filter(({ Properties }) => Properties?.ScheduleExpression)
    expect(rules.map(({ Properties }) => Properties)).toMatchObject([
      {
        ScheduleExpression: 'rate(5 minutes)',
        State: 'ENABLED',
        Targets: [
          {
            Id: 'Target0',
            Arn: { 'Fn::GetAtt': [expect.stringMatching(/^CsmsTasks/), 'Arn'] },
            Input: '{"find":"stale"}',
            RetryPolicy: { MaximumEventAgeInSeconds: 300, MaximumRetryAttempts: 2 },
          },
        ],
      },
    ])
  })

  it('lets no page from elsewhere at the operator API unless told which, and bounds what it takes', () => {
    const api = find('AWS::ApiGatewayV2::Api', { ProtocolType: 'HTTP' }).Properties
    expect(api.CorsConfiguration).toBeUndefined()
    expect(find('AWS::ApiGatewayV2::Stage', { StageName: '$default' }).Properties).toMatchObject({
      DefaultRouteSettings: { ThrottlingRateLimit: 1000, ThrottlingBurstLimit: 2000 },
    })
    const told = Object.values(synthesize({ corsOrigins: ['https://console.example'], requestsPerSecond: 5 }))
    const cors = (type: string) =>
      told.find(({ Type, Properties }) => Type === type && Properties.CorsConfiguration)?.Properties
    expect(cors('AWS::S3::Bucket')).toMatchObject({
      CorsConfiguration: {
        CorsRules: [{ AllowedOrigins: ['https://*.cloudfront.net', 'https://console.example'] }],
      },
    })
    expect(cors('AWS::ApiGatewayV2::Api')).toMatchObject({
      CorsConfiguration: {
        AllowOrigins: ['https://console.example'],
        AllowMethods: ['*'],
        AllowHeaders: expect.arrayContaining([
          'authorization',
          'if-match',
          'if-none-match',
          'idempotency-key',
        ]),
        ExposeHeaders: expect.arrayContaining(['etag', 'link', 'idempotency-replayed']),
      },
    })
    const stage = told.find(({ Properties }) => Properties?.StageName === '$default')
    expect(stage?.Properties).toMatchObject({ DefaultRouteSettings: { ThrottlingRateLimit: 5 } })
  })

  it.each(['https://console.example/', 'console.example', ''])('refuses the origin "%s"', (origin) => {
    expect(() => checkSettings({ corsOrigins: [origin] })).toThrow('corsOrigins')
  })

  it.each([0, 0.5, 10_001])('refuses a rate of %d requests a second', (requestsPerSecond) => {
    expect(() => checkSettings({ requestsPerSecond })).toThrow('requestsPerSecond')
  })

  it('keeps files to itself, and for good', () => {
    const [bucket, ...others] = all('AWS::S3::Bucket')
    expect(others).toMatchObject([{ DeletionPolicy: 'Delete' }])
    expect(bucket?.DeletionPolicy).toBe('Retain')
    expect({ ...bucket?.Properties, Tags: undefined }).toEqual({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      LifecycleConfiguration: {
        Rules: [{ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 }, Status: 'Enabled' }],
      },
      CorsConfiguration: {
        CorsRules: [
          {
            AllowedMethods: ['PUT'],
            AllowedOrigins: ['https://*.cloudfront.net'],
            AllowedHeaders: ['content-type'],
            MaxAge: 3600,
          },
        ],
      },
    })
    const [policy] = all('AWS::S3::BucketPolicy')
    expect(policy?.Properties.PolicyDocument).toMatchObject({
      Statement: [{ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }],
    })
  })

  it.each([0, 9, 541, 600, Number.NaN])(
    'refuses a heartbeat interval of %d: idle sockets are closed at 600',
    (heartbeatInterval) => {
      expect(() => synthesize({ heartbeatInterval })).toThrow('heartbeatInterval')
    },
  )

  it.each([
    { readConfigurationAfter: -1 },
    { readConfigurationAfter: 601 },
    { readConfigurationAfter: 1.5 },
    { messageLogDays: 0 },
    { silentAfterHours: Number.NaN },
    { fileMaxBytes: 0 },
    { fileMaxBytes: 5 * 1024 ** 3 + 1 },
  ])('refuses %o', (props) => {
    expect(() => checkSettings(props)).toThrow(Object.keys(props)[0])
  })

  const environmentsOf = (from: Record<string, Resource>) =>
    Object.values(from)
      .filter(({ Type }) => Type === 'AWS::Lambda::Function')
      .map(({ Properties }) => (Properties.Environment as { Variables: object }).Variables)

  it('has its usual settings', () => {
    const environments = environmentsOf(resources)
    expect(environments).toHaveLength(FUNCTION_NAMES.length)
    for (const variables of environments) {
      expect(variables).toMatchObject({
        TASKS_URL: expect.anything(),
        FILES_URL: expect.anything(),
        HEARTBEAT_INTERVAL: '300',
        UNKNOWN_CHARGE_POINTS: 'refuse',
        READ_CONFIGURATION_AFTER: '10',
        MESSAGE_LOG_DAYS: '30',
        AUDIT_DAYS: '400',
        SILENT_AFTER_HOURS: '24',
        FILE_MAX_BYTES: String(256 * 1024 * 1024),
      })
    }
  })

  it('passes other settings on', () => {
    const props: CsmsProps = {
      heartbeatInterval: 60,
      unknownChargePoints: 'pending',
      readConfigurationAfter: 0,
      messageLogDays: 7,
      auditDays: 1000,
      silentAfterHours: 48,
      fileMaxBytes: 1000,
    }
    for (const variables of environmentsOf(synthesize(props))) {
      expect(variables).toMatchObject({
        HEARTBEAT_INTERVAL: '60',
        UNKNOWN_CHARGE_POINTS: 'pending',
        READ_CONFIGURATION_AFTER: '0',
        MESSAGE_LOG_DAYS: '7',
        AUDIT_DAYS: '1000',
        SILENT_AFTER_HOURS: '48',
        FILE_MAX_BYTES: '1000',
      })
    }
  })

  it('keeps one secret for good, which nobody but those who need it may read', () => {
    const secrets = Object.entries(resources).filter(
      ([id, { Type }]) => Type === 'AWS::SecretsManager::Secret' && !id.includes('Origin'),
    )
    expect(secrets).toMatchObject([
      [
        expect.stringMatching(/^CsmsMasterSecret/),
        {
          DeletionPolicy: 'Retain',
          Properties: { GenerateSecretString: { PasswordLength: 64, ExcludePunctuation: true } },
        },
      ],
    ])
    const Ref = secrets[0]?.[0]
    const having = (name: string, text: string) =>
      all(name)
        .filter(({ Properties }) => JSON.stringify(Properties).includes(text))
        .map(({ Properties }) => JSON.stringify(Properties.Role ?? Properties.Roles))
    const readers = [expect.stringContaining('CsmsApi'), expect.stringContaining('CsmsWebhook')]
    expect(having('AWS::Lambda::Function', `"MASTER_SECRET_ID":${JSON.stringify({ Ref })}`)).toEqual(readers)
    const statement = { Action: 'secretsmanager:GetSecretValue', Effect: 'Allow', Resource: { Ref } }
    expect(having('AWS::IAM::Policy', JSON.stringify(statement))).toEqual(readers)
  })

  it('bundles the same twice', () => {
    const keys = (from: Record<string, Resource>) =>
      Object.values(from).map(({ Properties }) => (Properties.Code as { S3Key?: string } | undefined)?.S3Key)
    expect(keys(synthesize())).toEqual(keys(resources))
  })

  it('leaves no bundle behind', () => {
    const file = withBundles(({ api }) => {
      const bundle = join(api, 'index.mjs')
      expect(existsSync(bundle)).toBe(true)
      return bundle
    })
    expect(existsSync(file)).toBe(false)
  })

  it('has its files where the bundler looks for them', () => {
    expect(readFileSync(join(import.meta.dirname, '../../functions/edge.js'), 'utf8')).toContain(
      'function handler(event)',
    )
  })
})
