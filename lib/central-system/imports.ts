import { shorten } from '../ocpp/shorten.ts'
import type { Import, ImportCounts, ImportKind, ImportMode, RowError } from '../store/port.ts'
import { poll } from './request.ts'
import { newKey, seal, unseal } from './sealed.ts'
import type { CentralSystem, ImportStep } from './system.ts'
import { secondsAfter } from './time.ts'

export type RowData = Record<string, unknown>

export interface ImportWish {
  kind: ImportKind
  mode: ImportMode
  rows: RowData[]
  origin?: string
  role?: string
}

export type RowOutcome = 'created' | 'updated' | 'unchanged' | Omit<RowError, 'row' | 'id'>

/**
 * Registers or edits what one row says. Asked again by the same import, it does nothing more and says the same. Throws
 * what may be over later.
 */
export type TakeRow = (system: CentralSystem, record: Import, row: RowData) => Promise<RowOutcome>

export interface ImportState {
  record: Import
  counts: ImportCounts
  /** Rows that have not been taken. */
  waiting: number
}

/** A row as it waits. `sameAs`: the row before it with the same identity. */
interface Row {
  row: number
  data: RowData
  sameAs?: number
}

const BATCH_ROWS = 100

/** Of rows as JSON, in one item of the store: it takes 400 KB. */
const BATCH_BYTES = 250_000

/** Batches written at once, and rows taken at once. */
const WRITES_AT_ONCE = 10
const ROWS_AT_ONCE = 10

/** What is not taken by then never will be. */
const DEADLINE_SECONDS = 24 * 3600

/** How long until what is not done is asked for again. */
const CHECK_SECONDS = 900

/**
 * Writes down what is to be registered, and asks for it to be done batch by batch. Rows may hold passwords, which take too
 * long to hash here: they wait sealed, by a key that only the steps have.
 */
export async function startImport(system: CentralSystem, wish: ImportWish): Promise<Import> {
  const { kind, mode, rows, origin, role } = wish
  const now = system.clock()
  const importId = system.newMessageId()
  const key = newKey()
  const batches = batchesOf(withDoubles(kind, rows))
  const record: Import = {
    importId,
    kind,
    mode,
    ...(origin === undefined ? {} : { origin }),
    ...(role === undefined ? {} : { role }),
    createdAt: now.toISOString(),
    deadline: secondsAfter(now, DEADLINE_SECONDS),
    rows: rows.length,
    batches: batches.length,
  }
  for (let first = 0; first < batches.length; first += WRITES_AT_ONCE) {
    const keep = (batch: Row[], position: number) => {
      const number = first + position
      const sealed = seal(JSON.stringify(batch), key, contextOf(importId, number))
      return system.store.keepRows(importId, number, sealed, record.deadline)
    }
    await Promise.all(batches.slice(first, first + WRITES_AT_ONCE).map(keep))
  }
  await system.schedule([{ importId, import: 'check', key }], CHECK_SECONDS)
  await system.store.createImport(record)
  const steps = batches.map((_, batch): ImportStep => ({ importId, import: 'rows', batch, key }))
  await system.schedule(steps).catch(async (error: unknown) => {
    // Whoever asked is told that it failed, and may ask again.
    await system.store.cancelImport(importId, system.clock().toISOString())
    throw error
  })
  return record
}

const contextOf = (importId: string, batch: number): string => JSON.stringify([importId, batch])

const ID_OF = { 'charge-points': 'chargePointId', 'id-tags': 'idTag' } as const

/** What a row calls what it is about. */
export function idOf(kind: ImportKind, data: RowData): string | undefined {
  const id = data[ID_OF[kind]]
  return typeof id === 'string' ? id : undefined
}

/** Of rows about the same thing the first one counts, whichever batch is taken first. */
function withDoubles(kind: ImportKind, rows: RowData[]): Row[] {
  const firsts = new Map<string, number>()
  return rows.map((data, index) => {
    const row = index + 1
    const id = idOf(kind, data)
    if (id === undefined) return { row, data }
    const known = kind === 'id-tags' ? id.toLowerCase() : id
    const sameAs = firsts.get(known)
    if (sameAs !== undefined) return { row, data, sameAs }
    firsts.set(known, row)
    return { row, data }
  })
}

function batchesOf(rows: Row[]): Row[][] {
  const batches: Row[][] = []
  let bytes = 0
  for (const row of rows) {
    const own = Buffer.byteLength(JSON.stringify(row))
    const batch = batches.at(-1)
    if (batch && batch.length < BATCH_ROWS && bytes + own <= BATCH_BYTES) {
      batch.push(row)
      bytes += own
    } else {
      batches.push([row])
      bytes = own
    }
  }
  return batches
}

/** Takes one step of an import. Taken again, it does nothing more. */
export async function runImportStep(
  system: CentralSystem,
  step: ImportStep,
  takeRow: TakeRow,
): Promise<void> {
  const record = await system.store.getImport(step.importId)
  if (!record || record.endedAt !== undefined) return
  if (step.import === 'check') return check(system, record, step.key)
  await closeBatch(system, record, step, (row) => outcomeOf(system, record, row, takeRow))
  await endIfDone(system, record)
}

async function closeBatch(
  system: CentralSystem,
  { importId }: Import,
  { batch, key }: { batch: number; key: string },
  take: (row: Row) => Promise<keyof ImportCounts | RowError>,
): Promise<void> {
  const sealed = await system.store.sealedRows(importId, batch)
  if (!sealed) return
  const rows: Row[] = JSON.parse(unseal(sealed, key, contextOf(importId, batch)))
  const outcomes: (keyof ImportCounts | RowError)[] = []
  for (let first = 0; first < rows.length; first += ROWS_AT_ONCE)
    outcomes.push(...(await Promise.all(rows.slice(first, first + ROWS_AT_ONCE).map(take))))
  const counts = { ...NONE }
  for (const outcome of outcomes) counts[typeof outcome === 'string' ? outcome : 'failed'] += 1
  const errors = outcomes.filter((outcome) => typeof outcome !== 'string')
  await system.store.closeRows(importId, batch, { counts, errors, at: system.clock().toISOString() })
}

const NONE: ImportCounts = { created: 0, updated: 0, unchanged: 0, failed: 0, cancelled: 0 }

async function outcomeOf(
  system: CentralSystem,
  record: Import,
  row: Row,
  takeRow: TakeRow,
): Promise<keyof ImportCounts | RowError> {
  if (record.cancelledAt !== undefined) return 'cancelled'
  if (row.sameAs !== undefined) {
    return errorOf(record, row, { message: `row ${row.sameAs} has the same ${ID_OF[record.kind]}` })
  }
  const outcome = await takeRow(system, record, row.data)
  return typeof outcome === 'string' ? outcome : errorOf(record, row, outcome)
}

/** A hundred of them go into one item of the store. */
const ISSUES_MAX = 5
const ID_MAX = 64
const TEXT_MAX = 300

function errorOf(
  { kind }: Import,
  { row, data }: Row,
  { message, issues = [] }: Omit<RowError, 'row' | 'id'>,
): RowError {
  const id = idOf(kind, data)
  const kept = issues
    .slice(0, ISSUES_MAX)
    .map(({ path, message }) => ({ path: shorten(path, TEXT_MAX), message: shorten(message, TEXT_MAX) }))
  return {
    row,
    ...(id === undefined ? {} : { id: shorten(id, ID_MAX) }),
    message: shorten(message, TEXT_MAX),
    ...(kept.length > 0 ? { issues: kept } : {}),
  }
}

/** Asks again for what has not been done, until it is too late for it. */
async function check(system: CentralSystem, record: Import, key: string): Promise<void> {
  const { importId, deadline, batches } = record
  const done = new Set((await system.store.listOutcomes(importId)).map(({ batch }) => batch))
  const missing = Array.from({ length: batches }, (_, batch) => batch).filter((batch) => !done.has(batch))
  if (deadline > system.clock().toISOString()) {
    await system.schedule([{ importId, import: 'check', key }], CHECK_SECONDS)
    const steps = missing.map((batch): ImportStep => ({ importId, import: 'rows', batch, key }))
    return system.schedule(steps)
  }
  const late = { message: 'it could not be taken in a day' }
  for (const batch of missing)
    await closeBatch(system, record, { batch, key }, async (row) => errorOf(record, row, late))
  await endIfDone(system, record)
}

async function endIfDone(system: CentralSystem, record: Import): Promise<void> {
  const { importId, batches } = record
  const outcomes = await system.store.listOutcomes(importId)
  if (outcomes.length < batches) return
  const endedAt = system.clock().toISOString()
  await system.store.endImport(importId, { endedAt, counts: sumOf(outcomes) })
}

function sumOf(outcomes: { counts: ImportCounts }[]): ImportCounts {
  const sum = { ...NONE }
  for (const { counts } of outcomes)
    for (const name of Object.keys(NONE) as (keyof ImportCounts)[]) sum[name] += counts[name]
  return sum
}

export async function readImport(system: CentralSystem, importId: string): Promise<ImportState | undefined> {
  const record = await system.store.getImport(importId)
  return record && importNow(system, record)
}

/** How it stands now. */
export async function importNow(system: CentralSystem, record: Import): Promise<ImportState> {
  if (record.counts) return { record, counts: record.counts, waiting: 0 }
  const counts = sumOf(await system.store.listOutcomes(record.importId))
  const taken = Object.values(counts).reduce((sum, count) => sum + count, 0)
  return { record, counts, waiting: record.rows - taken }
}

/** Waits for its end, until then at the most; as it stands then. */
export function waitForImport(
  system: CentralSystem,
  importId: string,
  until: number,
): Promise<ImportState | undefined> {
  return poll(
    () => readImport(system, importId),
    (state) => state?.record.endedAt !== undefined,
    until,
  )
}

/** Rows that have not been begun with are not taken any more. What is registered stays. */
export async function cancelImport(
  system: CentralSystem,
  importId: string,
): Promise<{ cancelled: boolean; before: ImportState; state: ImportState } | undefined> {
  const before = await readImport(system, importId)
  if (!before) return undefined
  const record = await system.store.cancelImport(importId, system.clock().toISOString())
  if (record) return { cancelled: true, before, state: { ...before, record } }
  const state = await readImport(system, importId)
  return state && { cancelled: false, before, state }
}
