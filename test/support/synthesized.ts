import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { App, Stack } from 'aws-cdk-lib'
import { Csms, type CsmsProps } from '../../lib/stack/csms.ts'

const { context } = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8')) as {
  context: Record<string, unknown>
}

/** The stack with other settings than those of `npm start`, synthesized in a folder of its own; `remove` takes that away. */
export function synthesized(props: CsmsProps): { cdkOut: string; remove: () => void } {
  const cdkOut = mkdtempSync(join(tmpdir(), 'busbar-synthesized-'))
  // The template's own validation is for `npm run synth`; it costs half of the time.
  process.env.CDK_VALIDATION = 'false'
  const app = new App({ outdir: cdkOut, context })
  new Csms(new Stack(app, 'Busbar'), 'Csms', props)
  app.synth()
  return { cdkOut, remove: () => rmSync(cdkOut, { recursive: true, force: true }) }
}
