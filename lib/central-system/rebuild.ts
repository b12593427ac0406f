import { REBUILD_WAIT_SECONDS, type Rebuild } from '../store/port.ts'
import type { CentralSystem, RebuildStep } from './system.ts'

/** Counts everything anew, a piece at a time, unless that is going on. One that stands still goes on with its next piece. */
export async function startRebuild(system: CentralSystem): Promise<Rebuild> {
  const { started, stuck, rebuild } = await system.store.startRebuild(system.clock().toISOString())
  const { generation, step } = rebuild
  if (started) await system.schedule([{ rebuild: generation, step }], REBUILD_WAIT_SECONDS)
  if (stuck) await system.schedule([{ rebuild: generation, step }])
  return rebuild
}

/** A piece that was done before asks for the next one again: whoever did it may have been cut short. */
export async function runRebuildStep(system: CentralSystem, { rebuild, step }: RebuildStep): Promise<void> {
  const next = await system.store.rebuildStep(rebuild, step, system.clock().toISOString())
  if (next) await system.schedule([{ rebuild, step: next.step }])
}
