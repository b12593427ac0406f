import { charge, within } from '../journey.ts'
import { KEYS, press } from '../keys.ts'
import { Station } from '../station.ts'
import type { Time } from '../time.ts'
import { type Crew, idTagOf, stationOptions } from './crew.ts'
import { INTERRUPTED, type Io } from './io.ts'

/** For the last transaction to be told of. */
const FAREWELL_MS = 5_000

/** One station, which charges if it is told to, and stays unless it is told not to. */
export async function runStation(crew: Crew): Promise<number> {
  const { args, log, wireTime } = crew
  const startedAt = wireTime.now()
  const station = new Station(stationOptions(crew, 1, 1, args.quirk))
  const firstRegisters = registersOf(station)
  const code = await perform(station, crew)
  const energyWh = registersOf(station) - firstRegisters
  const seconds = (wireTime.now() - startedAt) / 1000
  log.summary(wireTime.now(), station.status(), { seconds, energyWh })
  station.close()
  return code
}

async function perform(station: Station, { args, log, io, time, wireTime }: Crew): Promise<number> {
  let hasQuit = false
  const idTag = idTagOf(args, 1)
  const say = (text: string) => log.event({ at: wireTime.now(), text })
  let stopListening = () => {}
  const quitting = new Promise<'quit'>((resolve) => {
    io.onInterrupt(() => resolve('quit'))
    if (args.for !== undefined) wireTime.after(args.for * 1000, () => resolve('quit'))
    if (!args.once) stopListening = listenToKeys(station, idTag, io, say, () => resolve('quit'))
  })
  void station.connect()
  // Without --once nobody waits for an exit code: the station keeps trying.
  const patienceMs = args.once ? args.wait * 1000 : Number.POSITIVE_INFINITY
  const charged = args.charge
    ? charge(station, { time, wireTime, idTag, durationMs: args.duration * 1000, patienceMs })
    : undefined
  const report = charged?.then((trouble) => {
    if (trouble && !hasQuit) io.writeError(`${args.id}: ${trouble}\n`)
    return trouble ? 1 : 0
  })
  const outcome = await Promise.race([quitting, ...(args.once && report ? [report] : [])])
  hasQuit = true
  stopListening()
  if (outcome !== 'quit') return outcome
  await farewell(station, wireTime)
  return args.once ? INTERRUPTED : 0
}

/** Whoever quits ends what is running, so that no transaction is left behind. */
export async function farewell(station: Station, time: Time): Promise<void> {
  const running = station.status().connectors.filter(({ transaction }) => transaction)
  const stopped = Promise.all(running.map(({ connectorId }) => station.stop(connectorId)))
  if (running.length > 0) await within(time, FAREWELL_MS, stopped)
}

/** The function returned ends it. */
function listenToKeys(
  station: Station,
  idTag: string,
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

function registersOf(station: Station): number {
  return station.status().connectors.reduce((sum, { registerWh }) => sum + registerWh, 0)
}
