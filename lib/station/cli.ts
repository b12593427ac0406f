import { CommanderError } from 'commander'
import { type Arguments, readArguments } from './arguments.ts'
import { charge, within } from './journey.ts'
import { KEYS, press } from './keys.ts'
import { Log } from './log.ts'
import { Station } from './station.ts'
import { systemTime, type Time } from './time.ts'

/** What the command line sees of its process. */
export interface Io {
  write(text: string): void
  writeError(text: string): void
  env: Readonly<Record<string, string | undefined>>
  isTty: boolean
  /** Hears single keys until the function returned is called; absent without a keyboard. */
  keyboard?: (onKey: (key: string) => void) => () => void
  /** Calls back when the process is asked to end. */
  onInterrupt(listen: () => void): void
  time?: Time
}

const INTERRUPTED = 130
/** For the last transaction to be told of. */
const FAREWELL_MS = 5_000

/** Runs the simulator; the exit code of the process. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  let args: Arguments
  try {
    args = readArguments(argv, io.write, io.writeError)
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode
    throw error
  }
  const time = io.time ?? systemTime
  const startedAt = time.now()
  const log = new Log({
    style: args.json ? 'json' : args.quiet ? 'quiet' : 'frames',
    isColoured: io.isTty && !io.env.NO_COLOR,
    write: (line) => io.write(`${line}\n`),
  })
  const station = newStation(args, log, time)
  const firstRegisters = registersOf(station)
  const code = await perform(station, args, log, io, time)
  const energyWh = registersOf(station) - firstRegisters
  log.summary(time.now(), station.status(), { seconds: (time.now() - startedAt) / 1000, energyWh })
  station.close()
  return code
}

async function perform(station: Station, args: Arguments, log: Log, io: Io, time: Time): Promise<number> {
  let hasQuit = false
  const say = (text: string) => log.event({ at: time.now(), text })
  let stopListening = () => {}
  const quitting = new Promise<'quit'>((resolve) => {
    io.onInterrupt(() => resolve('quit'))
    if (!args.once) stopListening = listenToKeys(station, args, io, say, () => resolve('quit'))
  })
  void station.connect()
  const { idTag } = args
  const charged = args.charge
    ? charge(station, { time, idTag, durationMs: args.duration * 1000, patienceMs: patienceOf(args) })
    : undefined
  const report = charged?.then((trouble) => {
    if (trouble && !hasQuit) io.writeError(`${args.id}: ${trouble}\n`)
    return trouble ? 1 : 0
  })
  const outcome = await Promise.race([quitting, ...(args.once && report ? [report] : [])])
  hasQuit = true
  stopListening()
  if (outcome !== 'quit') return outcome
  await farewell(station, time)
  return args.once ? INTERRUPTED : 0
}

/** Without --once nobody waits for an exit code: the station keeps trying. */
function patienceOf({ once, wait }: Arguments): number {
  return once ? wait * 1000 : Number.POSITIVE_INFINITY
}

/** Whoever quits ends what is running, so that no transaction is left behind. */
async function farewell(station: Station, time: Time): Promise<void> {
  const running = station.status().connectors.filter(({ transaction }) => transaction)
  const stopped = Promise.all(running.map(({ connectorId }) => station.stop(connectorId)))
  if (running.length > 0) await within(time, FAREWELL_MS, stopped)
}

/** The function returned ends it. */
function listenToKeys(
  station: Station,
  { idTag }: Arguments,
  io: Io,
  say: (text: string) => void,
  quit: () => void,
): () => void {
  if (!io.keyboard) return () => {}
  say(KEYS)
  return io.keyboard((key) => {
    press(key, station, idTag, quit).then(
      (text) => text && say(text),
      (error: unknown) => say(error instanceof Error ? error.message : String(error)),
    )
  })
}

function newStation(args: Arguments, log: Log, time: Time): Station {
  const { id, url, connectors, password, serial, vendor, model, power, meterInterval } = args
  return new Station({
    ...{ id, url, connectors, vendor, model, time },
    powerKw: power,
    configuration: { MeterValueSampleInterval: String(meterInterval) },
    ...(password === undefined ? {} : { password }),
    ...(serial === undefined ? {} : { serial }),
    onFrame: (frame) => log.frame(frame),
    onEvent: (event) => log.event(event),
  })
}

function registersOf(station: Station): number {
  return station.status().connectors.reduce((sum, { registerWh }) => sum + registerWh, 0)
}
