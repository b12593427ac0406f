import { CommanderError } from 'commander'
import { Api, reasonOf } from './api.ts'
import { type Arguments, readArguments } from './arguments.ts'
import { type Check, type Finding, failed, skipped } from './check.ts'
import { CHECKS, NEEDED } from './checks/index.ts'
import { type Pace, Patient } from './patient.ts'
import { document, lineOf, paint, type Result, summaryOf, table } from './report.ts'
import type { Target } from './target.ts'

/** What the command line sees of its process. */
export interface Io {
  write(text: string): void
  /** Progress, and what went wrong. */
  writeError(text: string): void
  /** Columns of the terminal; undefined where there is none. */
  width: number | undefined
  isColoured: boolean
  /** Calls back when the process is asked to end. */
  onInterrupt(listen: () => void): void
  /** A token for the deployment, by the client that was given or that is found. */
  fetchToken(target: Target, client: { clientId: string; clientSecret: string } | undefined): Promise<string>
  pace?: Pace
}

const INTERRUPTED = 130
const LEFT_BEHIND = 2

/** Examines a deployment; the exit code of the process. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  let args: Arguments
  try {
    args = readArguments(argv, io.write, io.writeError)
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode
    throw error
  }
  const interruption = new AbortController()
  io.onInterrupt(() => interruption.abort())
  const { signal } = interruption
  const patient = admit(args, io, signal)
  const startedAt = new Date()
  const results = await examine(patient, checksOf(args), io).catch((error: unknown) => {
    if (signal.aborted) return undefined
    throw error
  })
  const left = await discharge(patient, args, io)
  if (results === undefined) return INTERRUPTED
  report(args, io, startedAt, results)
  if (left) return LEFT_BEHIND
  return summaryOf(results).failed > 0 ? 1 : 0
}

function admit({ target, clientId, clientSecret, ...args }: Arguments, io: Io, signal: AbortSignal): Patient {
  const client = clientId && clientSecret ? { clientId, clientSecret } : undefined
  return new Patient({
    target,
    api: new Api(target.url, signal),
    signal,
    fetchToken: () => io.fetchToken(target, client),
    plainWebSockets: args.plainWebSockets,
    stationOrigin: args.stationOrigin,
    certificate: args.certificate,
    ...(io.pace ? { pace: io.pace } : {}),
  })
}

function checksOf({ only, skip, long }: Arguments): Check[] {
  return CHECKS.filter(({ name, slow }) => {
    if (NEEDED.includes(name)) return true
    if (skip.includes(name)) return false
    return only ? only.includes(name) : slow === undefined || (slow === 'long' && long)
  })
}

async function examine(patient: Patient, checks: Check[], io: Io): Promise<Result[]> {
  const colour = paint(io.isColoured)
  const results: Result[] = []
  for (const check of checks) {
    const startedAt = performance.now()
    if (io.isColoured) io.writeError(`… ${check.name}\r`)
    const finding = noWayIn(results) ? skipped('there is no way in') : await made(check, patient)
    const result = { check, finding, seconds: (performance.now() - startedAt) / 1000 }
    results.push(result)
    io.writeError(`${lineOf(result, colour)}\n`)
  }
  return results
}

const noWayIn = (results: readonly Result[]): boolean =>
  results.some(({ check, finding }) => NEEDED.includes(check.name) && finding.outcome === 'failed')

/** A check that breaks off has failed; only an interruption ends them all. */
async function made(check: Check, patient: Patient): Promise<Finding> {
  try {
    patient.signal.throwIfAborted()
    return await check.run(patient)
  } catch (error) {
    patient.signal.throwIfAborted()
    return failed(reasonOf(error))
  } finally {
    patient.hangUp()
  }
}

/** Cleans up, whatever came before: with a connection of its own, for the run may have been interrupted. */
async function discharge(
  patient: Patient,
  { target, clientId, clientSecret }: Arguments,
  io: Io,
): Promise<boolean> {
  patient.hangUp()
  if (!patient.api.isSignedIn) return false
  const api = new Api(target.url, AbortSignal.timeout(60_000))
  const client = clientId && clientSecret ? { clientId, clientSecret } : undefined
  try {
    api.signIn(await io.fetchToken(target, client))
    const left = await patient.discharge(api)
    for (const each of left) io.writeError(`left behind: ${each}\n`)
    return left.length > 0
  } catch (error) {
    io.writeError(`not cleaned up: ${reasonOf(error)}; what is left is called ${patient.chargePointId}…\n`)
    return true
  }
}

function report({ target, json }: Arguments, io: Io, startedAt: Date, results: readonly Result[]): void {
  if (json) {
    io.write(`${JSON.stringify(document(target.url, startedAt, results), null, 2)}\n`)
    return
  }
  const counts = Object.entries(summaryOf(results)).filter(([, count]) => count > 0)
  const summary = counts.map(([outcome, count]) => `${count} ${outcome}`).join(', ')
  io.write(`\n${table(results, io.width ?? 160, paint(io.isColoured))}\n${target.url}: ${summary}\n`)
}
