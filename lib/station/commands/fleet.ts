import { Fleet } from '../fleet/fleet.ts'
import { progressLine, reportText } from '../fleet/report.ts'
import { type Crew, idTagOf, stationOptions } from './crew.ts'
import { INTERRUPTED } from './io.ts'

/** A line that is written over, or one now and then where lines stay. */
const PROGRESS_MS = { tty: 1_000, lines: 5_000 }

/** Many stations, until each has charged, the time is over, or somebody interrupts. */
export async function runFleet(crew: Crew, count: number): Promise<number> {
  const { args, io, time, wireTime, random } = crew
  const fleet = new Fleet({
    ...{ count, time, wireTime, random, connectRate: args.connectRate },
    stationOptions: (number) => stationOptions(crew, number, count, args.quirk),
    idTagOf: (number) => idTagOf(args, number),
    ...(args.charge
      ? {
          charging: {
            ...{ startRate: args.startRate, durationMs: args.duration * 1000, once: args.once },
            patienceMs: args.wait * 1000,
          },
        }
      : {}),
  })
  const stopTelling = tellProgress(fleet, crew)
  fleet.start()
  const outcome = await Promise.race([
    new Promise<'interrupted'>((resolve) => io.onInterrupt(() => resolve('interrupted'))),
    ...(args.for === undefined
      ? []
      : [
          new Promise<'over'>(
            (resolve) => void wireTime.after((args.for ?? 0) * 1000, () => resolve('over')),
          ),
        ]),
    ...(args.once ? [fleet.finished.then(() => 'finished' as const)] : []),
  ])
  stopTelling()
  const report = await fleet.end()
  io.write(args.json ? `${JSON.stringify({ report })}\n` : `${reportText(report)}\n`)
  const wentWell = Object.keys(report.errors).length === 0 && report.queued === 0
  if (args.once && outcome === 'interrupted') return INTERRUPTED
  return args.once || args.for !== undefined ? (wentWell ? 0 : 1) : 0
}

/** The function returned ends it. */
function tellProgress(fleet: Fleet, { args, io, wireTime }: Crew): () => void {
  if (args.quiet) return () => {}
  const isWrittenOver = io.isTty && !args.json
  const interval = isWrittenOver ? PROGRESS_MS.tty : PROGRESS_MS.lines
  let cancel = () => {}
  const tell = () => {
    const progress = fleet.progress()
    const line = args.json ? JSON.stringify({ progress }) : progressLine(progress, interval / 1000)
    io.write(isWrittenOver ? `\r\u001b[2K${line}` : `${line}\n`)
    cancel = wireTime.after(interval, tell)
  }
  cancel = wireTime.after(interval, tell)
  return () => {
    cancel()
    if (isWrittenOver) io.write('\n')
  }
}
