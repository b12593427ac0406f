import { asArray, asObject, asText } from './json.ts'
import { UserError } from './log.ts'
import type { Stack } from './template.ts'

/** Which headers reach an origin. Names are in lower case. */
export interface Forwarding {
  /** Of those that the viewer sent. */
  viewer: (name: string) => boolean
  /** Of those that CloudFront makes, which nobody else can send. */
  ofCloudFront: (name: string) => boolean
}

/** CloudFront's own policies, by the ids that they have in every account. */
const ALL_VIEWER_EXCEPT_HOST_HEADER = 'b689b0a8-53d0-40ab-baf2-68738e2966ac'
const CACHING_DISABLED = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad'
const CACHING_OPTIMIZED = '658327ea-f89d-4fab-a63d-7e88639e58f6'

/** What goes on in any case. */
const ALWAYS = ['user-agent']

export function forwardingOf(
  stack: Stack,
  originRequestPolicy: string | undefined,
  cachePolicy: string | undefined,
): Forwarding {
  const inKey = keyHeaders(stack, cachePolicy)
  const named = new Set([...ALWAYS, ...inKey])
  if (originRequestPolicy === ALL_VIEWER_EXCEPT_HOST_HEADER)
    return { viewer: (name) => name !== 'host', ofCloudFront: (name) => inKey.includes(name) }
  for (const name of listedHeaders(stack, originRequestPolicy)) named.add(name)
  const listed = (name: string) => named.has(name)
  return { viewer: listed, ofCloudFront: listed }
}

/** The headers of the cache's key reach the origin as well. */
function keyHeaders(stack: Stack, policy: string | undefined): string[] {
  if (policy === undefined || [CACHING_DISABLED, CACHING_OPTIMIZED].includes(policy)) return []
  const id = stack.find('AWS::CloudFront::CachePolicy', policy)
  if (!id) throw new UserError(`the cache policy ${policy} is not emulated`)
  const config = asObject(
    asObject(stack.read(id, 'CachePolicyConfig')).ParametersInCacheKeyAndForwardedToOrigin,
  )
  return namesOf(asObject(config.HeadersConfig).Headers)
}

function listedHeaders(stack: Stack, policy: string | undefined): string[] {
  if (policy === undefined) return []
  const id = stack.find('AWS::CloudFront::OriginRequestPolicy', policy)
  const config = id ? asObject(asObject(stack.read(id, 'OriginRequestPolicyConfig')).HeadersConfig) : {}
  if (config.HeaderBehavior !== 'whitelist')
    throw new UserError(`the origin request policy ${policy} is not emulated`)
  return namesOf(config.Headers)
}

const namesOf = (list: unknown): string[] =>
  asArray(list).flatMap((each) => {
    const name = asText(each)
    return name === undefined ? [] : [name.toLowerCase()]
  })
