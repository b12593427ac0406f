import type { IncomingMessage } from 'node:http'
import {
  type Behavior,
  type Distribution,
  type ResolveReferences,
  readDistributions,
} from './edge-distribution.ts'
import {
  addressOf,
  type EdgeResponse,
  headerPairs,
  isResponse,
  type OriginRequest,
  valuesOf,
  viewerFunction,
} from './edge-function.ts'
import { asObject, asText } from './json.ts'
import { type Log, messageOf, UserError } from './log.ts'
import type { Stack } from './template.ts'
import type { Handshake } from './web-socket-events.ts'

export type EdgeResult =
  | { kind: 'response'; response: EdgeResponse }
  | { kind: 'request'; handshake: Handshake }

/** What a socket of this machine does not show of who is at its other end. */
export interface Viewer {
  /** Came over TLS. Default false. */
  secure?: boolean
  /** The client certificate it showed: it comes by the distribution that asks for one. */
  certificate?: { /** As RFC 2253 writes a name. */ subject: string; serialNumber?: string; sha256?: string }
}

export type ViewerOf = (request: IncomingMessage) => Viewer

/** Where a page is to be had: in which bucket, under which path, and what is said with it. */
export type PageResult =
  | { kind: 'response'; response: EdgeResponse }
  | { kind: 'page'; host: string; path: string; headers: Record<string, string> }

/** The template's distributions: at the most one that takes everybody, and one for those who show certificates. */
export interface Edge {
  /** Answers a handshake, or lets it through to the WebSocket API as it wants it. */
  handshake: (request: IncomingMessage) => EdgeResult
  /** Where to find what a browser asks for; undefined if the path is none of a bucket's. */
  page: (request: IncomingMessage) => PageResult | undefined
}

export interface EdgeOptions {
  stack: Stack
  /** The WebSocket API's host and stage. */
  webSocketApi: { domainName: string; stage: string } | undefined
  resolve: ResolveReferences
  /** Default: everybody came by plain http and showed nothing. */
  viewerOf?: ViewerOf | undefined
  log: Log
}

/** API Gateway's own hop adds the address of the edge that called it. */
const EDGE_ADDRESS = '127.0.0.1'

export function readEdge(options: EdgeOptions): Edge {
  const { stack, viewerOf = (): Viewer => ({}), log } = options
  const all = readDistributions(stack, options.resolve)
  const [open, ...moreOpen] = all.filter(({ mutual }) => !mutual)
  const [mutual, ...moreMutual] = all.filter((each) => each.mutual)
  if (moreOpen.length > 0 || moreMutual.length > 0)
    throw new UserError('More than one distribution, or more than one with certificates, is not emulated')
  const failure = { status: 503, headers: {}, body: '' }
  /** A function that fails is CloudFront's own 503. */
  const guarded = <T>(
    id: string | undefined,
    work: () => T,
  ): T | { kind: 'response'; response: EdgeResponse } => {
    try {
      return work()
    } catch (error) {
      log(`[${id}] ${messageOf(error)}`)
      return { kind: 'response', response: failure }
    }
  }
  return {
    handshake: (request) => {
      const viewer = viewerOf(request)
      const distribution = (viewer.certificate && mutual) ?? open
      return guarded(distribution?.id, () => handshake(distribution, request, viewer, options))
    },
    page: (request) => guarded(open?.id, () => page(open, request, stack)),
  }
}

function handshake(
  distribution: Distribution | undefined,
  request: IncomingMessage,
  viewer: Viewer,
  { webSocketApi }: EdgeOptions,
): EdgeResult {
  const behavior = distribution ? behaviorOf(distribution, request) : DIRECT
  const result = behavior.run(request)
  if (isResponse(result)) return { kind: 'response', response: result }
  const { domainName = '', stage = '' } = webSocketApi ?? {}
  if (distribution && !leadsTo(behavior, result, domainName, stage))
    return { kind: 'response', response: { status: 404, headers: {}, body: '' } }
  return { kind: 'request', handshake: handshakeOf(behavior, result, request, viewer, domainName) }
}

/** Without a distribution: whoever knows the API's own address. */
const DIRECT: Pick<Behavior, 'run' | 'forwarding' | 'origin'> = {
  run: viewerFunction(undefined),
  origin: { host: '', path: '', headers: [] },
  forwarding: { viewer: () => true, ofCloudFront: () => false },
}

const pathOf = (request: IncomingMessage): string => (request.url ?? '/').split('?', 1)[0] ?? '/'

function behaviorOf({ id, behaviors }: Distribution, request: IncomingMessage): Behavior {
  const found = behaviors.find(({ matches }) => matches(pathOf(request)))
  if (!found) throw new UserError(`${id} has no default behaviour`)
  return found
}

/** WebSocket APIs take no path below their stage. */
function leadsTo(
  { origin }: Pick<Behavior, 'origin'>,
  { uri }: OriginRequest,
  host: string,
  stage: string,
): boolean {
  return origin.host === host && `${origin.path}${uri}`.replace(/\/$/, '') === `/${stage}`
}

function handshakeOf(
  { origin, forwarding }: Pick<Behavior, 'origin' | 'forwarding'>,
  { querystring, headers }: OriginRequest,
  request: IncomingMessage,
  viewer: Viewer,
  host: string,
): Handshake {
  const address = addressOf(request)
  const forwarded = asText(asObject(headers['x-forwarded-for']).value)
  const own = new Set(origin.headers.map(([name]) => name.toLowerCase()))
  const casing = new Map(headerPairs(request).map(([name]) => [name.toLowerCase(), name]))
  const kept = Object.entries(headers)
    .filter(([name]) => !OF_THE_HOP.has(name) && !own.has(name) && !name.startsWith('cloudfront-'))
    .filter(([name]) => forwarding.viewer(name))
    .flatMap(([name, entry]) =>
      valuesOf(entry).map((value): [string, string] => [casing.get(name) ?? name, value]),
    )
  return {
    queryString: Object.entries(querystring)
      .flatMap(([name, entry]) => valuesOf(entry).map((value) => `${name}=${value}`))
      .join('&'),
    headers: [
      ['Host', host],
      ...kept,
      ...headersOfCloudFront(viewer).filter(([name]) => forwarding.ofCloudFront(name.toLowerCase())),
      ...origin.headers,
      ['X-Forwarded-For', [forwarded, address, EDGE_ADDRESS].filter((each) => each !== undefined).join(', ')],
      // Here it tells how the viewer came: on AWS, where it is always https, nothing else in a handshake does.
      ['X-Forwarded-Proto', schemeOf(viewer)],
    ],
    sourceIp: EDGE_ADDRESS,
  }
}

const OF_THE_HOP = new Set(['host', 'connection', 'upgrade', 'x-forwarded-for', 'x-forwarded-proto'])

const schemeOf = ({ secure }: Viewer): string => (secure ? 'https' : 'http')

function headersOfCloudFront(viewer: Viewer): [string, string][] {
  const { subject, serialNumber, sha256 } = viewer.certificate ?? {}
  const all: [string, string | undefined][] = [
    ['CloudFront-Forwarded-Proto', schemeOf(viewer)],
    ['CloudFront-Viewer-Cert-Present', subject === undefined ? undefined : '1'],
    ['CloudFront-Viewer-Cert-Subject', subject],
    ['CloudFront-Viewer-Cert-Serial-Number', serialNumber],
    ['CloudFront-Viewer-Cert-Sha256', sha256],
  ]
  return all.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
}

function page(
  distribution: Distribution | undefined,
  request: IncomingMessage,
  stack: Stack,
): PageResult | undefined {
  if (!distribution) return undefined
  const behavior = behaviorOf(distribution, request)
  const { host, path } = behavior.origin
  const isBucket = stack
    .ids('AWS::S3::Bucket')
    .some((id) => stack.attributeOf(id, 'RegionalDomainName') === host)
  if (!isBucket) return undefined
  const result = behavior.run(request)
  if (isResponse(result)) return { kind: 'response', response: result }
  return { kind: 'page', host, path: `${path}${result.uri}`, headers: behavior.responseHeaders }
}
