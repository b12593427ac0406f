import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { type Log, UserError } from './log.ts'
import { commandLine, gone } from './process-info.ts'

export interface Engine {
  /** May change when the engine had to be restarted. */
  readonly url: URL
  stop(): Promise<void>
}

export interface EngineOptions {
  /** Where the data lies, and the file that remembers the process; without them it lives in memory. */
  files?: { database: string; pid: string }
  log: Log
}

const READY_MILLISECONDS = 10_000
const STOP_MILLISECONDS = 5_000
/** So many restarts within the window, and it is given up. */
const RESTARTS = 5
const RESTART_WINDOW = 60_000

/** The engine at DYNAMODB_ENDPOINT if that is set, else our own. */
export async function startEngine(
  options: EngineOptions,
  endpoint = process.env.DYNAMODB_ENDPOINT,
): Promise<Engine> {
  if (endpoint) return { url: parseEndpoint(endpoint), stop: async () => {} }
  const engine = new Dynoxide(options)
  await engine.start()
  return engine
}

function parseEndpoint(endpoint: string): URL {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined
  if (url?.protocol === 'http:') return url
  throw new UserError(`DYNAMODB_ENDPOINT is "${endpoint}"; it must be an http:// address`)
}

function binary(): string {
  const platform = `${process.platform}-${process.arch}`
  try {
    const manifest = createRequire(import.meta.url).resolve(`@dynoxide/${platform}/package.json`)
    const path = join(dirname(manifest), 'dynoxide')
    if (existsSync(path)) return path
  } catch {
    // Said below.
  }
  throw new UserError(
    `There is no embedded store for ${platform} (no package @dynoxide/${platform}). ` +
      'Run a DynamoDB-compatible store and set DYNAMODB_ENDPOINT to its http:// address, such as http://127.0.0.1:8000',
  )
}

/** A process of dynoxide: started, watched, restarted when it dies, ended. */
class Dynoxide implements Engine {
  private readonly options: EngineOptions
  private readonly path = binary()
  private child: ChildProcess | undefined
  private port = 0
  private stopping = false
  private restarts: number[] = []

  constructor(options: EngineOptions) {
    this.options = options
  }

  get url(): URL {
    return new URL(`http://127.0.0.1:${this.port}`)
  }

  async start(): Promise<void> {
    await this.endOrphan()
    await this.launch()
  }

  async stop(): Promise<void> {
    this.stopping = true
    const { child } = this
    if (child?.pid !== undefined && child.exitCode === null && child.signalCode === null) await end(child.pid)
    this.forget()
  }

  /** Ends a store that is left of a killed run, or not quite gone yet: two at once on one file would spoil it. */
  private async endOrphan(): Promise<void> {
    const { files, log } = this.options
    if (!files || !existsSync(files.pid)) return
    const pid = Number(readFileSync(files.pid, 'utf8'))
    if (Number.isInteger(pid) && pid > 1 && isOurs(pid, files.database)) {
      log(`Ending the store that an earlier run left behind (process ${pid})`)
      if (!(await end(pid)))
        throw new UserError(`Process ${pid}, an earlier run's store, does not end. End it by hand`)
    }
    this.forget()
  }

  /** Tries again on another port where somebody else was quicker to take it. */
  private async launch(attempts = 3): Promise<void> {
    try {
      await this.launchOnce()
    } catch (error) {
      if (attempts <= 1) throw error
      await this.launch(attempts - 1)
    }
  }

  private async launchOnce(): Promise<void> {
    const { files } = this.options
    this.port = await freePort()
    const location = files ? ['--db-path', files.database] : []
    const child = spawn(
      this.path,
      ['serve', '--host', '127.0.0.1', '--port', String(this.port), ...location],
      {
        stdio: ['ignore', 'ignore', 'pipe'],
        // Its own group, so that a Ctrl-C meant for us leaves it to us.
        detached: true,
        env: {},
      },
    )
    this.child = child
    if (child.pid !== undefined) {
      if (files) writeFileSync(files.pid, String(child.pid))
      endWithUs(child, child.pid)
    }
    await ready(child)
    child.once('exit', (code, signal) => void this.exited(`${signal ?? code}`))
    if (child.exitCode !== null) void this.exited(`${child.exitCode}`)
  }

  private async exited(how: string): Promise<void> {
    if (this.stopping) return
    const { log } = this.options
    const now = Date.now()
    this.restarts = [...this.restarts.filter((at) => now - at < RESTART_WINDOW), now]
    if (this.restarts.length > RESTARTS)
      return log(`The store ended (${how}) again; it is not started any more`)
    log(`The store ended (${how}); starting it again`)
    try {
      await this.launch()
    } catch (error) {
      log(`The store does not start: ${error instanceof Error ? error.message : error}`)
    }
  }

  private forget(): void {
    if (this.options.files) rmSync(this.options.files.pid, { force: true })
  }
}

/** However we end, `kill -9` included, a shell that waits for our end of a pipe to close ends the store. */
function endWithUs(child: ChildProcess, pid: number): void {
  const watch = spawn('sh', ['-c', 'read -r _; kill "$0"', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  watch.once('error', () => {})
  watch.unref()
  child.once('exit', () => watch.kill())
}

function isOurs(pid: number, database: string): boolean {
  const command = commandLine(pid)
  return command?.[1] === 'serve' && command.includes(database)
}

async function end(pid: number): Promise<boolean> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    try {
      process.kill(pid, signal)
    } catch {
      return true
    }
    if (await gone(pid, STOP_MILLISECONDS)) return true
  }
  return false
}

function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    const said: string[] = []
    const fail = (how: string) => reject(new UserError(`The store did not start (${how}). ${said.join(' ')}`))
    const timer = setTimeout(fail, READY_MILLISECONDS, `no answer within ${READY_MILLISECONDS / 1000} s`)
    const exited = (code: number | null) => fail(`exit status ${code}`)
    child.once('error', (error) => fail(error.message))
    child.once('exit', exited)
    if (!child.stderr) return fail('no output')
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (said.length < 5) said.push(line)
      if (!/listening on/i.test(line)) return
      clearTimeout(timer)
      child.removeListener('exit', exited)
      resolve()
    })
  })
}

/** dynoxide cannot choose one itself. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address ? address.port : 0
      server.close(() => resolve(port))
    })
  })
}
