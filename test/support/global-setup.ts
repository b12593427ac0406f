import { fileURLToPath } from 'node:url'
import type { TestProject } from 'vitest/node'
import { logToStderr, messageOf } from '../../lib/local/log.ts'
import { synthesize } from '../../lib/local/synth.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of the synthesized stack; empty if it could not be synthesized. */
    cdkOut: string
  }
}

/** Synthesizes once for all test files. A failure fails those that need the stack, and lets the others run. */
export default async function setup(project: TestProject): Promise<void> {
  const root = fileURLToPath(new URL('../../', import.meta.url))
  try {
    project.provide('cdkOut', await synthesize({ root, log: logToStderr }))
  } catch (error) {
    logToStderr(messageOf(error))
    project.provide('cdkOut', '')
  }
}
