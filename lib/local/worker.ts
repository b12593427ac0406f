/**
 * Runs inside the worker thread of one function, as the Lambda runtime would around a handler. It is transformed and
 * loaded as text (see function.ts) and so imports nothing but Node's own modules.
 */
import { parentPort, workerData } from 'node:worker_threads'

export interface WorkerData {
  handlerUrl: string
  exportName: string
  functionName: string
  functionArn: string
  memorySize: string
}

/** Sent when the worker is ready. `event` and the result travel as JSON texts: what is not JSON does not pass. */
export type ToWorker = { kind: 'invoke'; id: string; event: string; deadline: number } | { kind: 'ping' }

export interface FunctionFailure {
  errorType: string
  errorMessage: string
  trace?: string[]
}

export type FromWorker =
  | { kind: 'result'; id: string; result: string }
  | { kind: 'failure'; id: string; failure: FunctionFailure }
  | { kind: 'ready' }
  | { kind: 'init-failure'; failure: FunctionFailure }
  | { kind: 'pong' }

const data: WorkerData = workerData
const post = (message: FromWorker): void => parentPort?.postMessage(message)

const failureOf = (error: unknown): FunctionFailure =>
  error instanceof Error
    ? { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') }
    : { errorType: typeof error, errorMessage: String(error), trace: [] }

const context = (id: string, deadline: number) => ({
  awsRequestId: id,
  functionName: data.functionName,
  functionVersion: '$LATEST',
  invokedFunctionArn: data.functionArn,
  memoryLimitInMB: data.memorySize,
  logGroupName: `/aws/lambda/${data.functionName}`,
  logStreamName: 'local',
  callbackWaitsForEmptyEventLoop: true,
  getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
})

type Handler = (event: unknown, context: unknown) => unknown

async function load(): Promise<Handler> {
  const module: Record<string, unknown> = await import(data.handlerUrl)
  const nested = module.default as Record<string, unknown> | undefined
  const handler = module[data.exportName] ?? nested?.[data.exportName]
  if (typeof handler !== 'function') {
    throw Object.assign(new Error(`${data.exportName} is undefined or not exported`), {
      name: 'Runtime.HandlerNotFound',
    })
  }
  return handler as Handler
}

async function invoke(handler: Handler, id: string, event: string, deadline: number): Promise<void> {
  try {
    const result = await handler(JSON.parse(event), context(id, deadline))
    post({ kind: 'result', id, result: JSON.stringify(result) ?? 'null' })
  } catch (error) {
    post({ kind: 'failure', id, failure: failureOf(error) })
  }
}

const loading = load()
loading.then(
  () => post({ kind: 'ready' }),
  (error: unknown) => post({ kind: 'init-failure', failure: failureOf(error) }),
)
parentPort?.on('message', (message: ToWorker) => {
  if (message.kind === 'ping') return post({ kind: 'pong' })
  loading.then(
    (handler) => invoke(handler, message.id, message.event, message.deadline),
    () => undefined,
  )
})
