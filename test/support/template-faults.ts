/** What is wrong with a template that neither CDK's own validation nor cfn-lint sees: a line each, with logical ids. */
export interface Template {
  Resources: Record<string, { Type: string; Properties?: Record<string, unknown> }>
  Parameters?: Record<string, unknown>
  Outputs?: Record<string, unknown>
}

type Check = (template: Template) => string[]

const each = (
  template: Template,
  type: string,
  faultsOf: (properties: Record<string, unknown>, id: string) => string[],
): string[] =>
  Object.entries(template.Resources)
    .filter(([, { Type }]) => Type === type)
    .flatMap(([id, { Properties = {} }]) => faultsOf(Properties, id).map((fault) => `${id}: ${fault}`))

const unless = (holds: unknown, fault: string): string[] => (holds ? [] : [fault])

const refOf = (value: unknown): string | undefined => (value as { Ref?: string } | undefined)?.Ref

const authorizers: Check = (template) =>
  each(template, 'AWS::ApiGatewayV2::Authorizer', ({ AuthorizerType, JwtConfiguration, AuthorizerUri }) => {
    if (AuthorizerType !== 'JWT') return unless(AuthorizerUri, 'a REQUEST authorizer without a function')
    const { Issuer, Audience = [] } = (JwtConfiguration ?? {}) as { Issuer?: unknown; Audience?: unknown[] }
    return [...unless(Issuer, 'no issuer'), ...unless(Audience.length > 0, 'no audience')]
  })

const KINDS: Record<string, string> = { JWT: 'JWT', CUSTOM: 'REQUEST' }

const routes: Check = (template) =>
  each(template, 'AWS::ApiGatewayV2::Route', ({ RouteKey, AuthorizationType = 'NONE', AuthorizerId }) => {
    if (AuthorizationType === 'NONE') return unless(RouteKey !== '$connect', '$connect lets everybody in')
    const kind = KINDS[String(AuthorizationType)]
    if (!kind) return [`the AuthorizationType ${AuthorizationType}`]
    const authorizer = template.Resources[refOf(AuthorizerId) ?? '']?.Properties
    return unless(authorizer?.AuthorizerType === kind, `no ${kind} authorizer`)
  })

interface Key {
  AttributeName: string
}

const keys: Check = (template) =>
  each(template, 'AWS::DynamoDB::GlobalTable', (properties) => {
    const defined = ((properties.AttributeDefinitions ?? []) as Key[]).map(
      ({ AttributeName }) => AttributeName,
    )
    const schemas = [properties, ...((properties.GlobalSecondaryIndexes ?? []) as Record<string, unknown>[])]
    const used = schemas.flatMap(({ KeySchema }) =>
      (KeySchema as Key[]).map(({ AttributeName }) => AttributeName),
    )
    return [
      ...used.filter((name) => !defined.includes(name)).map((name) => `the key ${name} is not defined`),
      ...defined.filter((name) => !used.includes(name)).map((name) => `the attribute ${name} is no key`),
    ]
  })

const RATE = /^rate\((1 (minute|hour|day)|([2-9]|[1-9]\d+) (minutes|hours|days))\)$/
const CRON = /^cron\(\S+( \S+){5}\)$/

const schedules: Check = (template) =>
  ['AWS::Events::Rule', 'AWS::Scheduler::Schedule'].flatMap((type) =>
    each(template, type, ({ ScheduleExpression: given }) =>
      given === undefined
        ? []
        : unless(RATE.test(String(given)) || CRON.test(String(given)), `the schedule ${given}`),
    ),
  )

/** Lambda sets these itself, and refuses functions that bring them. */
const RESERVED =
  /^(_HANDLER|_X_AMZN_TRACE_ID|AWS_(DEFAULT_)?REGION|AWS_EXECUTION_ENV|AWS_LAMBDA_.*|AWS_ACCESS_KEY(_ID)?|AWS_SECRET_ACCESS_KEY|AWS_SESSION_TOKEN|LAMBDA_(TASK_ROOT|RUNTIME_DIR))$/

/** Functions that CDK puts in for deployments log as CDK has them. */
const OF_CDK = /^Custom/

const environments: Check = (template) =>
  each(template, 'AWS::Lambda::Function', ({ Environment, LoggingConfig }, id) => {
    const { Variables = {} } = (Environment ?? {}) as { Variables?: Record<string, unknown> }
    return [
      ...Object.keys(Variables)
        .filter((name) => RESERVED.test(name))
        .map((name) => `the variable ${name} is reserved`),
      ...unless(
        OF_CDK.test(id) || (LoggingConfig as { LogGroup?: unknown } | undefined)?.LogGroup,
        'no log group of its own',
      ),
    ]
  })

const logs: Check = (template) =>
  each(template, 'AWS::Logs::LogGroup', ({ RetentionInDays }) =>
    unless(Number(RetentionInDays) > 0, 'logs are kept for good'),
  )

/** CloudWatch refuses an alarm over more. */
const METRICS_MAX = 10

const alarms: Check = (template) =>
  each(template, 'AWS::CloudWatch::Alarm', ({ Metrics = [], AlarmActions = [] }) => {
    const metrics = (Metrics as Record<string, unknown>[]).filter(({ MetricStat }) => MetricStat)
    return [
      ...unless(metrics.length <= METRICS_MAX, `${metrics.length} metrics`),
      ...unless((AlarmActions as unknown[]).length > 0, 'it tells nobody'),
    ]
  })

/** Texts that stand in the template as they are, where a secret would. */
const secrets: Check = (template) => [
  ...each(template, 'AWS::SecretsManager::Secret', ({ SecretString }) =>
    unless(SecretString === undefined, 'its value is in the template'),
  ),
  ...each(template, 'AWS::Lambda::Function', ({ Environment }) =>
    Object.entries((Environment as { Variables?: object } | undefined)?.Variables ?? {})
      .filter(([name, value]) => /SECRET|PASSWORD|TOKEN|PRIVATE_KEY/.test(name) && typeof value === 'string')
      .map(([name]) => `the variable ${name} has a plain value`),
  ),
  ...each(template, 'AWS::CloudFront::Distribution', (properties) =>
    headersOf(properties)
      .filter(({ HeaderValue }) => !JSON.stringify(HeaderValue).includes('{{resolve:secretsmanager:'))
      .map(({ HeaderName }) => `the header ${HeaderName} has a plain value`),
  ),
]

function headersOf({
  DistributionConfig,
}: Record<string, unknown>): { HeaderName: string; HeaderValue: unknown }[] {
  const { Origins } = DistributionConfig as {
    Origins: { OriginCustomHeaders?: { HeaderName: string; HeaderValue: unknown }[] }[]
  }
  return Origins.flatMap(({ OriginCustomHeaders = [] }) => OriginCustomHeaders)
}

const CHECKS = { authorizers, routes, keys, schedules, environments, logs, alarms, secrets }

export const faultsOf = (template: Template): string[] =>
  Object.values(CHECKS).flatMap((check) => check(template))
