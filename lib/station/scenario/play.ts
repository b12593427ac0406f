import { notAccepted } from '../journey.ts'
import { CallFailed } from '../messages.ts'
import type { StationOptions } from '../options.ts'
import { Station } from '../station.ts'
import { systemTime, type Time } from '../time.ts'
import { Actor, Answers, CannotPlay, Failed } from './actor.ts'
import type { ListedStep, Scenario } from './document.ts'
import { Journal } from './journal.ts'
import { milliseconds, stepSchema } from './schema.ts'
import { plays, type Scene } from './steps.ts'
import { substitute, UnknownReference, type Variables } from './values.ts'

/** How it went for one station. */
export interface Outcome {
  id: string
  result: 'passed' | 'failed' | 'broken'
  /** Of the file, where it ended before its end. */
  line?: number
  message?: string
}

export interface PlayOptions {
  /** Of the station, as far as the scenario leaves it open. */
  station: StationOptions
  /** They come before those of the file, */
  variables: Variables
  /** and these after them. */
  fallbacks: Variables
  /** Counted from 1: of lists of variables it takes its own item. */
  number: number
  /** How long to wait to be let in, in milliseconds of real time. */
  patienceMs: number
  say(text: string): void
  /** The station, before it connects. */
  onStation?(station: Station): void
}

/** One station plays the scenario, from its switching on to its switching off. */
export async function playScenario(scenario: Scenario, options: PlayOptions): Promise<Outcome> {
  const scene = newScene(scenario, options)
  const { actor } = scene
  const id = actor.station.id
  let line = scenario.steps[0]?.line ?? 1
  try {
    await enter(scenario, actor, options.patienceMs)
    await perform(scenario.steps, scene, (step) => {
      line = step.line
    })
    const { refused } = actor.station.status().calls
    const unexpected = refused - actor.expectedErrors
    if (unexpected > 0) throw new Failed(`${unexpected} requests were refused, and no step expected it`)
    return { id, result: 'passed' }
  } catch (error) {
    return {
      id,
      result: resultOf(error),
      line,
      message: error instanceof Error ? error.message : String(error),
    }
  } finally {
    actor.station.close()
  }
}

function newScene(scenario: Scenario, options: PlayOptions): Scene {
  const { time = systemTime } = options.station
  const wireTime: Time = options.station.wireTime ?? time
  const journal = new Journal(wireTime)
  const answers = new Answers(wireTime)
  const { work, ...rest } = scenario.station ?? {}
  const { configuration, onFrame, onEvent } = options.station
  const station = new Station({
    driverActs: false,
    ...options.station,
    ...defined(rest),
    ...(work === undefined ? {} : { workMs: milliseconds(work) }),
    configuration: { ...configuration, ...scenario.station?.configuration },
    decide: (request) => answers.decide(request),
    onFrame: (frame) => {
      onFrame?.(frame)
      journal.note(frame)
    },
    onEvent: (event) => {
      onEvent?.(event)
      journal.changed()
    },
  })
  options.onStation?.(station)
  const variables = { ...variablesOf(scenario, options), id: station.id, n: options.number }
  return { answers, actor: new Actor({ station, journal, time, wireTime, variables, say: options.say }) }
}

function variablesOf({ variables = {} }: Scenario, options: PlayOptions): Variables {
  const all = { ...options.fallbacks, ...variables, ...options.variables }
  return Object.fromEntries(
    Object.entries(all).map(([name, value]) => [
      name,
      Array.isArray(value) ? value[(options.number - 1) % value.length] : value,
    ]),
  )
}

/** Without the members that are undefined. */
function defined<T extends object>(object: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(object).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> }
}

async function enter(
  { waitForAcceptance = true }: Scenario,
  actor: Actor,
  patienceMs: number,
): Promise<void> {
  void actor.station.connect()
  const isIn = () => (waitForAcceptance ? actor.isOnline() : actor.station.status().connection === 'open')
  if (!(await actor.journal.until(isIn, patienceMs))) {
    throw new CannotPlay(notAccepted(actor.station.status()))
  }
  // What a boot brings with it goes first.
  if (waitForAcceptance) await actor.station.idle()
}

async function perform(
  steps: readonly ListedStep[],
  scene: Scene,
  onStep: (step: ListedStep) => void,
): Promise<void> {
  for (const step of steps) {
    onStep(step)
    if (step.steps) {
      const { times } = step.value as { times: number }
      for (let turn = 0; turn < times; turn += 1) await perform(step.steps, scene, onStep)
    } else {
      await performOne(step, scene)
    }
  }
}

async function performOne({ name, value }: ListedStep, scene: Scene): Promise<void> {
  const given = substitute(value, scene.actor.variables())
  const reading = stepSchema.safeParse({ [name]: given })
  if (!reading.success) throw new CannotPlay(`${name}: ${JSON.stringify(given)} will not do`)
  const play = plays[name as keyof typeof plays] as (value: unknown, scene: Scene) => Promise<void> | void
  await play(reading.data[name] ?? null, scene)
}

function resultOf(error: unknown): 'failed' | 'broken' {
  if (error instanceof CannotPlay || error instanceof UnknownReference) return 'broken'
  // What a station cannot do now, such as to start at a connector that is faulted, is not as the scenario expects.
  return error instanceof Failed || error instanceof CallFailed || error instanceof Error
    ? 'failed'
    : 'broken'
}
