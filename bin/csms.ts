import { App, Stack } from 'aws-cdk-lib'
import { Csms, type CsmsProps } from '../lib/stack/csms.ts'
import { NUMBER_SETTINGS } from '../lib/stack/settings.ts'

const app = new App()
const stack = new Stack(app, 'Busbar', {
  description: 'Busbar: a central system for OCPP 1.6J charge points',
})
const props: CsmsProps = {}
for (const name of NUMBER_SETTINGS) {
  const value: unknown = app.node.tryGetContext(name)
  if (value !== undefined) props[name] = Number(value)
}
const unknownChargePoints: unknown = app.node.tryGetContext('unknownChargePoints')
if (unknownChargePoints === 'refuse' || unknownChargePoints === 'pending') {
  props.unknownChargePoints = unknownChargePoints
} else if (unknownChargePoints !== undefined) {
  throw new Error(`unknownChargePoints is "${unknownChargePoints}"; it must be "refuse" or "pending"`)
}
new Csms(stack, 'Csms', props)
app.synth()
