import {
  functionOfUri,
  type Integration,
  integration,
  integrationOfRoute,
  ofApi,
  stageOf,
} from './integration.ts'
import { asTexts } from './json.ts'
import { type Log, UserError } from './log.ts'
import { routeSelection, type SelectRoute } from './route-selection.ts'
import type { Stack } from './template.ts'
import { executeApiHost } from './world.ts'

export interface WebSocketRoute extends Integration {
  routeKey: string
  /** Has a route response: what its function returns goes back to the client, be it nothing. */
  twoWay: boolean
}

export interface IdentitySource {
  from: 'header' | 'querystring'
  name: string
}

export interface WebSocketAuthorizer extends Integration {
  identitySources: IdentitySource[]
}

export interface WebSocketDefinition {
  apiId: string
  stage: string
  domainName: string
  selectRoute: SelectRoute
  routes: Map<string, WebSocketRoute>
  authorizer: WebSocketAuthorizer | undefined
}

/** The longest that API Gateway waits for a function behind a WebSocket. */
const INTEGRATION_LIMIT = 29_000

/** The WebSocket API of the template, which has at most one. */
export function readWebSocketApi(stack: Stack, log: Log): WebSocketDefinition | undefined {
  const [id, ...others] = stack
    .ids('AWS::ApiGatewayV2::Api')
    .filter((each) => stack.text(each, 'ProtocolType') === 'WEBSOCKET')
  if (!id) return undefined
  if (others.length > 0)
    throw new UserError(`Only one WebSocket API is emulated; also found: ${others.join(', ')}`)
  const apiId = stack.refOf(id)
  const stage = stageOf(stack, id)
  return {
    apiId,
    stage,
    domainName: executeApiHost(apiId),
    selectRoute: routeSelection(stack.required(id, 'RouteSelectionExpression')),
    routes: readRoutes(stack, id, `${apiId}/${stage}`, log),
    authorizer: readAuthorizer(stack, id, log),
  }
}

function readRoutes(stack: Stack, apiId: string, source: string, log: Log): Map<string, WebSocketRoute> {
  const answered = ofApi(stack, 'AWS::ApiGatewayV2::RouteResponse', apiId).map((id) =>
    stack.text(id, 'RouteId'),
  )
  const routes = ofApi(stack, 'AWS::ApiGatewayV2::Route', apiId).map((id): [string, WebSocketRoute] => {
    const routeKey = stack.required(id, 'RouteKey')
    const twoWay = stack.text(id, 'RouteResponseSelectionExpression') === '$default'
    return [
      routeKey,
      {
        ...integrationOfRoute(stack, id, `${source}/${routeKey}`, INTEGRATION_LIMIT, log),
        routeKey,
        twoWay: twoWay && answered.includes(stack.refOf(id)),
      },
    ]
  })
  return new Map(routes)
}

function readAuthorizer(stack: Stack, apiId: string, log: Log): WebSocketAuthorizer | undefined {
  const connect = ofApi(stack, 'AWS::ApiGatewayV2::Route', apiId).find(
    (id) => stack.text(id, 'RouteKey') === '$connect',
  )
  const type = connect && stack.text(connect, 'AuthorizationType')
  if (!connect || !type || type === 'NONE') return undefined
  const ref = stack.text(connect, 'AuthorizerId')
  const id = stack.find('AWS::ApiGatewayV2::Authorizer', ref)
  if (type !== 'CUSTOM' || !id)
    throw new UserError(`${connect}: authorization of type ${type} is not emulated`)
  const functionId = functionOfUri(stack, id, 'AuthorizerUri')
  const source = `${stack.refOf(apiId)}/authorizers/${ref}`
  return {
    ...integration(stack, functionId, source, INTEGRATION_LIMIT, log),
    identitySources: asTexts(stack.read(id, 'IdentitySource')).map((each) => identitySource(each, id)),
  }
}

function identitySource(expression: string, id: string): IdentitySource {
  const [, from, name] = /^route\.request\.(header|querystring)\.(.+)$/.exec(expression) ?? []
  if (!name) throw new UserError(`${id}: the identity source "${expression}" is not emulated`)
  return { from: from === 'header' ? 'header' : 'querystring', name }
}
