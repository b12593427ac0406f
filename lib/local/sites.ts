import { existsSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { extname, join, normalize } from 'node:path'
import { wildcard } from './iam.ts'
import { asArray, asObject, asText, asTexts } from './json.ts'
import { UserError } from './log.ts'
import type { Stack } from './template.ts'

export interface SiteFile {
  body: Buffer
  contentType: string
  cacheControl: string | undefined
}

/** What a deployment puts into a bucket: the files of its folders, those among them that it takes. */
interface Deployment {
  host: string
  folders: { path: string; markers: Record<string, string> }[]
  takes: (file: string) => boolean
  cacheControl: string | undefined
}

const CONTENT_TYPES: Record<string, string> = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.map': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
}

/**
 * The buckets that CDK's bucket deployments fill, without the buckets: files are read from the synthesized assets when they
 * are asked for, with what the template knows only at deployment in them.
 */
export class Sites {
  private readonly stack: Stack
  private readonly deployments: Deployment[]

  constructor(stack: Stack) {
    this.stack = stack
    this.deployments = stack.ids('Custom::CDKBucketDeployment').map((id) => readDeployment(stack, id))
  }

  get empty(): boolean {
    return this.deployments.length === 0
  }

  /** The file under a path of the bucket of that host; a later deployment writes over an earlier one. */
  async file(host: string, path: string): Promise<SiteFile | undefined> {
    const name = relativeName(path)
    if (name === undefined) return undefined
    const candidates = this.deployments
      .filter((each) => each.host === host && each.takes(name))
      .flatMap(({ folders, cacheControl }) => folders.map((folder) => ({ ...folder, cacheControl })))
    const found = candidates.findLast((each) => isFile(join(each.path, name)))
    if (!found) return undefined
    const contentType = CONTENT_TYPES[extname(name).toLowerCase()] ?? 'application/octet-stream'
    const body = await readFile(join(found.path, name))
    return { body: this.filledIn(body, found.markers), contentType, cacheControl: found.cacheControl }
  }

  /** What only a deployment knows stands for the markers, and addresses in it are those on this machine. */
  private filledIn(body: Buffer, markers: Record<string, string>): Buffer {
    const entries = Object.entries(markers)
    if (entries.length === 0) return body
    const text = entries.reduce(
      (result, [marker, value]) => result.replaceAll(marker, value),
      body.toString(),
    )
    return Buffer.from(this.stack.rewriteWithin(text))
  }
}

const isFile = (path: string): boolean => existsSync(path) && statSync(path).isFile()

/** Decoded, and within the folder. */
function relativeName(path: string): string | undefined {
  try {
    const name = normalize(decodeURIComponent(path)).replace(/^\/+/, '')
    return name.startsWith('..') || name.includes('\0') ? undefined : name
  } catch {
    return undefined
  }
}

function readDeployment(stack: Stack, id: string): Deployment {
  const name = stack.required(id, 'DestinationBucketName')
  const bucket = stack.find('AWS::S3::Bucket', name)
  if (!bucket) throw new UserError(`${id}: ${name} is not a bucket of the template`)
  const markers = asArray(stack.read(id, 'SourceMarkers')).map(asObject)
  const folders = asTexts(stack.read(id, 'SourceObjectKeys')).map((key, index) => {
    const path = stack.asset(key)
    if (!path) throw new UserError(`${id}: ${key} is not an asset of the synthesized app`)
    return { path, markers: textsOf(markers[index] ?? {}) }
  })
  return {
    host: stack.attributeOf(bucket, 'RegionalDomainName'),
    folders,
    takes: selection(asTexts(stack.read(id, 'Exclude')), asTexts(stack.read(id, 'Include'))),
    cacheControl: asText(asObject(stack.read(id, 'SystemMetadata'))['cache-control']),
  }
}

const textsOf = (markers: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(Object.entries(markers).map(([marker, value]) => [marker, asText(value) ?? '']))

/** As `aws s3 sync` reads them: everything but what is excluded, and of that what is included again. */
function selection(exclude: string[], include: string[]): (file: string) => boolean {
  const matches = (patterns: string[]) => {
    const all = patterns.map((each) => wildcard(each))
    return (file: string) => all.some((each) => each.test(file))
  }
  const excluded = matches(exclude)
  const included = matches(include)
  return (file) => !excluded(file) || included(file)
}
