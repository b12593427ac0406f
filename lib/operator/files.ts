import * as z from 'zod'
import type { CentralSystem } from '../central-system/system.ts'
import type { FileRecord } from '../store/port.ts'
import { unknownChargePoint } from './charge-points.ts'
import { defined } from './defined.ts'
import { endpoint } from './endpoint.ts'
import { chargePointParams } from './fields.ts'
import { fileSchema, fileWithDownloadSchema, fileWithUploadSchema, viewFile } from './file-view.ts'
import { newestFirstQuery, pageBody, pageSchema } from './paging.ts'
import { invalid, type Problem, problem } from './problem.ts'

const tag = 'Files'

const UPLOAD_SECONDS = 3600
const DOWNLOAD_SECONDS = 900

const newFileSchema = z
  .strictObject({
    name: z
      .string()
      .min(1)
      .max(255)
      .regex(
        /^(?!\.{1,2}$)[^/\\\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]*$/u,
        'must be printable, without slashes, and not be "." or ".."',
      )
      .meta({ description: 'What it is called', examples: ['acme-1.2.3.bin'] }),
    bytes: z
      .int()
      .min(1)
      .meta({ description: 'How large it is, exactly', examples: [1_048_576] }),
  })
  .meta({ id: 'NewFile', examples: [{ name: 'acme-1.2.3.bin', bytes: 1_048_576 }] })

const fileParams = z.strictObject({
  fileId: z.string().max(128).meta({ description: 'The id of the file' }),
})

const filePage = pageSchema('FilePage', fileSchema)

const unknownFile = (fileId: string): Problem<'unknown'> => problem('unknown', `there is no file ${fileId}`)

const secondsFrom = (now: string, seconds: number) => new Date(Date.parse(now) + seconds * 1000).toISOString()

export const listChargePointFiles = endpoint({
  operationId: 'listChargePointFiles',
  method: 'get',
  path: '/charge-points/{chargePointId}/files',
  tag,
  summary: 'List the files of a charge point',
  description: 'The diagnostics it was asked for, newest first.',
  params: chargePointParams,
  query: newestFirstQuery,
  answers: { 200: { description: 'A page of files', body: filePage } },
  problems: ['unknown', 'invalid'],
}).answer(async ({ params: { chargePointId }, query, system: { store } }) => {
  const page = await store.listFilesOf(chargePointId, query)
  const known = page.items.length > 0 || (await store.getChargePoint(chargePointId))
  if (!known) return unknownChargePoint(chargePointId)
  return { status: 200, body: pageBody(page, viewFile) }
})

export const listFirmware = endpoint({
  operationId: 'listFiles',
  method: 'get',
  path: '/files',
  tag,
  summary: 'List firmware',
  description: 'Newest first. What charge points send is listed below each of them.',
  query: newestFirstQuery,
  answers: { 200: { description: 'A page of files', body: filePage } },
  problems: ['invalid'],
}).answer(async ({ query, system: { store } }) => ({
  status: 200,
  body: pageBody(await store.listFirmware(query), viewFile),
}))

export const createFile = endpoint({
  operationId: 'createFile',
  method: 'post',
  path: '/files',
  tag,
  summary: 'Announce firmware',
  description: [
    'Send its content as `upload` in the answer says, within the hour. From then on its `uri` may stand as the `location`',
    'of an UpdateFirmware. `upload` is shown in this answer only, not when it is repeated for its Idempotency-Key.',
  ].join(' '),
  body: newFileSchema,
  answers: {
    201: { description: 'Its content can be sent', body: fileWithUploadSchema, location: true },
  },
  problems: ['invalid'],
}).answer(async ({ body: { name, bytes }, system, now, origin }) => {
  const { store, depot, settings } = system
  if (bytes > settings.fileMaxBytes) {
    return invalid([{ path: 'bytes', message: `must be at most ${settings.fileMaxBytes}` }])
  }
  const fileId = system.newMessageId()
  const file = defined({
    fileId,
    kind: 'firmware' as const,
    name,
    status: 'Awaited' as const,
    bytes,
    origin,
    createdAt: now,
  })
  const url = await depot.uploadUrl(fileId, { seconds: UPLOAD_SECONDS, bytes })
  await store.createFile(file)
  const headers = { 'Content-Length': String(bytes) }
  const upload = { method: 'PUT' as const, url, headers, expiresAt: secondsFrom(now, UPLOAD_SECONDS) }
  return { status: 201, body: viewFile(file), location: `/api/files/${fileId}`, once: { upload } }
})

export const readFile = endpoint({
  operationId: 'readFile',
  method: 'get',
  path: '/files/{fileId}',
  tag,
  summary: 'Read a file',
  description: 'With a URL for its content, once that is there.',
  params: fileParams,
  answers: { 200: { description: 'The file', body: fileWithDownloadSchema } },
  problems: ['unknown'],
}).answer(async ({ params: { fileId }, system, now }) => {
  const found = await system.store.getFile(fileId)
  const file = found && (await arrived(system, found))
  if (!file) return unknownFile(fileId)
  if (file.status !== 'Stored') return { status: 200, body: viewFile(file) }
  const url = await system.depot.downloadUrl(fileId, { seconds: DOWNLOAD_SECONDS, name: file.name })
  const download = { url, expiresAt: secondsFrom(now, DOWNLOAD_SECONDS) }
  return { status: 200, body: viewFile(file), once: { download } }
})

/** The depot tells nobody when a file comes: whoever reads of one that is awaited has a look. */
async function arrived(
  { store, depot, settings }: CentralSystem,
  file: FileRecord,
): Promise<FileRecord | undefined> {
  if (file.status !== 'Awaited') return file
  const bytes = await depot.sizeOf(file.fileId)
  if (bytes === undefined) return file
  if (bytes <= settings.fileMaxBytes) return store.updateFile(file.fileId, { status: 'Stored', bytes })
  await depot.remove(file.fileId)
  return store.updateFile(file.fileId, { status: 'TooLarge', bytes })
}

export const deleteFile = endpoint({
  operationId: 'deleteFile',
  method: 'delete',
  path: '/files/{fileId}',
  tag,
  summary: 'Remove a file',
  description:
    'With its content. Charge points that were given its URL may still be fetching it, and will fail.',
  params: fileParams,
  answers: { 204: { description: 'It is removed' } },
  problems: ['unknown'],
}).answer(async ({ params: { fileId }, system: { store, depot } }) => {
  const file = await store.getFile(fileId)
  if (!file) return unknownFile(fileId)
  await depot.remove(fileId)
  return (await store.deleteFile(fileId)) ? { status: 204, before: viewFile(file) } : unknownFile(fileId)
})
