import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
} from 'aws-cdk-lib/aws-lambda'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import type { Construct } from 'constructs'

export interface CsmsFunctionProps {
  /** The directory of its bundle. */
  directory: string
  environment: Record<string, string>
  timeout?: Duration
  memorySize?: number
}

/** What all our functions have in common: runtime, architecture, JSON logs of their own that are kept for a month. */
export class CsmsFunction extends LambdaFunction {
  constructor(scope: Construct, id: string, props: CsmsFunctionProps) {
    super(scope, id, {
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: Code.fromAsset(props.directory),
      environment: props.environment,
      timeout: props.timeout ?? Duration.seconds(20),
      memorySize: props.memorySize ?? 256,
      loggingFormat: LoggingFormat.JSON,
      logGroup: new LogGroup(scope, `${id}Log`, {
        retention: RetentionDays.ONE_MONTH,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
    })
  }
}
