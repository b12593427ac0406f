import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { App, Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { beforeAll, describe, expect, it } from 'vitest'
import { FUNCTION_NAMES } from '../../lib/stack/bundle.ts'
import { Csms, type CsmsProps } from '../../lib/stack/csms.ts'
import { settingsEnvironment } from '../../lib/stack/settings.ts'

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
    resources = synthesize()
  })
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
    expect(open.sort()).toEqual(['GET /api/docs', 'GET /api/docs/{proxy+}', 'GET /api/openapi.json'])
    const { JwtConfiguration } = find('AWS::ApiGatewayV2::Authorizer', { AuthorizerType: 'JWT' }).Properties
    expect(JwtConfiguration).toMatchObject({ Audience: [expect.anything()], Issuer: expect.anything() })
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
          granted.filter(({ who }) => who.includes(`Csms${name}ServiceRole`)).map(({ action }) => action),
        ),
      ].sort()
    const send = ['sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:SendMessage']
    const receive = ['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:ReceiveMessage']
    const readAndWrite = ['BatchGetItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'].map(
      (action) => `dynamodb:${action}`,
    )
    const push = 'execute-api:ManageConnections'
    const look = ['s3:GetObject', 's3:ListBucket', 's3:PutObject']
    const files = [...look, 's3:DeleteObject']
    expect(actionsOf('Authorize')).toEqual(['dynamodb:GetItem'])
    expect(actionsOf('Disconnect')).toEqual(['dynamodb:GetItem', 'dynamodb:UpdateItem'])
    expect(actionsOf('Connect')).toEqual(['dynamodb:PutItem', 'dynamodb:UpdateItem', push, ...send])
    expect(actionsOf('Message')).toEqual([...readAndWrite, push, ...files, ...send].sort())
    expect(actionsOf('Api')).toEqual([...readAndWrite, 'dynamodb:DeleteItem', push, ...files, ...send].sort())
    expect(actionsOf('Timer')).toEqual([...readAndWrite, push, ...look, ...send, ...receive].sort())
    expect(actionsOf('Task')).toEqual(actionsOf('Timer'))
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

  it('keeps files to itself, and for good', () => {
    const [bucket, ...others] = all('AWS::S3::Bucket')
    expect(others).toEqual([])
    expect(bucket?.DeletionPolicy).toBe('Retain')
    expect(bucket?.Properties).toEqual({
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
    expect(() => settingsEnvironment(props)).toThrow(Object.keys(props)[0])
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
      silentAfterHours: 48,
      fileMaxBytes: 1000,
    }
    for (const variables of environmentsOf(synthesize(props))) {
      expect(variables).toMatchObject({
        HEARTBEAT_INTERVAL: '60',
        UNKNOWN_CHARGE_POINTS: 'pending',
        READ_CONFIGURATION_AFTER: '0',
        MESSAGE_LOG_DAYS: '7',
        SILENT_AFTER_HOURS: '48',
        FILE_MAX_BYTES: '1000',
      })
    }
  })

  it('bundles the same twice', () => {
    const keys = (from: Record<string, Resource>) =>
      Object.values(from).map(({ Properties }) => (Properties.Code as { S3Key?: string } | undefined)?.S3Key)
    expect(keys(synthesize())).toEqual(keys(resources))
  })

  it('has its files where the bundler looks for them', () => {
    expect(readFileSync(join(import.meta.dirname, '../../functions/edge.js'), 'utf8')).toContain(
      'function handler(event)',
    )
  })
})
