import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { loadAssembly } from './assembly.ts'
import { asObject, asText, parseJson } from './json.ts'
import { LockFile } from './lock-file.ts'
import { type Log, messageOf, UserError } from './log.ts'
import { wait } from './process-info.ts'

/** What a synthesis reads. The rooms left out are not part of what is deployed. */
const INPUTS = [
  'bin/csms.ts',
  'lib',
  'functions',
  // Says from what the console was built.
  'console/dist.json',
  'cdk.json',
  'cdk.context.json',
  'package.json',
  'package-lock.json',
]
const OUTSIDE = ['lib/local', 'lib/station']
const STAMP = 'local-synth.json'
const LOCK = 'local-synth.lock'

export interface SynthOptions {
  /** The project's folder. */
  root: string
  /** Default `cdk.out` in it. */
  cdkOut?: string
  log: Log
}

/** Synthesizes the app, unless the result of the last time is still that of the same inputs. Gives the folder. */
export async function synthesize({
  root,
  cdkOut = join(root, 'cdk.out'),
  log,
}: SynthOptions): Promise<string> {
  const stamp = join(cdkOut, STAMP)
  if (isCurrent(cdkOut, stamp, inputsKey(root))) return cdkOut
  mkdirSync(cdkOut, { recursive: true })
  const lock = new LockFile(join(cdkOut, LOCK))
  await waitFor(lock, log)
  try {
    const inputs = inputsKey(root)
    if (!isCurrent(cdkOut, stamp, inputs)) await make(root, cdkOut, stamp, inputs, log)
    return cdkOut
  } finally {
    lock.release()
  }
}

async function make(root: string, cdkOut: string, stamp: string, inputs: string, log: Log): Promise<void> {
  log('Synthesizing the stack (once, and again when its sources change) …')
  const started = performance.now()
  rmSync(stamp, { force: true })
  await run(root, cdkOut)
  writeFileSync(stamp, `${JSON.stringify({ inputs, output: outputKey(cdkOut) })}\n`)
  log(`Synthesized in ${((performance.now() - started) / 1000).toFixed(1)} s`)
}

/** Two at once would write over each other. */
async function waitFor(lock: LockFile, log: Log): Promise<void> {
  for (let waited = 0; ; waited += 1) {
    const owner = lock.acquire()
    if (owner === undefined) return
    if (waited === 0) log(`Waiting for process ${owner}, which synthesizes the stack …`)
    await wait(100)
  }
}

/** One hash of the names and contents of everything that goes in. */
export function inputsKey(root: string): string {
  const hash = createHash('sha256')
  for (const file of INPUTS.flatMap((input) => filesUnder(root, join(root, input)))) {
    hash
      .update(`${relative(root, file)}\0`)
      .update(readFileSync(file))
      .update('\0')
  }
  return hash.digest('hex')
}

function filesUnder(root: string, path: string): string[] {
  if (!existsSync(path) || OUTSIDE.includes(relative(root, path))) return []
  try {
    const entries = readdirSync(path).sort()
    return entries.flatMap((entry) => filesUnder(root, join(path, entry)))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return [path]
    throw error
  }
}

/** Whether somebody else, such as `cdk deploy` with other context, has written into the folder since. */
function isCurrent(cdkOut: string, stamp: string, inputs: string): boolean {
  if (!existsSync(stamp)) return false
  const { inputs: madeFrom, output } = asObject(parseJson(readFileSync(stamp, 'utf8')))
  if (asText(madeFrom) !== inputs) return false
  try {
    return asText(output) === outputKey(cdkOut)
  } catch {
    return false
  }
}

/** Of the template and of which assets are there; an asset's own name is the hash of its content. */
function outputKey(cdkOut: string): string {
  const { template, assets } = loadAssembly(cdkOut)
  const paths = [...assets.values()].map((path) => [relative(cdkOut, path), existsSync(path)])
  return createHash('sha256')
    .update(JSON.stringify([template, paths]))
    .digest('hex')
}

/** The app as `cdk synth` would run it, without the CLI: nothing goes over the network. */
function run(root: string, cdkOut: string): Promise<void> {
  const { context } = asObject(parseJson(readFileSync(join(root, 'cdk.json'), 'utf8')))
  const child = spawn(process.execPath, ['--import', 'tsx', 'bin/csms.ts'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...withoutAccount(process.env),
      CDK_OUTDIR: cdkOut,
      CDK_CONTEXT_JSON: JSON.stringify(context ?? {}),
      // The template's own validation is for `npm run synth`; it costs half of the time.
      CDK_VALIDATION: 'false',
      NODE_NO_WARNINGS: '1',
    },
  })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new UserError(`Cannot synthesize the stack: ${messageOf(error)}`)))
    child.once('close', (code) => {
      if (code === 0) resolve()
      else reject(new UserError(`The stack could not be synthesized:\n${stderr.trim()}`))
    })
  })
}

/** The stack is the same for every account: what this shell is logged in to must not find its way in. */
function withoutAccount(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !/^(CDK_|AWS_)/.test(name)))
}
