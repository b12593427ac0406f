import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { App, Stack, Tags } from 'aws-cdk-lib'
import { Csms } from '../lib/stack/csms.ts'
import { readSettings } from '../lib/stack/settings.ts'

/** What `npm run console:build` has made, with the stamp that it is whole; `npm start`, `synth` and `deploy` do that first. */
function builtConsole(): { consoleDirectory?: string } {
  const console = fileURLToPath(new URL('../console/', import.meta.url))
  if (existsSync(`${console}dist.json`)) return { consoleDirectory: `${console}dist` }
  process.stderr.write('The console is not built, so none is deployed: npm run console:build\n')
  return {}
}

function synthesize(): void {
  // Left to itself it would synthesize once more, what there is of it, after a setting was refused.
  const app = new App({ autoSynth: false })
  // A second deployment in one region is a stack of another name.
  const { stackName = 'Busbar', ...context } = app.node.getAllContext()
  const stack = new Stack(app, String(stackName), {
    description: 'Busbar: a central system for OCPP 1.6J charge points',
  })
  const csms = new Csms(stack, 'Csms', {
    ...readSettings(context),
    ...builtConsole(),
  })
  // CDK puts what it needs for deployments beside the construct.
  Tags.of(stack).add('busbar', csms.deployment)
  app.synth()
}

try {
  synthesize()
} catch (error) {
  // A setting that makes no sense is a plain error of ours, and what it says is all there is to know.
  if (!(error instanceof Error) || error.constructor !== Error) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
