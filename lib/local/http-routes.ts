import { type Cors, readCors } from './cors.ts'
import { type Integration, integrationOfRoute, ofApi, stageOf } from './integration.ts'
import { asNumber, asObject, asTexts } from './json.ts'
import { type Log, UserError } from './log.ts'
import type { Stack } from './template.ts'
import type { Rate } from './throttle.ts'
import { executeApiHost } from './world.ts'

export interface JwtAuthorizer {
  issuer: string
  audience: string[]
}

export interface HttpRoute extends Integration {
  routeKey: string
  authorizer: JwtAuthorizer | undefined
  /** Any one of them is enough; none asks for none. */
  scopes: string[]
}

export interface HttpDefinition {
  apiId: string
  stage: string
  domainName: string
  routes: HttpRoute[]
  cors: Cors | undefined
  /** That of all routes together. */
  rate: Rate | undefined
}

export interface RouteMatch {
  route: HttpRoute
  parameters: Record<string, string>
}

const INTEGRATION_LIMIT = 30_000

/** The HTTP API of the template, which has at most one. */
export function readHttpApi(stack: Stack, log: Log): HttpDefinition | undefined {
  const [id, ...others] = stack
    .ids('AWS::ApiGatewayV2::Api')
    .filter((each) => stack.text(each, 'ProtocolType') === 'HTTP')
  if (!id) return undefined
  if (others.length > 0)
    throw new UserError(`Only one HTTP API is emulated; also found: ${others.join(', ')}`)
  const apiId = stack.refOf(id)
  const stage = stageOf(stack, id)
  const own = ofApi(stack, 'AWS::ApiGatewayV2::Route', id).filter((route) => !isPassedOn(stack, route))
  const routes = own.map((route): HttpRoute => {
    const routeKey = stack.required(route, 'RouteKey')
    const source = `${apiId}/${stage}/${routeKey.replace(' ', '')}`
    return {
      ...integrationOfRoute(stack, route, source, INTEGRATION_LIMIT, log),
      routeKey,
      authorizer: authorizerOf(stack, route),
      scopes: asTexts(stack.read(route, 'AuthorizationScopes')),
    }
  })
  const domainName = executeApiHost(apiId)
  return { apiId, stage, domainName, routes, cors: readCors(stack, id), rate: rateOf(stack, id) }
}

/** Routes to another server are that server's here: the issuer stands in at its own paths. */
function isPassedOn(stack: Stack, route: string): boolean {
  const target = stack.required(route, 'Target').replace(/^integrations\//, '')
  const integration = stack.find('AWS::ApiGatewayV2::Integration', target)
  return integration !== undefined && stack.text(integration, 'IntegrationType') === 'HTTP_PROXY'
}

/** Of its one stage. */
function rateOf(stack: Stack, apiId: string): Rate | undefined {
  const [stage = ''] = ofApi(stack, 'AWS::ApiGatewayV2::Stage', apiId)
  const settings = asObject(stack.read(stage, 'DefaultRouteSettings'))
  const perSecond = asNumber(settings.ThrottlingRateLimit)
  const burst = asNumber(settings.ThrottlingBurstLimit)
  return perSecond === undefined || burst === undefined ? undefined : { perSecond, burst }
}

function authorizerOf(stack: Stack, route: string): JwtAuthorizer | undefined {
  const type = stack.text(route, 'AuthorizationType') ?? 'NONE'
  if (type === 'NONE') return undefined
  const id = stack.find('AWS::ApiGatewayV2::Authorizer', stack.text(route, 'AuthorizerId'))
  if (type !== 'JWT' || !id) throw new UserError(`${route}: authorization of type ${type} is not emulated`)
  const [source] = asTexts(stack.read(id, 'IdentitySource'))
  if (source !== '$request.header.Authorization') {
    throw new UserError(`${id}: the identity source "${source}" is not emulated`)
  }
  const { Issuer, Audience } = asObject(stack.read(id, 'JwtConfiguration'))
  return { issuer: String(Issuer), audience: asTexts(Audience) }
}

const segments = (path: string): string[] => path.split('/').slice(1)

/** The route of a request: the most specific path first, and at the same path its own method before ANY. */
export function matchRoute(routes: HttpRoute[], method: string, path: string): RouteMatch | undefined {
  const matches = routes.flatMap((route) => {
    const [routeMethod = '', routePath = ''] = route.routeKey.split(' ')
    if (routeMethod !== method && routeMethod !== 'ANY') return []
    const parameters = matchPath(segments(routePath), segments(path))
    return parameters ? [{ route, parameters }] : []
  })
  matches.sort((a, b) => rank(a.route.routeKey).localeCompare(rank(b.route.routeKey)))
  const fallback = routes.find(({ routeKey }) => routeKey === '$default')
  return matches[0] ?? (fallback && { route: fallback, parameters: {} })
}

function matchPath(pattern: string[], path: string[]): Record<string, string> | undefined {
  const parameters: Record<string, string> = {}
  for (const [index, part] of pattern.entries()) {
    const value = path[index]
    if (value === undefined) return undefined
    const greedy = /^\{(.+)\+\}$/.exec(part)?.[1]
    if (greedy) {
      const rest = path.slice(index).join('/')
      return rest === '' ? undefined : { ...parameters, [greedy]: rest }
    }
    const name = /^\{(.+)\}$/.exec(part)?.[1]
    if (name ? value === '' : part !== value) return undefined
    if (name) parameters[name] = value
  }
  return path.length === pattern.length ? parameters : undefined
}

/** Sorts a literal segment before a parameter, that before a greedy one, and a method of its own before ANY. */
function rank(routeKey: string): string {
  const [method = '', path = ''] = routeKey.split(' ')
  const kinds = segments(path).map((part) =>
    /^\{.+\+\}$/.test(part) ? '3' : part.startsWith('{') ? '2' : '1',
  )
  return `${kinds.join('')}${method === 'ANY' ? 'b' : 'a'}`
}
