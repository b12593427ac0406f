import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { CloudAssembly } from 'aws-cdk-lib/cx-api'

const HELP = `Writes the template of the stack, without a network and without an account.

  npm run synth
  npm run synth -- -c heartbeatInterval=240

Options
  -c, --context <setting=value>   as for "npm run deploy", any number of them
  -o, --output <directory>        default: cdk.out

The template is validated as "cdk deploy" has it validated. All settings: docs/operating.md
`

/** What the CDK's command line adds to the context of every app. */
const OF_THE_COMMAND_LINE = {
  'aws:cdk:enable-path-metadata': true,
  'aws:cdk:enable-asset-metadata': true,
  'aws:cdk:bundling-stacks': ['**'],
}

const root = fileURLToPath(new URL('..', import.meta.url))

/** A file of the project; an empty one where there is none. */
function read(name: string): Record<string, unknown> {
  try {
    return JSON.parse(readFileSync(`${root}${name}`, 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw new Error(`${name}: ${(error as Error).message}`)
  }
}

function contextOf(given: string[]): Record<string, unknown> {
  const settings = given.map((each) => {
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(each) ?? []
    if (name === undefined) throw new Error(`"${each}" is no setting=value`)
    return [name, value]
  })
  return {
    ...OF_THE_COMMAND_LINE,
    ...(read('cdk.json').context as object),
    ...read('cdk.context.json'),
    ...Object.fromEntries(settings),
  }
}

/** The app by itself, as the CDK's command line would run it: that takes longer to start than all of the rest. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      context: { type: 'string', short: 'c', multiple: true, default: [] },
      output: { type: 'string', short: 'o', default: `${root}cdk.out` },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) return void process.stdout.write(HELP)
  process.env.CDK_OUTDIR = values.output
  process.env.CDK_CONTEXT_JSON = JSON.stringify(contextOf(values.context))
  await import('./csms.ts')
  if (!process.exitCode) tell(values.output)
}

/** Warnings and errors that constructs have left in the assembly. */
function tell(output: string): void {
  for (const { id, level, entry } of new CloudAssembly(output).stacks.flatMap(({ messages }) => messages)) {
    process.stderr.write(`${level} at ${id}: ${entry.data}\n`)
    if (level === 'error') process.exitCode = 1
  }
}

/** Of what was given wrong the words, of all else also where it happened. */
const shown = (error: Error & { code?: string }): string | undefined =>
  error.constructor === Error || error.code?.startsWith('ERR_PARSE_ARGS') ? error.message : error.stack

await main().catch((error: Error) => {
  process.stderr.write(`${shown(error)}\n`)
  process.exitCode = 1
})
