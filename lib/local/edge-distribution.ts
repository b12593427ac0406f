import { sandbox, type ViewerFunction, viewerFunction } from './edge-function.ts'
import { type Forwarding, forwardingOf } from './edge-policies.ts'
import { wildcard } from './iam.ts'
import { asArray, asObject, asText } from './json.ts'
import { UserError } from './log.ts'
import type { Stack } from './template.ts'

/** A CloudFront distribution, as far as it changes what goes through it. */
export interface Distribution {
  id: string
  /** Lets in only viewers that show a certificate. */
  mutual: boolean
  /** In the order in which they are tried; the last one takes every path. */
  behaviors: Behavior[]
}

export interface Behavior {
  matches: (path: string) => boolean
  run: ViewerFunction
  origin: Origin
  forwarding: Forwarding
  responseHeaders: Record<string, string>
}

export interface Origin {
  host: string
  /** What comes before each path there. */
  path: string
  headers: [name: string, value: string][]
}

/** Gives a text with its dynamic references, `{{resolve:…}}`, replaced by what they stand for. */
export type ResolveReferences = (text: string) => string

export const readDistributions = (stack: Stack, resolve: ResolveReferences): Distribution[] =>
  stack.ids('AWS::CloudFront::Distribution').map((id) => readDistribution(stack, id, resolve))

function readDistribution(stack: Stack, id: string, resolve: ResolveReferences): Distribution {
  const config = asObject(stack.read(id, 'DistributionConfig'))
  const origins = new Map(
    asArray(config.Origins)
      .map(asObject)
      .map((origin) => [asText(origin.Id), originOf(origin, resolve)] as const),
  )
  const functions = new Map<string, ViewerFunction>()
  const behavior = (value: unknown): Behavior => {
    const read = asObject(value)
    const origin = origins.get(asText(read.TargetOriginId))
    if (!origin) throw new UserError(`${id}: there is no origin "${read.TargetOriginId}"`)
    const pattern = wildcard(asText(read.PathPattern) ?? '*')
    return {
      matches: (path) => pattern.test(path),
      run: viewerFunctionOf(stack, read.FunctionAssociations, id, functions),
      origin,
      forwarding: forwardingOf(stack, asText(read.OriginRequestPolicyId), asText(read.CachePolicyId)),
      responseHeaders: responseHeadersOf(stack, asText(read.ResponseHeadersPolicyId)),
    }
  }
  return {
    id,
    mutual: config.ViewerMtlsConfig !== undefined,
    behaviors: [...asArray(config.CacheBehaviors), config.DefaultCacheBehavior].map(behavior),
  }
}

function originOf(origin: Record<string, unknown>, resolve: ResolveReferences): Origin {
  const headers = asArray(origin.OriginCustomHeaders).map(asObject)
  return {
    host: asText(origin.DomainName) ?? '',
    path: asText(origin.OriginPath) ?? '',
    headers: headers.map(({ HeaderName, HeaderValue }) => [
      asText(HeaderName) ?? '',
      resolve(asText(HeaderValue) ?? ''),
    ]),
  }
}

/** A behaviour has one function of viewer requests at the most; another kind is an error that names it. */
function viewerFunctionOf(
  stack: Stack,
  associations: unknown,
  where: string,
  known: Map<string, ViewerFunction>,
): ViewerFunction {
  const [association, ...others] = asArray(associations).map(asObject)
  if (!association) return viewerFunction(undefined)
  if (others.length > 0 || association.EventType !== 'viewer-request')
    throw new UserError(`${where}: functions of ${association.EventType} are not emulated beside others`)
  const arn = asText(association.FunctionARN) ?? ''
  const id = stack
    .ids('AWS::CloudFront::Function')
    .find((each) => stack.attributeOf(each, 'FunctionARN') === arn)
  if (!id) throw new UserError(`${where}: ${arn} is not a function of the template`)
  const found = known.get(id) ?? viewerFunction(sandbox(stack.required(id, 'FunctionCode'), id))
  known.set(id, found)
  return found
}

/** The headers of a response headers policy that browsers go by. */
function responseHeadersOf(stack: Stack, policy: string | undefined): Record<string, string> {
  const id = policy && stack.find('AWS::CloudFront::ResponseHeadersPolicy', policy)
  if (!id) return {}
  const config = asObject(stack.read(id, 'ResponseHeadersPolicyConfig'))
  const security = asObject(config.SecurityHeadersConfig)
  const texts = {
    'content-security-policy': asObject(security.ContentSecurityPolicy).ContentSecurityPolicy,
    'x-frame-options': asObject(security.FrameOptions).FrameOption,
    'referrer-policy': asObject(security.ReferrerPolicy).ReferrerPolicy,
    'x-content-type-options': security.ContentTypeOptions === undefined ? undefined : 'nosniff',
  }
  return Object.fromEntries(
    Object.entries(texts).flatMap(([name, value]) => {
      const text = asText(value)
      return text === undefined ? [] : [[name, text]]
    }),
  )
}
