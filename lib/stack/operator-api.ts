import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway'
import {
  CorsHttpMethod,
  HttpApi,
  type HttpApiProps,
  HttpMethod,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2'
import { HttpUrlIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import type { Construct } from 'constructs'
import { acknowledge } from './acknowledge.ts'
import { type CsmsProps, throttleOf } from './settings.ts'

/** The HTTP API, without its routes: those need an authorizer, whose audience names the edge, which names this. */
export function createOperatorApi(scope: Construct, props: CsmsProps): HttpApi {
  const api = new HttpApi(scope, 'OperatorApi', {
    createDefaultStage: false,
    ...corsOf(props.corsOrigins ?? []),
  })
  new HttpStage(api, 'DefaultStage', {
    httpApi: api,
    autoDeploy: true,
    throttle: throttleOf(props.requestsPerSecond ?? 1000),
    accessLogSettings: {
      destination: new LogGroupLogDestination(
        new LogGroup(scope, 'OperatorApiLog', { removalPolicy: RemovalPolicy.DESTROY }),
      ),
      format: AccessLogFormat.custom(JSON.stringify(ACCESS)),
    },
  })
  return api
}

/** Who asked what, and what became of it: a line of some 300 bytes, an eighth of what the request itself costs. */
const ACCESS = {
  requestId: '$context.requestId',
  caller: '$context.authorizer.claims.sub',
  method: '$context.httpMethod',
  path: '$context.path',
  status: '$context.status',
  milliseconds: '$context.responseLatency',
  error: '$context.authorizer.error',
}

/** What of the sign-in pages' host works without their cookies. For the pages themselves the edge sends people there. */
export function passTokenRequestsOn(api: HttpApi, signInUrl: string): void {
  const methods = {
    token: [HttpMethod.POST],
    revoke: [HttpMethod.POST],
    userInfo: [HttpMethod.GET, HttpMethod.POST],
  }
  for (const [name, taken] of Object.entries(methods)) {
    const path = `/oauth2/${name}`
    for (const method of taken) {
      const integration = new HttpUrlIntegration(`${name}${method}Integration`, `${signInUrl}${path}`, {
        method,
      })
      const routes = api.addRoutes({ path, methods: [method], integration })
      for (const route of routes) acknowledge(route, { APIG4: 'Cognito checks what these requests carry.' })
    }
  }
}

/** Tokens go in a header, so no cookie need be sent. */
function corsOf(allowOrigins: string[]): Pick<HttpApiProps, 'corsPreflight'> {
  if (allowOrigins.length === 0) return {}
  return {
    corsPreflight: {
      allowOrigins,
      allowMethods: [CorsHttpMethod.ANY],
      allowHeaders: [
        'authorization',
        'content-type',
        'accept',
        'if-match',
        'if-none-match',
        'idempotency-key',
        'prefer',
        'last-event-id',
      ],
      exposeHeaders: [
        'etag',
        'link',
        'location',
        'retry-after',
        'content-disposition',
        'preference-applied',
        'idempotency-replayed',
      ],
      maxAge: Duration.hours(1),
    },
  }
}
