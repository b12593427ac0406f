import type { Stats } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import type { CallerKeysOf } from './caller-keys.ts'
import type { Clock } from './clock.ts'
import type { Iam } from './iam.ts'
import type { Objects } from './objects.ts'
import { accessDenied, respondS3Error, S3Error } from './s3-error.ts'
import { decode, parseQuery, type Query, verifySignature } from './s3-signature.ts'
import type { Stack } from './template.ts'

/** Where buckets are found on the public server. */
export const S3_PATH = '/_s3'

const ACTIONS: Record<string, string> = {
  GET: 's3:GetObject',
  HEAD: 's3:GetObject',
  PUT: 's3:PutObject',
  DELETE: 's3:DeleteObject',
}

/** How long a sender or a reader of a file may pause. */
const PAUSE_MILLISECONDS = 60_000

interface Place {
  bucket: string
  key: string
}

/** The objects of the template's buckets, for whoever has a presigned URL. */
export class S3 {
  private readonly buckets: string[]
  private readonly objects: Objects
  private readonly iam: Iam
  private readonly keysOf: CallerKeysOf
  private readonly clock: Clock

  constructor(stack: Stack, objects: Objects, iam: Iam, keysOf: CallerKeysOf, clock: Clock) {
    this.buckets = stack.ids('AWS::S3::Bucket').map((id) => stack.refOf(id))
    this.objects = objects
    this.iam = iam
    this.keysOf = keysOf
    this.clock = clock
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.socket.setTimeout(PAUSE_MILLISECONDS)
    try {
      await this.serve(request, response)
    } catch (error) {
      if (!(error instanceof S3Error)) throw error
      respondS3Error(response, error)
    }
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = '', search = ''] = (request.url ?? '').split(/\?(.*)/s)
    const query = parseQuery(search)
    const place = this.placeOf(path)
    const caller = verifySignature(request, path, query, this.keysOf, this.clock.now())
    const may = this.permissions(caller, place)
    const action = ACTIONS[request.method ?? '']
    if (!action) throw new S3Error(405, 'MethodNotAllowed', 'The method is not allowed here.')
    if (!may(action)) throw accessDenied()
    refuseWhatIsNotEmulated(request, query)
    if (request.method === 'PUT') await this.put(place, request, response)
    else if (request.method === 'DELETE') await this.remove(place, response)
    else await this.get(place, may('s3:ListBucket'), query, request, response)
  }

  private placeOf(path: string): Place {
    const [bucket = '', ...key] = path.slice(S3_PATH.length + 1).split('/')
    if (!this.buckets.includes(bucket)) {
      throw new S3Error(404, 'NoSuchBucket', 'The specified bucket does not exist')
    }
    return { bucket, key: decode(key.join('/')) }
  }

  private permissions(caller: string, { bucket, key }: Place): (action: string) => boolean {
    if (!this.iam.knows(caller)) {
      throw new S3Error(403, 'InvalidAccessKeyId', 'The AWS Access Key Id does not exist in our records.')
    }
    const arn = `arn:aws:s3:::${bucket}`
    return (action) => this.iam.isAllowed(caller, action, action === 's3:ListBucket' ? arn : `${arn}/${key}`)
  }

  private async put(
    { bucket, key }: Place,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    if (request.headers['content-length'] === undefined) {
      throw new S3Error(411, 'MissingContentLength', 'You must provide the Content-Length HTTP header.')
    }
    const info = await this.objects.write(bucket, key, request)
    response.writeHead(200, { etag: etagOf(info), 'content-length': 0 }).end()
  }

  private async remove({ bucket, key }: Place, response: ServerResponse): Promise<void> {
    await this.objects.remove(bucket, key)
    response.writeHead(204).end()
  }

  private async get(
    { bucket, key }: Place,
    mayList: boolean,
    query: Query,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const file = await this.objects.open(bucket, key)
    // Who may not list is not told what is missing.
    if (!file)
      throw mayList ? new S3Error(404, 'NoSuchKey', 'The specified key does not exist.') : accessDenied()
    try {
      await send(file, query, request, response)
    } finally {
      await file.close()
    }
  }
}

async function send(
  file: FileHandle,
  query: Query,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const info = await file.stat()
  const range = rangeOf(request.headers.range, info.size)
  const { start, end } = range ?? { start: 0, end: info.size - 1 }
  response.writeHead(range ? 206 : 200, {
    'content-type': 'binary/octet-stream',
    'content-length': end - start + 1,
    'accept-ranges': 'bytes',
    'last-modified': info.mtime.toUTCString(),
    etag: etagOf(info),
    ...(range ? { 'content-range': `bytes ${start}-${end}/${info.size}` } : {}),
    ...overrides(query),
  })
  if (request.method === 'HEAD' || info.size === 0) return void response.end()
  await pipeline(file.createReadStream({ start, end }), response).catch(() => response.destroy())
}

/** Of one part of a file. Anything else that is asked for is answered with the whole file, as S3 does. */
function rangeOf(header: string | undefined, size: number): { start: number; end: number } | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? []
  if (first === '' && last === '') return undefined
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first)
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1)
  if (first !== '' && last !== '' && Number(last) < start) return undefined
  if (start <= end) return { start, end }
  throw new S3Error(416, 'InvalidRange', 'The requested range is not satisfiable')
}

const etagOf = ({ ino, size, mtimeMs }: Stats): string =>
  `"${[ino, size, Math.floor(mtimeMs)].map((each) => each.toString(16)).join('-')}"`

/** `response-content-disposition` becomes `content-disposition`. */
const overrides = (query: Query): Record<string, string> =>
  Object.fromEntries(
    query
      .filter(([name]) => name.startsWith('response-'))
      .map(([name, value]) => [name.slice('response-'.length), value]),
  )

function refuseWhatIsNotEmulated({ headers }: IncomingMessage, query: Query): void {
  const foreign = [
    ...query.map(([name]) => name).filter((name) => !/^(x-amz-|response-|x-id$)/i.test(name)),
    ...Object.keys(headers).filter((name) => name.startsWith('x-amz-') && name !== 'x-amz-content-sha256'),
  ]
  if (foreign.length > 0)
    throw new S3Error(501, 'NotImplemented', 'Something of the request is not emulated.')
}
