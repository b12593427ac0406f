import * as z from 'zod'
import type { Site } from '../store/port.ts'
import { byName, byNameFields, nameField } from './by-name.ts'
import { collect } from './collect.ts'
import { defined } from './defined.ts'
import { edit } from './edit.ts'
import { endpoint } from './endpoint.ts'
import { freeText, identifier, instant, maybe, removable, SITE_ID_MAX } from './fields.ts'
import { pageBody, pageSchema } from './paging.ts'
import { type Problem, problem } from './problem.ts'

const tag = 'Sites'

const siteParams = z.strictObject({
  siteId: z
    .string()
    .max(255)
    .meta({ description: 'The id of the site, percent-encoded', examples: ['utrecht-1'] }),
})

const siteId = identifier(SITE_ID_MAX)
  .refine((text) => !text.includes('/'), 'must contain no "/"')
  .meta({ description: 'One is made unless given', examples: ['utrecht-1'] })
const name = nameField.meta({ examples: ['Utrecht, Station Road'] })
const address = freeText(500).meta({ examples: ['1 Station Road, Utrecht'] })
const location = z
  .strictObject({
    latitude: z
      .number()
      .min(-90)
      .max(90)
      .meta({ examples: [52.0893] }),
    longitude: z
      .number()
      .min(-180)
      .max(180)
      .meta({ examples: [5.1101] }),
  })
  .meta({ description: 'In degrees, WGS 84' })
const timeZone = z
  .string()
  .min(1)
  .max(64)
  .refine(isTimeZone, 'must be a time zone of the IANA database, such as Europe/Amsterdam')
  .meta({ description: 'A time zone of the IANA database', examples: ['Europe/Amsterdam'] })
const note = freeText(500)

function isTimeZone(name: string): boolean {
  try {
    // An offset, which names no zone, is taken too.
    return /^[A-Za-z]/.test(name) && new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined
  } catch {
    return false
  }
}

const newSiteSchema = z
  .strictObject({
    siteId: maybe(siteId),
    name,
    address: maybe(address),
    location: maybe(location),
    timeZone: maybe(timeZone),
    note: maybe(note),
  })
  .meta({
    id: 'NewSite',
    examples: [{ name: 'Utrecht, Station Road' }, { siteId: 'utrecht-1', name: 'Utrecht, Station Road' }],
  })

const siteChangeSchema = z
  .strictObject({
    name: maybe(name),
    address: removable(address),
    location: removable(location),
    timeZone: removable(timeZone),
    note: removable(note),
  })
  .meta({
    id: 'SiteChange',
    description: 'A JSON merge patch: what is absent stays, null removes. A location is replaced as a whole',
    examples: [{ timeZone: 'Europe/Amsterdam', note: null }],
  })

const siteSchema = z
  .strictObject({
    siteId: z.string().meta({ examples: ['utrecht-1'] }),
    name: z.string().meta({ examples: ['Utrecht, Station Road'] }),
    address: maybe(z.string()),
    location: maybe(location),
    timeZone: maybe(z.string()),
    note: maybe(z.string()),
    createdAt: instant('When it was registered'),
    updatedAt: instant('When it was last edited'),
    version: z.int().meta({ description: 'Counts the edits; the first part of the ETag' }),
  })
  .meta({ id: 'Site', description: 'Where charge points stand' })

function viewSite(site: Site): z.input<typeof siteSchema> {
  const { siteId, name, address, location, timeZone, note, createdAt, updatedAt, version } = site
  return defined({ siteId, name, address, location, timeZone, note, createdAt, updatedAt, version })
}

const unknownSite = (siteId: string): Problem<'unknown'> => problem('unknown', `there is no site ${siteId}`)

const changed = problem('changed', 'the site was edited since; read it again')

export const listSites = endpoint({
  operationId: 'listSites',
  method: 'get',
  path: '/sites',
  tag,
  summary: 'List sites',
  description: 'By name, without case.',
  query: z.strictObject(byNameFields),
  answers: { 200: { description: 'A page of sites', body: pageSchema('SitePage', siteSchema) } },
  problems: ['invalid'],
}).answer(async ({ query, system }) => {
  const { filter, page } = byName(query)
  return { status: 200, body: pageBody(await system.store.listSites(filter, page), viewSite) }
})

export const createSite = endpoint({
  operationId: 'createSite',
  method: 'post',
  path: '/sites',
  tag,
  summary: 'Register a site',
  description: 'Charge points are put there by their `siteId`.',
  body: newSiteSchema,
  answers: { 201: { description: 'The site', body: siteSchema, etag: true, location: true } },
  problems: ['exists'],
}).answer(async ({ body: { siteId = '', ...facts }, system, now }) => {
  const site: Site = {
    siteId: siteId || system.newMessageId(),
    ...facts,
    createdAt: now,
    updatedAt: now,
    version: 1,
  }
  if ((await system.store.createSite(site)) === 'exists')
    return problem('exists', `site ${siteId} is registered already`)
  return {
    status: 201,
    body: viewSite(site),
    version: site.version,
    location: `/api/sites/${encodeURIComponent(site.siteId)}`,
  }
})

export const readSite = endpoint({
  operationId: 'readSite',
  method: 'get',
  path: '/sites/{siteId}',
  tag,
  summary: 'Read a site',
  description: 'Its charge points are at /charge-points?siteId=.',
  params: siteParams,
  answers: { 200: { description: 'The site', body: siteSchema, etag: true } },
  problems: ['unknown'],
}).answer(async ({ params: { siteId }, system }) => {
  const site = await system.store.getSite(siteId)
  return site ? { status: 200, body: viewSite(site), version: site.version } : unknownSite(siteId)
})

export const changeSite = endpoint({
  operationId: 'changeSite',
  method: 'patch',
  path: '/sites/{siteId}',
  tag,
  summary: 'Edit a site',
  params: siteParams,
  body: siteChangeSchema,
  edits: true,
  answers: { 200: { description: 'The site as it is now', body: siteSchema, etag: true } },
  problems: ['unknown', 'changed'],
}).answer(async ({ params: { siteId }, body, system: { store }, ifMatch, now }) => {
  const edited = await edit(
    ifMatch,
    () => store.getSite(siteId),
    ({ version }) => store.updateSite(siteId, body, now, version),
  )
  if (edited === 'unknown') return unknownSite(siteId)
  if (edited === 'changed') return changed
  const { before, result } = edited
  return { status: 200, body: viewSite(result), version: result.version, before: viewSite(before) }
})

export const deleteSite = endpoint({
  operationId: 'deleteSite',
  method: 'delete',
  path: '/sites/{siteId}',
  tag,
  summary: 'Remove a site',
  description: 'One with charge points is not removed: put them elsewhere first. Transactions stay.',
  params: siteParams,
  edits: true,
  answers: { 204: { description: 'It is removed' } },
  problems: ['unknown', 'changed', 'in-use'],
}).answer(async ({ params: { siteId }, system: { store }, ifMatch }) => {
  const edited = await edit(
    ifMatch,
    () => store.getSite(siteId),
    async ({ version }) => {
      const [first] = await collect(1, (page) => store.listChargePoints({ siteId }, page))
      return first ?? store.deleteSite(siteId, version)
    },
  )
  if (edited === 'unknown') return unknownSite(siteId)
  if (edited === 'changed') return changed
  const { before, result } = edited
  if (result === 'deleted') return { status: 204, before: viewSite(before) }
  const { chargePointId } = result.chargePoint
  return problem('in-use', `charge points stand on the site, ${chargePointId} among them`)
})
