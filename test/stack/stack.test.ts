import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { App, Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { beforeAll, describe, expect, it } from 'vitest'
import { Csms, type CsmsProps } from '../../lib/stack/csms.ts'

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
    expect(actionsOf('Authorize')).toEqual(['dynamodb:GetItem'])
    expect(actionsOf('Disconnect')).toEqual(['dynamodb:GetItem', 'dynamodb:UpdateItem'])
    expect(actionsOf('Connect')).toEqual([
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
      'execute-api:ManageConnections',
    ])
    expect(granted.filter(({ action }) => action.endsWith('*') || action === 'dynamodb:Scan')).toEqual([])
    expect(granted.filter(({ anything }) => anything)).toEqual([])
  })

  it('ends every function before API Gateway gives up on it', () => {
    for (const { Properties } of all('AWS::Lambda::Function')) {
      expect(Properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'] })
      expect(Properties.Timeout).toBeLessThan(30)
    }
  })

  it('ticks again after a failure, but not for ever', () => {
    const [source] = all('AWS::Lambda::EventSourceMapping')
    expect(source?.Properties).toMatchObject({ FunctionResponseTypes: ['ReportBatchItemFailures'] })
    const ticks = all('AWS::SQS::Queue').find(({ Properties }) => Properties.RedrivePolicy)
    expect(ticks?.Properties).toMatchObject({ VisibilityTimeout: 120, RedrivePolicy: { maxReceiveCount: 3 } })
  })

  it.each([0, 9, 541, 600, Number.NaN])(
    'refuses a heartbeat interval of %d: idle sockets are closed at 600',
    (heartbeatInterval) => {
      expect(() => synthesize({ heartbeatInterval })).toThrow('heartbeatInterval')
    },
  )

  it('passes its settings on', () => {
    const environments = Object.values(synthesize({ heartbeatInterval: 60, unknownChargePoints: 'pending' }))
      .filter(({ Type }) => Type === 'AWS::Lambda::Function')
      .map(({ Properties }) => (Properties.Environment as { Variables: object }).Variables)
    expect(environments).toHaveLength(6)
    for (const variables of environments) {
      expect(variables).toMatchObject({ HEARTBEAT_INTERVAL: '60', UNKNOWN_CHARGE_POINTS: 'pending' })
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
