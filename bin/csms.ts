import { App, Stack } from 'aws-cdk-lib'
import { Csms, type CsmsProps } from '../lib/stack/csms.ts'

const app = new App()
const stack = new Stack(app, 'Busbar', {
  description: 'Busbar: a central system for OCPP 1.6J charge points',
})
const props: CsmsProps = {}
const heartbeatInterval: unknown = app.node.tryGetContext('heartbeatInterval')
if (heartbeatInterval !== undefined) props.heartbeatInterval = Number(heartbeatInterval)
const unknownChargePoints: unknown = app.node.tryGetContext('unknownChargePoints')
if (unknownChargePoints === 'refuse' || unknownChargePoints === 'pending') {
  props.unknownChargePoints = unknownChargePoints
} else if (unknownChargePoints !== undefined) {
  throw new Error(`unknownChargePoints is "${unknownChargePoints}"; it must be "refuse" or "pending"`)
}
new Csms(stack, 'Csms', props)
app.synth()
