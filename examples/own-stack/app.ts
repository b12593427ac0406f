import { App } from 'aws-cdk-lib'
import { ChargingStack } from './stack.ts'

const app = new App()
new ChargingStack(app, 'Charging')
app.synth()
