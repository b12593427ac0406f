import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import {
  ApplicationLogLevel,
  Architecture,
  Code,
  type FunctionProps,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
  Tracing,
} from 'aws-cdk-lib/aws-lambda'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import type { Construct } from 'constructs'
import { acknowledge } from './acknowledge.ts'
import type { OperationsProps } from './operations.ts'

export interface CsmsFunctionProps extends Pick<FunctionProps, 'reservedConcurrentExecutions'> {
  /** The directory of its bundle. */
  directory: string
  environment: Record<string, string>
  timeout?: Duration
  memorySize?: number
  operations?: OperationsProps
}

/**
 * What all our functions have in common: runtime, architecture, JSON logs of their own, a role that may write those. Of Lambda's own lines, three an
 * invocation, only warnings are kept: they would cost as much as the invocation.
 */
export class CsmsFunction extends LambdaFunction {
  constructor(scope: Construct, id: string, props: CsmsFunctionProps) {
    const { directory, environment, operations = {}, timeout, memorySize, ...others } = props
    const { logLevel = 'info' } = operations
    const logGroup = new LogGroup(scope, `${id}Log`, { removalPolicy: RemovalPolicy.DESTROY })
    const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })
    logGroup.grantWrite(role)
    if (operations.tracing)
      acknowledge(role, { 'IAM5[Resource::*]': 'Traces belong to no resource that could be named.' })
    super(scope, id, {
      ...others,
      environment: { ...environment, LOG_LEVEL: logLevel },
      role,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: Code.fromAsset(directory),
      timeout: timeout ?? Duration.seconds(20),
      memorySize: memorySize ?? 256,
      tracing: operations.tracing ? Tracing.ACTIVE : Tracing.DISABLED,
      loggingFormat: LoggingFormat.JSON,
      // What is worse than this the functions choose by themselves: Lambda takes their metrics, which say no level, for INFO.
      applicationLogLevelV2: logLevel === 'debug' ? ApplicationLogLevel.DEBUG : ApplicationLogLevel.INFO,
      systemLogLevelV2: SystemLogLevel.WARN,
      logGroup,
    })
  }
}
