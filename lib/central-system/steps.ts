import { runImportStep, type TakeRow } from './imports.ts'
import { runRebuildStep } from './rebuild.ts'
import { findStale } from './stale.ts'
import type { CentralSystem, ImportStep, RebuildStep, StaleStep, TaskStep } from './system.ts'
import { runTaskStep } from './tasks.ts'

/** A bounded piece of long work, taken at least once. */
export type Step = TaskStep | ImportStep | RebuildStep | StaleStep

/** What the queue of long work hands out. `takeRow`: how a row of an import is registered. */
export async function takeStep(system: CentralSystem, step: Step, takeRow: TakeRow): Promise<void> {
  if ('importId' in step) return runImportStep(system, step, takeRow)
  if ('rebuild' in step) return runRebuildStep(system, step)
  if ('find' in step) return findStale(system, step)
  await runTaskStep(system, step)
}
