import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CfnResource, Stack } from 'aws-cdk-lib'
import { Bucket } from 'aws-cdk-lib/aws-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Csms, type CsmsProps } from '../../lib/stack/csms.ts'
import { createCheckedApp, findingsOf } from '../support/nag.ts'
import { faultsOf, type Template } from '../support/template-faults.ts'

/** Every part that is there on demand only. */
const EVERYTHING: CsmsProps = {
  clientCertificates: 's3://authorities/bundle.pem',
  plainWebSockets: true,
  tracing: true,
  alarmEmail: 'ann@example.com',
  monthlyBudget: 20,
  reservedConcurrency: 50,
  stationMessagesPerSecond: 500,
  removalPolicy: 'destroy',
  corsOrigins: ['https://console.example'],
}

const TWO_SYNTHESES = 300_000

describe('the quality gates', () => {
  let templates: Template[]
  let findings: string[]
  const consoleDirectory = mkdtempSync(join(tmpdir(), 'busbar-console-'))

  beforeAll(() => {
    mkdirSync(join(consoleDirectory, 'assets'))
    writeFileSync(join(consoleDirectory, 'index.html'), '<!doctype html>')
    const app = createCheckedApp()
    const stacks = [new Stack(app, 'Plain'), new Stack(app, 'Full')] as const
    new Csms(stacks[0], 'Csms')
    new Csms(stacks[1], 'Csms', { ...EVERYTHING, consoleDirectory })
    try {
      const assembly = app.synth()
      findings = []
      templates = stacks.map(({ stackName }) => assembly.getStackByName(stackName).template as Template)
    } catch (error) {
      findings = [String(error).slice(0, 200), ...findingsOf(app)]
    }
  }, TWO_SYNTHESES)

  afterAll(() => rmSync(consoleDirectory, { recursive: true }))

  it('find nothing: cdk-nag, CDK’s own validation, and what neither sees', () => {
    expect(findings).toEqual([])
    expect(templates.map(faultsOf)).toEqual([[], []])
  })

  it('let two deployments live in one account', () => {
    const [plain = [], full = []] = templates.map(namesIn)
    expect(plain.length).toBeGreaterThan(3)
    expect(full.filter((name) => plain.includes(name))).toEqual([])
  })

  it('see every resource tagged that can be', () => {
    const [plain] = templates
    const tables = Object.values(plain?.Resources ?? {}).filter(({ Type }) => TAGGED.includes(Type))
    expect(tables.length).toBeGreaterThan(20)
    for (const { Type, Properties } of tables)
      expect(JSON.stringify(Properties), Type).toMatch(
        /"busbar":"Plain-Csms-|"Key":"busbar","Value":"Plain-Csms-/,
      )
  })
})

/** Names that must be unique in an account, or a region of it, as the template gives them. */
function namesIn({ Resources }: Template): string[] {
  return Object.values(Resources).flatMap(({ Type, Properties = {} }) => {
    const configs = Object.entries(Properties)
      .filter(([key]) => key.endsWith('Config'))
      .map(([, config]) => (config as Record<string, unknown>).Name)
    const names = OWN_NAME[Type]?.map((name) => Properties[name]) ?? []
    return [...names, ...configs]
      .filter((name) => name !== undefined && !JSON.stringify(name).includes('AWS::StackId'))
      .map((name) => `${Type} ${JSON.stringify(name)}`)
  })
}

const OWN_NAME: Record<string, string[]> = {
  'AWS::Lambda::Function': ['FunctionName'],
  'AWS::DynamoDB::GlobalTable': ['TableName'],
  'AWS::SQS::Queue': ['QueueName'],
  'AWS::SNS::Topic': ['TopicName'],
  'AWS::S3::Bucket': ['BucketName'],
  'AWS::IAM::Role': ['RoleName'],
  'AWS::IAM::ManagedPolicy': ['ManagedPolicyName'],
  'AWS::Logs::LogGroup': ['LogGroupName'],
  'AWS::Cognito::UserPoolDomain': ['Domain'],
  'AWS::SecretsManager::Secret': ['Name'],
  'AWS::Events::EventBus': ['Name'],
  'AWS::Events::Rule': ['Name'],
  'AWS::CloudWatch::Alarm': ['AlarmName'],
  'AWS::CloudWatch::Dashboard': ['DashboardName'],
  'AWS::CloudFront::Function': ['Name'],
  'AWS::CloudFront::TrustStore': ['Name'],
  'AWS::Budgets::Budget': ['BudgetName'],
}

const TAGGED = [
  'AWS::ApiGatewayV2::Api',
  'AWS::CloudFront::Distribution',
  'AWS::CloudWatch::Alarm',
  'AWS::Cognito::UserPool',
  'AWS::DynamoDB::GlobalTable',
  'AWS::IAM::Role',
  'AWS::Lambda::Function',
  'AWS::Logs::LogGroup',
  'AWS::S3::Bucket',
  'AWS::SecretsManager::Secret',
  'AWS::SNS::Topic',
  'AWS::SQS::Queue',
]

/** Each of these breaks the template that is deployed, and must be found. */
const FAULTS: [string, string, (properties: Record<string, any>) => void, string][] = [
  ['AWS::ApiGatewayV2::Authorizer', 'JWT', (it) => delete it.JwtConfiguration, 'no issuer'],
  ['AWS::ApiGatewayV2::Authorizer', 'JWT', (it) => (it.JwtConfiguration.Audience = []), 'no audience'],
  ['AWS::ApiGatewayV2::Authorizer', 'REQUEST', (it) => delete it.AuthorizerUri, 'without a function'],
  ['AWS::ApiGatewayV2::Route', '$connect', (it) => (it.AuthorizationType = 'NONE'), 'lets everybody in'],
  ['AWS::ApiGatewayV2::Route', '$connect', (it) => (it.AuthorizationType = 'COSTUM'), 'COSTUM'],
  ['AWS::ApiGatewayV2::Route', 'GET /api/{proxy+}', (it) => delete it.AuthorizerId, 'no JWT authorizer'],
  ['AWS::DynamoDB::GlobalTable', '', (it) => it.AttributeDefinitions.pop(), 'is not defined'],
  ['AWS::DynamoDB::GlobalTable', '', (it) => it.GlobalSecondaryIndexes.pop(), 'is no key'],
  ['AWS::Events::Rule', '', (it) => (it.ScheduleExpression = 'rate(5 minute)'), 'rate(5 minute)'],
  ['AWS::Lambda::Function', '', (it) => (it.Environment.Variables.AWS_REGION = 'x'), 'is reserved'],
  ['AWS::Lambda::Function', '', (it) => delete it.LoggingConfig, 'no log group'],
  ['AWS::Lambda::Function', '', (it) => (it.Environment.Variables.MASTER_SECRET = 'x'), 'a plain value'],
  ['AWS::Logs::LogGroup', '', (it) => delete it.RetentionInDays, 'kept for good'],
  ['AWS::CloudWatch::Alarm', 'SUM([', (it) => it.Metrics.push({ MetricStat: {} }), '11 metrics'],
  ['AWS::CloudWatch::Alarm', '', (it) => delete it.AlarmActions, 'tells nobody'],
  ['AWS::SecretsManager::Secret', '', (it) => (it.SecretString = 'x'), 'in the template'],
  [
    'AWS::CloudFront::Distribution',
    '',
    (it) =>
      (it.DistributionConfig.Origins = [
        { OriginCustomHeaders: [{ HeaderName: 'x', HeaderValue: 'plain' }] },
      ]),
    'the header x has a plain value',
  ],
]

describe('a fault in the template', () => {
  const { cdkOut } = { cdkOut: new URL('../../cdk.out/Busbar.template.json', import.meta.url) }
  const text = () => readFileSync(cdkOut, 'utf8')

  it('is not there to begin with', () => {
    expect(faultsOf(JSON.parse(text()))).toEqual([])
  })

  it.each(FAULTS)('is found: %s %s %s', (type, having, seed, fault) => {
    const template: Template = JSON.parse(text())
    const victim = Object.values(template.Resources).find(
      ({ Type, Properties }) => Type === type && JSON.stringify(Properties).includes(having),
    )
    expect(victim).toBeDefined()
    seed(victim?.Properties ?? {})
    expect(faultsOf(template).join('\n')).toContain(fault)
  })

  it('that cdk-nag knows ends a synthesis', () => {
    const app = createCheckedApp()
    new Bucket(new Stack(app, 'Test'), 'Open')
    expect(() => app.synth()).toThrow()
    expect(findingsOf(app)).toContain('AwsSolutions-S1 at Test/Open/Resource')
  })

  it('that CloudFormation would refuse ends a synthesis', () => {
    const app = createCheckedApp()
    new CfnResource(new Stack(app, 'Test'), 'Queue', {
      type: 'AWS::SQS::Queue',
      properties: { VisibilityTimeout: 'soon', Colour: 'red' },
    })
    expect(() => app.synth()).toThrow()
    expect(findingsOf(app).join()).toContain('Test/Queue')
  })
})
