import type { Invoke } from './functions.ts'
import { mayInvoke } from './iam.ts'
import { asNumber } from './json.ts'
import { type Log, UserError } from './log.ts'
import type { Stack } from './template.ts'
import { arn } from './world.ts'

/** A function that API Gateway calls on somebody's behalf. */
export interface Integration {
  functionId: string
  timeoutMilliseconds: number
  /** Whether the function's resource policy lets this API invoke it; if not, every call fails, as on AWS. */
  permitted: boolean
}

export class IntegrationTimeout extends Error {}

export async function callIntegration(
  integration: Integration,
  event: unknown,
  invoke: Invoke,
): Promise<unknown> {
  const { functionId, timeoutMilliseconds, permitted } = integration
  if (!permitted) throw new Error(`API Gateway may not invoke ${functionId}`)
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<never>((_, reject) => {
    const fail = () =>
      reject(new IntegrationTimeout(`${functionId} took longer than ${timeoutMilliseconds} ms`))
    timer = setTimeout(fail, timeoutMilliseconds)
  })
  try {
    return await Promise.race([invoke(functionId, event), timeout])
  } finally {
    clearTimeout(timer)
  }
}

/** The function behind a route. `maximum` is the longest that this kind of API waits. */
export function integrationOfRoute(
  stack: Stack,
  routeId: string,
  source: string,
  maximum: number,
  log: Log,
): Integration {
  const target = stack.required(routeId, 'Target').replace(/^integrations\//, '')
  const id = stack.find('AWS::ApiGatewayV2::Integration', target)
  if (!id) throw new UserError(`${routeId}: there is no integration "${target}"`)
  const type = stack.text(id, 'IntegrationType')
  if (type !== 'AWS_PROXY') throw new UserError(`${id}: integrations of type ${type} are not emulated`)
  const functionId = functionOfUri(stack, id, 'IntegrationUri')
  return integration(stack, functionId, source, asNumber(stack.read(id, 'TimeoutInMillis')) ?? maximum, log)
}

export function integration(
  stack: Stack,
  functionId: string,
  source: string,
  timeoutMilliseconds: number,
  log: Log,
): Integration {
  const sourceArn = arn('execute-api', source)
  const permitted = mayInvoke(stack, functionId, 'apigateway.amazonaws.com', sourceArn)
  if (!permitted) log(`${functionId}: no AWS::Lambda::Permission lets API Gateway invoke it for ${sourceArn}`)
  return { functionId, timeoutMilliseconds, permitted }
}

/** The logical id of the function that a property names, by ARN or by API Gateway's invocation path. */
export function functionOfUri(stack: Stack, id: string, property: string): string {
  const uri = stack.required(id, property)
  const name = /:function:([^/:]+)/.exec(uri)?.[1]
  const found = stack.find('AWS::Lambda::Function', name)
  if (!found) throw new UserError(`${id}.${property}: ${uri} is not a function of the template`)
  return found
}

/** The stage of an API; there must be one. */
export function stageOf(stack: Stack, apiId: string): string {
  const [stage, ...others] = stack
    .ids('AWS::ApiGatewayV2::Stage')
    .filter((id) => stack.text(id, 'ApiId') === stack.refOf(apiId))
  if (!stage || others.length > 0) throw new UserError(`${apiId} must have exactly one stage`)
  return stack.refOf(stage)
}

export const ofApi = (stack: Stack, type: string, apiId: string): string[] =>
  stack.ids(type).filter((id) => stack.text(id, 'ApiId') === stack.refOf(apiId))
