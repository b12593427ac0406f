import { readFileSync } from 'node:fs'
import { App, Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { Csms, type CsmsProps } from '../../lib/stack/csms.ts'
import { checkSettings, readSettings, SETTINGS, settingsEnvironment } from '../../lib/stack/settings.ts'

const textOf = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const CONTEXT = JSON.parse(textOf('cdk.json')).context

interface Resource {
  Type: string
  Properties: Record<string, any>
  DeletionPolicy?: string
}

type Resources = Record<string, Resource>

const propertiesOf = (resources: Resources, type: string) =>
  Object.values(resources)
    .filter(({ Type }) => Type === type)
    .map(({ Properties }) => Properties)

function synthesize(props: CsmsProps): Resources {
  const stack = new Stack(new App({ context: CONTEXT }), 'Test')
  new Csms(stack, 'Csms', props)
  return Template.fromStack(stack).toJSON().Resources
}

describe('settings', () => {
  it('are read from a command line', () => {
    const given = {
      heartbeatInterval: '60',
      plainWebSockets: 'true',
      corsOrigins: 'https://a.example, https://b.example',
      monthlyBudget: '12.5',
      logDays: '90',
      removalPolicy: 'destroy',
      domainPrefix: '',
      '@aws-cdk/core:stackRelativeExports': true,
      'cli-telemetry': false,
    }
    expect(readSettings(given)).toEqual({
      heartbeatInterval: 60,
      plainWebSockets: true,
      corsOrigins: ['https://a.example', 'https://b.example'],
      monthlyBudget: 12.5,
      logDays: 90,
      removalPolicy: 'destroy',
    })
  })

  it('are read from cdk.json, where they have types', () => {
    expect(
      readSettings({ heartbeatInterval: 60, tracing: true, consoleUrls: ['https://a.example'] }),
    ).toEqual({
      heartbeatInterval: 60,
      tracing: true,
      consoleUrls: ['https://a.example'],
    })
  })

  it('make one issuer of its parts', () => {
    const parts = { issuerUrl: 'https://id.example', audience: 'one,two', roleClaim: 'groups' }
    expect(readSettings(parts)).toEqual({
      issuer: { issuerUrl: 'https://id.example', audience: ['one', 'two'], roleClaim: 'groups' },
    })
  })

  it.each<[object, string]>([
    [{ heartbeatInterval: '5' }, 'heartbeatInterval is 5; it must be a whole number from 10 to 540 seconds'],
    [{ heartbeatInterval: 'often' }, 'heartbeatInterval is NaN'],
    [{ unknownChargePoints: 'maybe' }, 'unknownChargePoints is "maybe"; it must be "refuse" or "pending"'],
    [{ tracing: 'yes' }, 'tracing is "yes"; it must be "true" or "false"'],
    [{ logDays: '31' }, 'logDays is "31"; it must be 1, 3, 5'],
    [{ alarmEmail: 'ann' }, 'alarmEmail is "ann"; it must be an e-mail address'],
    [{ monthlyBudget: '0' }, 'monthlyBudget is 0'],
    [{ domainPrefix: 'Ours' }, 'domainPrefix is "Ours"; it must be up to 63 small letters'],
    [{ domainPrefix: 'ours-on-aws' }, 'domainPrefix is "ours-on-aws"'],
    [{ originSecretRotation: 'x'.repeat(61) }, 'it must be a text of 60 characters at the most'],
    [{ heartbeatIntervall: '60' }, 'there is no setting "heartbeatIntervall"; there is heartbeatInterval'],
    [{ colour: 'red' }, 'there is no setting "colour"'],
  ])('name what is wrong: %o', (given, message) => {
    expect(() => readSettings(given as Record<string, unknown>)).toThrow(message)
  })

  it('are checked where an app of one’s own gives them', () => {
    expect(() => checkSettings({ silentAfterHours: 0 })).toThrow('silentAfterHours is 0')
    expect(() => checkSettings({ corsOrigins: ['console.example'] })).toThrow('corsOrigins')
    expect(() =>
      checkSettings({ issuer: { issuerUrl: 'https://id.example', audience: ['a'] } }),
    ).not.toThrow()
  })

  it('have defaults that they themselves allow, or say what is so without them', () => {
    for (const [name, { usual, holds, meaning }] of Object.entries(SETTINGS)) {
      expect(meaning, name).not.toBe('')
      if (typeof usual !== 'string') expect(holds(usual), name).toBe(true)
    }
    expect(settingsEnvironment({})).toMatchObject({
      HEARTBEAT_INTERVAL: '300',
      UNKNOWN_CHARGE_POINTS: 'refuse',
    })
  })
})

describe('operations', () => {
  let usual: Resources
  let told: Resources
  beforeAll(() => {
    // The quality gates have it validated.
    vi.stubEnv('CDK_VALIDATION', 'false')
    usual = JSON.parse(textOf('cdk.out/Busbar.template.json')).Resources
    told = synthesize({
      logLevel: 'warn',
      logDays: 7,
      tracing: true,
      alarmEmail: 'ann@example.com',
      dashboard: false,
      monthlyBudget: 50,
      reservedConcurrency: 40,
      stationMessagesPerSecond: 200,
      removalPolicy: 'destroy',
    })
  }, 300_000)

  const functionsOf = (resources: Resources) =>
    Object.entries(resources)
      .filter(([id, { Type }]) => Type === 'AWS::Lambda::Function' && id.startsWith('Csms'))
      .map(([, { Properties }]) => Properties)

  it('log as JSON, and of Lambda’s own lines warnings alone', () => {
    const configs = (resources: Resources) => functionsOf(resources).map(({ LoggingConfig }) => LoggingConfig)
    expect(configs(usual)).toHaveLength(10)
    for (const config of configs(usual))
      expect(config).toMatchObject({ LogFormat: 'JSON', ApplicationLogLevel: 'INFO', SystemLogLevel: 'WARN' })
    // Lambda would take metrics for INFO, and drop them.
    for (const config of configs(told)) expect(config).toMatchObject({ ApplicationLogLevel: 'INFO' })
    expect(new Set(functionsOf(told).map((it) => it.Environment.Variables.LOG_LEVEL))).toEqual(
      new Set(['warn']),
    )
    expect(propertiesOf(usual, 'AWS::Logs::LogGroup').map((it) => it.RetentionInDays)).toContain(30)
    const kept = propertiesOf(told, 'AWS::Logs::LogGroup').map(({ RetentionInDays }) => RetentionInDays)
    expect(new Set(kept)).toEqual(new Set([7]))
  })

  it('log who asked what of the operator API, and no frames', () => {
    const logging = propertiesOf(usual, 'AWS::ApiGatewayV2::Stage')
      .filter(({ AccessLogSettings }) => AccessLogSettings)
      .map(({ StageName, AccessLogSettings }) => [
        StageName,
        Object.keys(JSON.parse(AccessLogSettings.Format)),
      ])
    expect(logging).toEqual([['$default', expect.arrayContaining(['caller', 'method', 'path', 'status'])]])
  })

  it('trace when told to', () => {
    expect(functionsOf(usual).map(({ TracingConfig }) => TracingConfig?.Mode)).not.toContain('Active')
    for (const { TracingConfig } of functionsOf(told)) expect(TracingConfig).toEqual({ Mode: 'Active' })
  })

  it('have alarms over everything that loses something or makes somebody wait', () => {
    const alarms = Object.keys(usual).filter((id) => usual[id]?.Type === 'AWS::CloudWatch::Alarm')
    expect(alarms.map((id) => id.replace(/^CsmsOperations/, '').replace(/.{8}$/, '')).sort()).toEqual([
      'ApiServerErrors',
      'AuthorizerRefusals',
      'ConnectionDrops',
      'DeadLetters',
      'EventsLate',
      'FunctionErrors',
      'FunctionThrottles',
      'ListsLate',
      'StationApiErrors',
      'TableThrottles',
    ])
    for (const alarm of propertiesOf(usual, 'AWS::CloudWatch::Alarm'))
      expect(alarm).toMatchObject({ TreatMissingData: 'notBreaching', AlarmDescription: expect.any(String) })
  })

  it('watch every dead-letter queue and every function, but the one that fails by design', () => {
    const text = (name: string) =>
      JSON.stringify(
        Object.entries(usual).find(([id]) => id.startsWith(`CsmsOperations${name}`))?.[1].Properties,
      )
    const ids = (type: string, prefix: string) =>
      Object.keys(usual).filter((id) => usual[id]?.Type === type && id.startsWith(prefix))
    const dead = ids('AWS::SQS::Queue', 'CsmsDead')
    expect(dead).toHaveLength(4)
    for (const id of dead) expect(text('DeadLetters')).toContain(id)
    const failing = ids('AWS::Lambda::Function', 'Csms').filter((id) => !id.startsWith('CsmsAuthorize'))
    expect(failing).toHaveLength(9)
    for (const id of failing) expect(text('FunctionErrors')).toContain(id)
    expect(text('FunctionErrors')).not.toContain('CsmsAuthorize')
    expect(text('FunctionErrors')).toContain('InternalErrors')
  })

  it('count in each figure what it names, and nothing else that is in its graph', () => {
    const expressions = [
      ...JSON.stringify([
        propertiesOf(usual, 'AWS::CloudWatch::Dashboard'),
        propertiesOf(usual, 'AWS::CloudWatch::Alarm'),
      ]).matchAll(/SUM\([^)]*\)/g),
    ].map(([expression]) => expression)
    expect(expressions.length).toBeGreaterThan(5)
    for (const expression of expressions) expect(expression).toMatch(/^SUM\(\[(\w+0)(, \w+)*\]\)$/)
  })

  it('keep dead letters for two weeks', () => {
    const dead = Object.entries(usual).filter(
      ([id, { Type }]) => Type === 'AWS::SQS::Queue' && id.startsWith('CsmsDead'),
    )
    expect(dead.map(([, { Properties }]) => Properties.MessageRetentionPeriod)).toEqual(
      Array(4).fill(14 * 24 * 3600),
    )
  })

  it('cost less than three dollars a month for alarms', () => {
    const metrics = propertiesOf(usual, 'AWS::CloudWatch::Alarm').map(({ Metrics }) =>
      Metrics ? Metrics.filter(({ MetricStat }: { MetricStat?: object }) => MetricStat).length : 1,
    )
    expect(metrics.reduce((sum, each) => sum + each, 0) * 0.1).toBeLessThan(3)
  })

  it('read the metrics that the functions write', () => {
    const named = (text: string) =>
      [...text.matchAll(/Busbar[\\"',]+(\w+)[\\"',]+service/g)].map(([, name]) => name)
    const shown = new Set(named(JSON.stringify(propertiesOf(usual, 'AWS::CloudWatch::Dashboard'))))
    const source = textOf('lib/central-system/system.ts')
    const counted = [...(/export type Counted =([^;]*?)\n\n/.exec(source)?.[1] ?? '').matchAll(/'(\w+)'/g)]
    expect(counted.length).toBeGreaterThan(4)
    expect([...shown].sort()).toEqual(counted.map(([, name]) => name).sort())
    const deployment = functionsOf(usual)[0]?.Environment.Variables.DEPLOYMENT
    expect(JSON.stringify(propertiesOf(usual, 'AWS::CloudWatch::Alarm'))).toContain(`"Value":"${deployment}"`)
  })

  it('tell a person of alarms when there is one, over TLS, and let CloudWatch do so', () => {
    expect(propertiesOf(usual, 'AWS::SNS::Subscription')).toEqual([])
    expect(propertiesOf(told, 'AWS::SNS::Subscription')).toMatchObject([
      { Protocol: 'email', Endpoint: 'ann@example.com' },
    ])
    const [policy] = propertiesOf(usual, 'AWS::SNS::TopicPolicy')
    expect(policy?.PolicyDocument.Statement).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        expect.objectContaining({ Effect: 'Allow', Principal: { Service: 'cloudwatch.amazonaws.com' } }),
      ]),
    )
  })

  it('have a dashboard unless told otherwise, and a budget if told so', () => {
    expect(propertiesOf(usual, 'AWS::CloudWatch::Dashboard')).toHaveLength(1)
    expect(propertiesOf(told, 'AWS::CloudWatch::Dashboard')).toEqual([])
    expect(propertiesOf(usual, 'AWS::Budgets::Budget')).toEqual([])
    const [budget] = propertiesOf(told, 'AWS::Budgets::Budget')
    expect(budget).toMatchObject({
      Budget: { BudgetLimit: { Amount: 50, Unit: 'USD' }, TimeUnit: 'MONTHLY' },
    })
    expect(JSON.stringify(budget?.NotificationsWithSubscribers)).toContain('ann@example.com')
    expect(() => synthesize({ monthlyBudget: 50 })).toThrow('monthlyBudget needs alarmEmail')
  })

  it('bound what charge points may ask', () => {
    const stage = (resources: Resources) =>
      propertiesOf(resources, 'AWS::ApiGatewayV2::Stage').find(({ StageName }) => StageName === 'ocpp')
    expect(stage(usual)?.DefaultRouteSettings).toBeUndefined()
    expect(stage(told)?.DefaultRouteSettings).toMatchObject({
      ThrottlingRateLimit: 200,
      ThrottlingBurstLimit: 400,
    })
    const reserved = functionsOf(told).flatMap((it) => it.ReservedConcurrentExecutions ?? [])
    expect(reserved).toEqual([40])
  })

  it.each([
    'AWS::DynamoDB::GlobalTable',
    'AWS::Cognito::UserPool',
    'AWS::SecretsManager::Secret',
    'AWS::S3::Bucket',
  ])('keep %s unless told otherwise', (type) => {
    const policies = (resources: Resources) =>
      Object.values(resources)
        .filter(({ Type }) => Type === type)
        .map(({ DeletionPolicy }) => DeletionPolicy)
    expect(policies(usual)).toContain('Retain')
    expect(new Set(policies(told))).toEqual(new Set(['Delete']))
  })
})
