import { randomUUID } from 'node:crypto'
import { Hono } from 'hono'
import type { CentralSystem } from '../central-system/system.ts'
import { type Bindings, isAuthenticated, type OperatorContext, roleOfCaller } from './caller.ts'
import { type Documentation, documentationRoutes } from './docs.ts'
import type { Endpoint } from './endpoint.ts'
import { ENDPOINTS } from './endpoints.ts'
import { otherMethods, refuse } from './methods.ts'
import { internalProblemBody, PROBLEM_MEDIA_TYPE, problem } from './problem.ts'
import { responseOf } from './reply.ts'
import { neededRole, refusalOf, USUAL_ROLE_CLAIM } from './roles.ts'
import { serve } from './serve.ts'
import type { SignIn } from './sign-in.ts'

export const BASE_PATH = '/api'

export interface OperatorApiOptions {
  docs: Documentation
  /** Nobody without claims gets past the documentation, whatever route of the gateway he came by, or past his role. */
  callerRequired?: boolean
  /** The claim of a token that names roles. Default: Cognito's groups. */
  roleClaim?: string
  /** Where people and machines get their tokens. Default: beside this API. */
  signIn?: SignIn
}

export type OperatorApi = ReturnType<typeof createOperatorApi>

export function createOperatorApi(
  system: CentralSystem,
  { docs, callerRequired = false, roleClaim = USUAL_ROLE_CLAIM, signIn = {} }: OperatorApiOptions,
) {
  // Routes match the path as it came, so that a parameter is decoded once, by itself.
  const app = new Hono<Bindings>({ getPath: (request) => new URL(request.url).pathname }).basePath(BASE_PATH)
  app.onError((error, c) => {
    const errorId = randomUUID()
    system.log.error('a request to the operator API failed', {
      errorId,
      method: c.req.method,
      path: c.req.path,
      error,
    })
    return responseOf({
      status: 500,
      headers: { 'Content-Type': PROBLEM_MEDIA_TYPE },
      body: internalProblemBody(errorId),
    })
  })
  app.notFound((c) => refuse(problem('no-route', `there is nothing at ${c.req.path}`)))
  documentationRoutes(app, BASE_PATH, docs, signIn)
  if (callerRequired) {
    app.use(async (c, next) => {
      if (!isAuthenticated(c)) return refuse(problem('unauthenticated', 'the request carries no valid token'))
      c.set('role', roleOfCaller(c, roleClaim))
      return next()
    })
  }
  const admit = (endpoint: Endpoint, c: OperatorContext) => {
    const refusal = callerRequired && refusalOf(c.get('role'), neededRole(endpoint.spec))
    return refusal ? refuse(refusal) : serve(system, endpoint, c)
  }
  for (const endpoint of ENDPOINTS) {
    app.on(endpoint.spec.method.toUpperCase(), routeOf(endpoint.spec.path), (c) => admit(endpoint, c))
  }
  for (const [path, methods] of methodsByPath()) otherMethods(app, routeOf(path), methods)
  return app
}

const routeOf = (path: string) => path.replaceAll(/\{(\w+)\}/g, ':$1')

function methodsByPath(): Map<string, string[]> {
  const methods = new Map<string, string[]>()
  for (const { spec } of ENDPOINTS) {
    methods.set(spec.path, [...(methods.get(spec.path) ?? []), spec.method.toUpperCase()])
  }
  return methods
}
