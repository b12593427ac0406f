import type { Listings, Rebuild } from '../port.ts'
import type { TableClient } from '../table-client.ts'
import { sumOf } from './figures.ts'
import { beginRebuild, countPiece, isStuck, type RebuildState, readRebuild } from './rebuild.ts'
import { relist } from './relist.ts'
import { subjectOf } from './subjects.ts'

/** Whoever counts knows the generation of the sums to count in, as it was so long ago at the most. */
const GENERATION_MILLISECONDS = 10_000

export function listingVerbs(table: TableClient): Listings {
  let known: { generation: number; until: number } | undefined

  function learn(state: RebuildState | undefined): number {
    const generation = state?.generation ?? 0
    known = { generation, until: Date.now() + GENERATION_MILLISECONDS }
    return generation
  }

  const generationNow = async () =>
    known && known.until > Date.now() ? known.generation : learn(await readRebuild(table))

  const relistSubject: Listings['relist'] = (subject) => relist(table, subject, generationNow)

  return {
    subjectOf,

    relist: relistSubject,

    async getFigures(days) {
      const state = await readRebuild(table)
      const { generation = 0, since = generation } = state ?? {}
      const generations = Array.from({ length: generation - since + 1 }, (_, place) => since + place)
      const figures = await sumOf(table, generations, days)
      return { figures, ...(state ? { rebuild: toRebuild(state) } : {}) }
    },

    async startRebuild(at) {
      const current = await readRebuild(table)
      const begun = await beginRebuild(table, current, at)
      const state = begun ?? (await readRebuild(table))
      if (!state) throw new Error('the state of the rebuild has gone')
      learn(state)
      const stuck = begun === undefined && (await isStuck(table, state, at))
      return { started: begun !== undefined, stuck, rebuild: toRebuild(state) }
    },

    async rebuildStep(generation, step, at) {
      const state = await readRebuild(table)
      if (state?.generation !== generation || state.endedAt !== undefined) return undefined
      learn(state)
      // It is done, and whoever did it may not have come to ask for the next one.
      if (state.step === step + 1) return { step: state.step }
      if (state.step !== step || !(await countPiece(table, state, relistSubject, at))) return undefined
      const next = await readRebuild(table)
      return next?.generation === generation && next.endedAt === undefined ? { step: next.step } : undefined
    },
  }
}

function toRebuild({ generation, startedAt, endedAt, step, done }: RebuildState): Rebuild {
  return { generation, startedAt, step, done, ...(endedAt === undefined ? {} : { endedAt }) }
}
