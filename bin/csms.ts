import { App, Stack } from 'aws-cdk-lib'
import { Csms, type CsmsProps } from '../lib/stack/csms.ts'
import { readIdentityProps } from '../lib/stack/identity.ts'
import { NUMBER_SETTINGS } from '../lib/stack/settings.ts'

const app = new App()
const stack = new Stack(app, 'Busbar', {
  description: 'Busbar: a central system for OCPP 1.6J charge points',
})
const props: CsmsProps = readIdentityProps((name) => app.node.tryGetContext(name))
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
const privateWebhooks: unknown = app.node.tryGetContext('privateWebhooks')
if (privateWebhooks === 'refuse' || privateWebhooks === 'allow') {
  props.privateWebhooks = privateWebhooks
} else if (privateWebhooks !== undefined) {
  throw new Error(`privateWebhooks is "${privateWebhooks}"; it must be "refuse" or "allow"`)
}
const corsOrigins: unknown = app.node.tryGetContext('corsOrigins')
if (corsOrigins !== undefined && corsOrigins !== '') {
  props.corsOrigins = String(corsOrigins)
    .split(',')
    .map((each) => each.trim())
}
const requestsPerSecond: unknown = app.node.tryGetContext('requestsPerSecond')
if (requestsPerSecond !== undefined) props.requestsPerSecond = Number(requestsPerSecond)
new Csms(stack, 'Csms', props)
app.synth()
