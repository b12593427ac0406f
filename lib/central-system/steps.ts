import type { CentralSystem, TaskStep } from './system.ts'
import { runTaskStep } from './tasks.ts'

/** A bounded piece of long work, taken at least once. */
export type Step = TaskStep

/** What the queue of long work hands out. */
export async function takeStep(system: CentralSystem, step: Step): Promise<void> {
  await runTaskStep(system, step)
}
