import { CommanderError } from 'commander'
import { type Arguments, readArguments } from './arguments.ts'
import { type Crew, checkFiles, newCrew, registerCrew } from './commands/crew.ts'
import { runFleet } from './commands/fleet.ts'
import { BROKEN, type Io } from './commands/io.ts'
import { runPage } from './commands/page.ts'
import { loadScenario, runScenario } from './commands/scenario.ts'
import { runStation } from './commands/single.ts'
import { fileTrouble } from './file-trouble.ts'
import { Log } from './log.ts'
import { quirksText } from './quirks/index.ts'
import type { Scenario } from './scenario/document.ts'
import { scenarioJsonSchema } from './scenario/schema.ts'
import { systemTime } from './time.ts'

export type { Io } from './commands/io.ts'

/** Runs the simulator; the exit code of the process. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  let args: Arguments
  try {
    args = readArguments(argv, io.env, io.write, io.writeError)
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode
    throw error
  }
  if (args.quirks) {
    io.write(`${quirksText()}\n`)
    return 0
  }
  if (args.schema) {
    io.write(`${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`)
    return 0
  }
  const scenario = args.scenario === undefined ? undefined : loadScenario(args.scenario, io.writeError)
  if (args.scenario !== undefined && !scenario) return BROKEN
  return start(args, io, scenario)
}

async function start(args: Arguments, io: Io, scenario: Scenario | undefined): Promise<number> {
  const count = args.count ?? scenario?.stations ?? 1
  // The frames of many are for --record.
  const isCrowd = count > 1
  const log = new Log({
    style: isCrowd || args.quiet ? 'quiet' : args.json ? 'json' : 'frames',
    isColoured: io.isTty && !io.env.NO_COLOR,
    write: (line) => io.write(`${line}\n`),
  })
  const crew = newCrew(args, io, log, io.time ?? systemTime)
  const trouble = await prepare(crew, count, tagsOf(scenario))
  if (trouble !== undefined) {
    io.writeError(`${trouble}\n`)
    return BROKEN
  }
  if (args.ui !== undefined) return runPage(crew, count, args.ui)
  if (scenario) return runScenario(crew, scenario, count)
  return isCrowd ? runFleet(crew, count) : runStation(crew)
}

/** Why nothing can start; `undefined` if all is ready. */
async function prepare(crew: Crew, count: number, tags: readonly string[]): Promise<string | undefined> {
  const { args, io, log, wireTime } = crew
  try {
    checkFiles(args)
    if (!args.register) return undefined
    const isTold = count > 1 && !args.quiet && !args.json
    const say = (text: string) => (isTold ? io.write(`${text}\n`) : log.event({ at: wireTime.now(), text }))
    say(await registerCrew(crew, count, tags, say))
    return undefined
  } catch (error) {
    return fileTrouble(error as Error)
  }
}

/** Variables that are named after tags hold tags: those a scenario wants to be known. */
function tagsOf(scenario: Scenario | undefined): string[] {
  const variables = Object.entries(scenario?.variables ?? {})
  return variables
    .filter(([name]) => /^(idTag|tag)s?$/i.test(name))
    .flatMap(([, value]) => [value].flat().map(String))
}
