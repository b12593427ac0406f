import type { Invoke } from './functions.ts'

/**
 * Lets only so many events be under way; the others wait their turn, first come first served. Where Lambda starts more
 * instances under load, this machine has only its cores, and a crowd of events would wait for its store until they fail.
 */
export function limited(invoke: Invoke, atOnce: number): Invoke {
  const waiting: (() => void)[] = []
  let underWay = 0
  return async (functionId, event) => {
    if (underWay >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve))
    else underWay++
    try {
      return await invoke(functionId, event)
    } finally {
      const next = waiting.shift()
      if (next) next()
      else underWay--
    }
  }
}
