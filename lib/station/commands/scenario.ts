import { readFileSync } from 'node:fs'
import { fileTrouble } from '../file-trouble.ts'
import { suggestion } from '../nearest.ts'
import { QUIRK_NAMES } from '../quirks/index.ts'
import { readScenario, type Scenario, ScenarioError } from '../scenario/document.ts'
import { type Outcome, playScenario } from '../scenario/play.ts'
import type { Variables } from '../scenario/values.ts'
import type { Station } from '../station.ts'
import { type Crew, idTagOf, stationOptions } from './crew.ts'
import { BROKEN, INTERRUPTED } from './io.ts'
import { farewell } from './single.ts'

/** Of every outcome but `passed` so many are told one by one. */
const MOST_TOLD = 20

/** Reads a scenario; what is wrong with it is written. */
export function loadScenario(file: string, writeError: (text: string) => void): Scenario | undefined {
  try {
    const scenario = readScenario(readFileSync(file, 'utf8'), file)
    const unknown = scenario.quirks?.find((name) => !QUIRK_NAMES.includes(name))
    if (unknown !== undefined) {
      const more = suggestion(unknown, QUIRK_NAMES)
      throw new ScenarioError(`${file}: there is no quirk "${unknown}".${more} --quirks lists them.`)
    }
    return scenario
  } catch (error) {
    if (!(error instanceof ScenarioError) && !(error as NodeJS.ErrnoException).code) throw error
    writeError(`${fileTrouble(error as Error)}\n`)
    return undefined
  }
}

/** For handshakes with the one that was. */
function passwordVariable({ password, passwordHex }: Crew['args']): Variables {
  const secret = password ?? passwordHex
  return secret === undefined ? {} : { password: secret }
}

/** All its stations play it at the same time: 0 if it went as expected for each, 1 if not, 2 if it could not be played. */
export async function runScenario(crew: Crew, scenario: Scenario, count: number): Promise<number> {
  const { args, io, wireTime, log } = crew
  const stations: Station[] = []
  const interrupted = new Promise<'interrupted'>((resolve) => io.onInterrupt(() => resolve('interrupted')))
  const quirks = [...new Set([...args.quirk, ...(scenario.quirks ?? [])])]
  const playing = Array.from({ length: count }, async (_, index): Promise<Outcome> => {
    const number = index + 1
    await new Promise<void>((resolve) => void wireTime.after((index * 1000) / args.connectRate, resolve))
    const options = stationOptions(crew, number, count, quirks)
    return playScenario(scenario, {
      ...{ station: options, number, patienceMs: args.wait * 1000 },
      fallbacks: { idTag: idTagOf(args, number), ...passwordVariable(args) },
      variables: { ...(args.idTag ? { idTag: idTagOf(args, number) } : {}), ...args.set },
      say: (text) => log.event({ at: wireTime.now(), text: count === 1 ? text : `${options.id}: ${text}` }),
      onStation: (station) => stations.push(station),
    })
  })
  const outcomes = await Promise.race([Promise.all(playing), interrupted])
  if (outcomes === 'interrupted') {
    await Promise.all(stations.map((station) => farewell(station, wireTime)))
    for (const station of stations) station.close()
    if (!args.json) io.writeError(`${scenario.name}: interrupted\n`)
    return INTERRUPTED
  }
  tell(crew, scenario, outcomes)
  if (outcomes.some(({ result }) => result === 'broken')) return BROKEN
  return outcomes.every(({ result }) => result === 'passed') ? 0 : 1
}

function tell({ args, io }: Crew, { name }: Scenario, outcomes: readonly Outcome[]): void {
  if (args.json) {
    for (const outcome of outcomes) io.write(`${JSON.stringify({ scenario: name, ...outcome })}\n`)
    return
  }
  const others = outcomes.filter(({ result }) => result !== 'passed')
  for (const { id, result, line, message = '' } of others.slice(0, MOST_TOLD)) {
    const what = result === 'failed' ? 'not as expected' : 'could not go on'
    io.writeError(`${id}: ${what} at ${args.scenario}:${line}\n${message.replaceAll(/^/gm, '  ')}\n`)
  }
  if (others.length > MOST_TOLD) io.writeError(`… and ${others.length - MOST_TOLD} more\n`)
  const passed = outcomes.length - others.length
  io.write(
    `${name}: ${others.length === 0 ? 'passed' : 'not passed'}${outcomes.length > 1 ? `, ${passed} of ${outcomes.length} stations` : ''}\n`,
  )
}
