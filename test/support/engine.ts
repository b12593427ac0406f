import { inject } from 'vitest'
import { loadAssembly } from '../../lib/local/assembly.ts'
import { startEngine as start } from '../../lib/local/dynoxide.ts'
import { logToStderr, silent } from '../../lib/local/log.ts'
import { createTables as create } from '../../lib/local/table.ts'
import { Stack } from '../../lib/local/template.ts'

export interface Engine {
  endpoint: string
  stop(): Promise<void>
}

/** A store of its own, in memory: one for each test file. `DYNAMODB_ENDPOINT` puts another in its place. */
export async function startEngine(): Promise<Engine> {
  const engine = await start({ log: logToStderr })
  return { endpoint: engine.url.origin, stop: () => engine.stop() }
}

/** Creates the table of the synthesized stack and gives its name. */
export async function createTables(
  endpoint: string,
  cdkOutDir = cdkOut(),
  options: { streams?: boolean } = {},
): Promise<string> {
  const [name] = await create(new Stack(loadAssembly(cdkOutDir)), new URL(endpoint), silent, options)
  if (name === undefined) throw new Error(`The stack in ${cdkOutDir} has no table`)
  return name
}

/** The folder that the global setup synthesized into. */
export function cdkOut(): string {
  const path = inject('cdkOut')
  if (!path) throw new Error('The stack could not be synthesized; the reason stands where the tests began')
  return path
}
