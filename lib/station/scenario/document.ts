import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import type * as z from 'zod'
import { suggestion } from '../nearest.ts'
import { PLAIN, type ScenarioFile, type StepName, scenarioSchema, stepSchema } from './schema.ts'

/** A step as it stands in the file: its references are not replaced yet. */
export interface ListedStep {
  name: StepName
  value: unknown
  /** Of the file, counted from 1. */
  line: number
  /** Of repeat. */
  steps?: ListedStep[]
}

export interface Scenario extends Omit<ScenarioFile, 'steps'> {
  steps: ListedStep[]
}

/** What is wrong with a file, each with its line: `file:7: steps[2].plug: …`. */
export class ScenarioError extends Error {
  override name = 'ScenarioError'
}

/** Reads a scenario from YAML (or JSON). Throws a ScenarioError. */
export function readScenario(text: string, file: string): Scenario {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const broken = document.errors.map(
    ({ pos, message }) => `${file}:${lines.linePos(pos[0]).line}: ${message}`,
  )
  if (broken.length > 0) throw new ScenarioError(broken.join('\n'))
  const lineOf = (path: readonly PropertyKey[]) => lines.linePos(startOf(document.contents, path)).line
  const content: unknown = document.toJS()
  if (content === null)
    throw new ScenarioError(`${file}: it is empty; docs/simulator.md tells what a scenario is`)
  const result = scenarioSchema.safeParse(content)
  if (!result.success) {
    const problems = result.error.issues.map(innermost).map((problem) => ofStep(problem, content))
    throw new ScenarioError(
      [
        ...new Set(
          problems.map(({ path, message }) => `${file}:${lineOf(path)}: ${pathText(path)}${message}`),
        ),
      ].join('\n'),
    )
  }
  return { ...result.data, steps: listed(result.data.steps, ['steps'], lineOf) }
}

function listed(
  steps: readonly unknown[],
  path: readonly PropertyKey[],
  lineOf: (path: readonly PropertyKey[]) => number,
): ListedStep[] {
  return steps.map((each, index) => {
    const here = [...path, index]
    const [name, value] = (typeof each === 'string' ? [each, null] : Object.entries(each as object)[0]) as [
      StepName,
      unknown,
    ]
    const step = { name, value, line: lineOf(here) }
    if (name !== 'repeat') return step
    return { ...step, steps: listed((value as { steps: unknown[] }).steps, [...here, name, 'steps'], lineOf) }
  })
}

/** Where in the text a path leads; as far as there is anything there. */
function startOf(node: unknown, path: readonly PropertyKey[]): number {
  const [first, ...rest] = path
  const child = first === undefined ? undefined : childOf(node, first)
  if (child) return startOf(child, rest)
  return (node as Node | null)?.range?.[0] ?? 0
}

function childOf(node: unknown, key: PropertyKey): unknown {
  if (isSeq(node)) return node.items[Number(key)]
  if (!isMap(node)) return undefined
  const pair = node.items.find((each) => isScalar(each.key) && each.key.value === key)
  return pair?.value ?? pair?.key
}

interface Problem {
  path: PropertyKey[]
  message: string
}

/** Of a union the option that was meant, as far as can be told: the one whose first fault lies deepest. */
function innermost(issue: z.core.$ZodIssue): Problem {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0)
    return { path: issue.path, message: issue.message }
  const options = issue.errors.flatMap((issues) => {
    const problems = issues.map(innermost)
    const [worst] = problems.toSorted((a, b) => a.path.length - b.path.length)
    return worst ? [{ worst, count: problems.length }] : []
  })
  const [meant] = options.toSorted((a, b) => b.worst.path.length - a.worst.path.length || a.count - b.count)
  if (!meant) return { path: issue.path, message: issue.message }
  const isUndecided = options.every(({ worst }) => worst.path.length === 0)
  const all = [...new Set(options.map(({ worst }) => worst.message))]
  const telling = all.filter((message) => /^Unrecognized|^Invalid option/.test(message))
  const undecided = telling.length > 0 ? telling : all
  const messages = isUndecided ? undecided : [meant.worst.message]
  return { path: [...issue.path, ...meant.worst.path], message: messages.join('; or ') }
}

const STEPS: readonly string[] = Object.keys(stepSchema.shape)

/** Of a step that there is not: its name, and which one may be meant. */
function ofStep(problem: Problem, content: unknown): Problem {
  const { path } = problem
  if (path.at(-2) !== 'steps') return problem
  const step = path.reduce<unknown>((node, key) => (node as Record<PropertyKey, unknown>)?.[key], content)
  if (typeof step === 'string') {
    const message = STEPS.includes(step) ? `${step} needs more said, as in "${step}: …"` : noStep(step)
    return PLAIN.some((name) => name === step) ? problem : { path, message }
  }
  const unknown = Object.keys(step ?? {}).find((name) => !STEPS.includes(name))
  return unknown === undefined ? problem : { path, message: noStep(unknown) }
}

const noStep = (name: string) => `there is no step "${name}".${suggestion(name, STEPS)}`

function pathText(path: readonly PropertyKey[]): string {
  const text = path.map((each) => (typeof each === 'number' ? `[${each}]` : `.${String(each)}`)).join('')
  return text ? `${text.replace(/^\./, '')}: ` : ''
}
