import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { Worker } from 'node:worker_threads'
import { transformSync } from 'esbuild'
import type { Log } from './log.ts'
import type { FromWorker, FunctionFailure, ToWorker, WorkerData } from './worker.ts'

export interface FunctionDefinition extends WorkerData {
  /** The logical id. */
  id: string
  timeoutSeconds: number
  environment: Record<string, string>
}

/** The failure of an invocation, in Lambda's own words. */
export class FunctionError extends Error {
  override name = 'FunctionError'
  readonly failure: FunctionFailure
  constructor(failure: FunctionFailure) {
    super(failure.errorMessage)
    this.failure = failure
  }
}

interface Pending {
  /** Hands the event over, and lets its time run: both begin when the worker is ready. */
  begin(worker: Worker): void
  resolve(result: unknown): void
  reject(error: FunctionError): void
}

/** How long a worker may be deaf, after a timeout, before it counts as stuck in a loop and is ended. */
const DEAF_MILLISECONDS = 1_000
/** How long a worker may take to load its handler; Lambda's own limit. */
const INIT_MILLISECONDS = 10_000

let workerUrl: URL | undefined

/** The worker's own code as a `data:` URL: it then runs on every Node, without a loader in each thread. */
function workerCode(): URL {
  if (!workerUrl) {
    const source = readFileSync(new URL('worker.ts', import.meta.url), 'utf8')
    const { code } = transformSync(source, { loader: 'ts', format: 'esm', target: 'node20' })
    workerUrl = new URL(`data:text/javascript,${encodeURIComponent(code)}`)
  }
  return workerUrl
}

/**
 * One function of the template in a worker thread of its own: its own environment and module graph, and what it keeps
 * between invocations. Unlike in Lambda, one thread takes any number of events at once, is never frozen between them,
 * and survives a timeout unless it is stuck.
 */
export class LocalFunction {
  readonly definition: FunctionDefinition
  private readonly log: Log
  private readonly pending = new Map<string, Pending>()
  private worker: Worker | undefined
  private ready = false
  private readonly waiting: (() => void)[] = []
  private initTimer: NodeJS.Timeout | undefined
  private stopped = false
  private pong: (() => void) | undefined

  constructor(definition: FunctionDefinition, log: Log) {
    this.definition = definition
    this.log = log
  }

  /** Starts the worker before the first event needs it, and waits until it has loaded, or cannot. */
  async warm(): Promise<void> {
    if (this.running() && !this.ready) await new Promise<void>((resolve) => this.waiting.push(resolve))
  }

  invoke(event: unknown): Promise<unknown> {
    const id = randomUUID()
    const milliseconds = this.definition.timeoutSeconds * 1000
    return new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined
      const settle =
        <T>(then: (value: T) => void) =>
        (value: T) => {
          clearTimeout(timer)
          this.pending.delete(id)
          then(value)
        }
      const begin = (worker: Worker) => {
        timer = setTimeout(() => this.timeOut(id), milliseconds)
        post(worker, {
          kind: 'invoke',
          id,
          event: JSON.stringify(event),
          deadline: Date.now() + milliseconds,
        })
      }
      const pending = { begin, resolve: settle(resolve), reject: settle(reject) }
      this.pending.set(id, pending)
      const worker = this.running()
      if (!worker) pending.reject(new FunctionError(STOPPED))
      else if (this.ready) begin(worker)
    })
  }

  async stop(): Promise<void> {
    this.stopped = true
    await this.worker?.terminate()
    this.failAll(STOPPED)
  }

  private running(): Worker | undefined {
    if (this.worker || this.stopped) return this.worker
    const { environment, ...data } = this.definition
    const worker = new Worker(workerCode(), {
      name: data.id,
      workerData: data satisfies WorkerData,
      env: environment,
      execArgv: ['--no-warnings'],
      stdout: true,
      stderr: true,
    })
    this.worker = worker
    this.ready = false
    this.initTimer = setTimeout(() => this.end(worker, INIT_TIMEOUT), INIT_MILLISECONDS)
    worker.on('message', (message: FromWorker) => this.receive(message, worker))
    worker.on('error', (error: unknown) => this.died(worker, failureOf(error)))
    worker.on('exit', (code) => {
      const errorMessage = `Runtime exited with exit status ${code}`
      this.died(worker, { errorType: 'Runtime.ExitError', errorMessage })
    })
    for (const stream of [worker.stdout, worker.stderr]) {
      createInterface({ input: stream }).on('line', (line) => this.say(line))
    }
    return worker
  }

  private receive(message: FromWorker, worker: Worker): void {
    if (message.kind === 'pong') this.pong?.()
    else if (message.kind === 'result') this.pending.get(message.id)?.resolve(JSON.parse(message.result))
    else if (message.kind === 'failure') {
      this.report(message.failure)
      this.pending.get(message.id)?.reject(new FunctionError(message.failure))
    } else if (message.kind === 'init-failure') this.end(worker, message.failure)
    else {
      clearTimeout(this.initTimer)
      this.ready = true
      for (const go of this.waiting.splice(0)) go()
      for (const { begin } of this.pending.values()) begin(worker)
    }
  }

  private timeOut(id: string): void {
    const pending = this.pending.get(id)
    if (!pending) return
    const errorMessage = `${id} Task timed out after ${this.definition.timeoutSeconds.toFixed(2)} seconds`
    const failure = { errorType: 'Sandbox.Timedout', errorMessage }
    this.report(failure)
    pending.reject(new FunctionError(failure))
    this.endIfDeaf()
  }

  private endIfDeaf(): void {
    const { worker } = this
    if (!worker || this.pong) return
    const timer = setTimeout(() => this.end(worker, STUCK), DEAF_MILLISECONDS)
    this.pong = () => {
      this.pong = undefined
      clearTimeout(timer)
    }
    post(worker, { kind: 'ping' })
  }

  private end(worker: Worker, failure: FunctionFailure): void {
    this.died(worker, failure)
    void worker.terminate()
  }

  /** The next event finds a new worker; those that were under way here fail. */
  private died(worker: Worker, failure: FunctionFailure): void {
    if (this.worker !== worker) return
    this.worker = undefined
    clearTimeout(this.initTimer)
    this.pong?.()
    for (const go of this.waiting.splice(0)) go()
    if (!this.stopped) this.report(failure)
    this.failAll(failure)
  }

  private failAll(failure: FunctionFailure): void {
    for (const { reject } of [...this.pending.values()]) reject(new FunctionError(failure))
  }

  private report({ errorType, errorMessage, trace }: FunctionFailure): void {
    const frames = (trace ?? []).slice(1).filter((frame) => !frame.includes('data:text/javascript'))
    this.say([`ERROR ${errorType}: ${errorMessage}`, ...frames].join('\n'))
  }

  private say(text: string): void {
    for (const line of text.split('\n')) this.log(`[${shortName(this.definition.id)}] ${line}`)
  }
}

const STOPPED: FunctionFailure = { errorType: 'Runtime.ExitError', errorMessage: 'The local runtime stops' }
const STUCK: FunctionFailure = {
  errorType: 'Runtime.ExitError',
  errorMessage: 'The worker was stuck and is ended',
}
const INIT_TIMEOUT: FunctionFailure = {
  errorType: 'Runtime.InitTimeout',
  errorMessage: `The handler did not load within ${INIT_MILLISECONDS / 1000} s`,
}

const post = (worker: Worker, message: ToWorker): void => worker.postMessage(message)

const failureOf = (error: unknown): FunctionFailure =>
  error instanceof Error
    ? { errorType: error.name, errorMessage: error.message }
    : { errorType: 'Error', errorMessage: String(error) }

/** A logical id without the hash that CDK ends it with. */
export const shortName = (id: string): string => id.replace(/[0-9A-F]{8}$/, '')
