import * as z from 'zod'
import type { FileRecord } from '../store/port.ts'
import { defined } from './defined.ts'
import { instant, maybe } from './fields.ts'

const properties = {
  fileId: z.string().meta({ examples: ['019ab3f2-5c1e-7c7b-9d55-0f4b6f1c2a3d'] }),
  kind: z.enum(['firmware', 'diagnostics']),
  name: z.string().meta({ examples: ['acme-1.2.3.bin'] }),
  status: z.enum(['Awaited', 'Stored', 'TooLarge']).meta({
    description: 'Awaited: it has not come yet. TooLarge: it came, and was not kept',
  }),
  bytes: maybe(z.int()),
  chargePointId: maybe(z.string()).meta({ description: 'The charge point that sends it' }),
  messageId: maybe(z.string()).meta({ description: 'The call that asked the charge point for it' }),
  uri: z.string().meta({
    description: 'What stands for it in a call, where OCPP wants a location',
    examples: ['busbar:files/019ab3f2-5c1e-7c7b-9d55-0f4b6f1c2a3d'],
  }),
  origin: maybe(z.string()).meta({ description: 'Who asked for it' }),
  createdAt: instant('When it was asked for'),
}

export const fileSchema = z.strictObject(properties).meta({
  id: 'File',
  description: 'Firmware that charge points fetch, or diagnostics that one of them sends',
})

export const fileWithDownloadSchema = z
  .strictObject({
    ...properties,
    download: maybe(
      z.strictObject({
        url: z.string().meta({ format: 'uri' }),
        expiresAt: instant('Until when the URL is good, for whoever has it'),
      }),
    ).meta({ description: 'Where its content can be had, once it is Stored' }),
  })
  .meta({ id: 'FileWithDownload' })

export const fileWithUploadSchema = z
  .strictObject({
    ...properties,
    upload: maybe(
      z.strictObject({
        method: z.literal('PUT'),
        url: z.string().meta({ format: 'uri' }),
        headers: z.record(z.string(), z.string()).meta({ examples: [{ 'Content-Length': '1048576' }] }),
        expiresAt: instant('Until when the URL is good, for whoever has it'),
      }),
    ).meta({ description: 'How its content is sent. It is not shown again' }),
  })
  .meta({ id: 'FileWithUpload' })

export const viewFile = (file: FileRecord): z.input<typeof fileSchema> =>
  defined({
    fileId: file.fileId,
    kind: file.kind,
    name: file.name,
    status: file.status,
    bytes: file.bytes,
    chargePointId: file.chargePointId,
    messageId: file.messageId,
    uri: `busbar:files/${file.fileId}`,
    origin: file.origin,
    createdAt: file.createdAt,
  })
