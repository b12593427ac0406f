import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

export const FUNCTION_NAMES = [
  'authorize',
  'connect',
  'disconnect',
  'message',
  'api',
  'timer',
  'task',
  'relist',
  'tell',
  'webhook',
] as const
export type FunctionName = (typeof FUNCTION_NAMES)[number]

/** Files a function reads at run time, beside its code: the API's documentation pages. */
const COMPANIONS: Partial<Record<FunctionName, { package: string; files: string[] }>> = {
  api: {
    package: 'swagger-ui-dist',
    files: ['swagger-ui.css', 'swagger-ui-bundle.js', 'oauth2-redirect.html', 'oauth2-redirect.js'],
  },
}

/** What the SDK would look up on disks, in containers and at sign-in services, and Lambda hands over in the environment. */
const SUBSTITUTES = { '@aws-sdk/credential-provider-node': './functions/credentials.ts' }

/** Loaded by the SDK only when an operation streams events, and none of ours does. */
const NEVER_LOADED = ['@smithy/core/event-streams']

/** Hands over the bundles in a directory of their own, so that syntheses at the same time do not meet; then it is gone. */
export function withBundles<T>(use: (directories: Record<FunctionName, string>) => T): T {
  const out = mkdtempSync(join(tmpdir(), 'busbar-functions-'))
  try {
    return use(bundleFunctions(out))
  } finally {
    rmSync(out, { recursive: true, force: true })
  }
}

/**
 * Bundles every function in one esbuild run, one directory each, and returns that of each function. SDK included: one
 * file imports faster than the runtime's own copy and is the same everywhere. `out` is emptied first, so that an asset's
 * hash depends on its content alone.
 */
export function bundleFunctions(out: string): Record<FunctionName, string> {
  rmSync(out, { recursive: true, force: true })
  buildSync({
    absWorkingDir: ROOT,
    entryPoints: FUNCTION_NAMES.map((name) => ({ in: `functions/${name}.ts`, out: `${name}/index` })),
    outdir: out,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    mainFields: ['module', 'main'],
    alias: SUBSTITUTES,
    external: NEVER_LOADED,
    logLevel: 'error',
  })
  for (const name of FUNCTION_NAMES) copyCompanions(name, join(out, name))
  return Object.fromEntries(FUNCTION_NAMES.map((name) => [name, join(out, name)])) as Record<
    FunctionName,
    string
  >
}

function copyCompanions(name: FunctionName, directory: string): void {
  const companions = COMPANIONS[name]
  if (!companions) return
  const source = dirname(createRequire(import.meta.url).resolve(`${companions.package}/package.json`))
  mkdirSync(directory, { recursive: true })
  for (const file of companions.files) cpSync(join(source, file), join(directory, file))
}
