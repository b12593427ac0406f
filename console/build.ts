import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'

const HERE = import.meta.dirname

/** What a build reads, beside the packages, which the lock file stands for. */
const INPUTS = ['src', 'public', 'index.html', 'vite.config.ts', '../package-lock.json']

/** Where the built console is. */
export const CONSOLE_DIST = join(HERE, 'dist')

/** Beside the files, not among them: what they were made from. */
const STAMP = join(HERE, 'dist.json')

/** So much may a browser have to load before it shows the first page. */
export const FIRST_LOAD_MAX_BYTES = 400_000

export interface ConsoleBuild {
  directory: string
  /** Zipped bytes of the page, its scripts and its styles, without what pages load when they are opened. */
  firstLoadBytes: number
  /** Whether anything had to be done. */
  built: boolean
}

/** Builds the console into `console/dist`, unless what is there was made from the same sources. */
export async function buildConsole(): Promise<ConsoleBuild> {
  const inputs = inputsKey()
  const built = !isCurrent(inputs)
  if (built) await make(inputs)
  return { directory: CONSOLE_DIST, firstLoadBytes: firstLoadBytes(), built }
}

/** As those who work on it have it: React and the components say what they think of how they are used. */
export const buildForDevelopment = (outDir: string): Promise<void> => vite('development', outDir)

/** Beside what is there, and then in its place: a build that fails takes nothing away, and two at once do not meet. */
async function make(inputs: string): Promise<void> {
  const outDir = mkdtempSync(join(HERE, 'dist.'))
  try {
    await vite('production', outDir)
    rmSync(STAMP, { force: true })
    rmSync(CONSOLE_DIST, { recursive: true, force: true })
    renameSync(outDir, CONSOLE_DIST)
  } finally {
    rmSync(outDir, { recursive: true, force: true })
  }
  writeFileSync(STAMP, `${JSON.stringify({ inputs, output: outputKey() })}\n`)
}

const run = promisify(execFile)

/** By itself, since what it makes depends on the environment: tests have one of their own. */
async function vite(mode: 'production' | 'development', outDir: string): Promise<void> {
  const program = join(createRequire(import.meta.url).resolve('vite/package.json'), '..', 'bin', 'vite.js')
  const env = { ...process.env, NODE_ENV: mode }
  const given = ['build', HERE, '--mode', mode, '--logLevel', 'warn', '--outDir', outDir, '--emptyOutDir']
  const { stderr } = await run(process.execPath, [program, ...given], { env, cwd: HERE })
  if (stderr) process.stderr.write(stderr)
}

function isCurrent(inputs: string): boolean {
  if (!existsSync(STAMP) || !existsSync(CONSOLE_DIST)) return false
  const stamp = JSON.parse(readFileSync(STAMP, 'utf8')) as { inputs: string; output: string }
  return stamp.inputs === inputs && stamp.output === outputKey()
}

/** One hash of the names and contents of everything that goes in. */
export function inputsKey(): string {
  const hash = createHash('sha256')
  for (const file of INPUTS.flatMap((input) => filesUnder(join(HERE, input)))) {
    hash
      .update(`${relative(HERE, file)}\0`)
      .update(readFileSync(file))
      .update('\0')
  }
  return hash.digest('hex')
}

/** The names hold hashes of what is in the files. */
const outputKey = () =>
  createHash('sha256')
    .update(
      filesUnder(CONSOLE_DIST)
        .map((file) => `${relative(CONSOLE_DIST, file)} ${statSync(file).size}`)
        .join('\n'),
    )
    .digest('hex')

function filesUnder(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path)
    .sort()
    .flatMap((entry) => filesUnder(join(path, entry)))
}

/** What `index.html` names, and what that imports without being asked again. */
export function firstLoadFiles(): string[] {
  const html = readFileSync(join(CONSOLE_DIST, 'index.html'), 'utf8')
  const named = [...html.matchAll(/(?:src|href)="\/([^"]+\.(?:js|css))"/g)].map(([, file = '']) => file)
  return ['index.html', ...new Set(named)]
}

function firstLoadBytes(): number {
  return firstLoadFiles()
    .map((file) => gzipSync(readFileSync(join(CONSOLE_DIST, file)), { level: 9 }).length)
    .reduce((sum, size) => sum + size, 0)
}
