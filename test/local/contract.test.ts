import { afterAll, beforeAll } from 'vitest'
import { silent } from '../../lib/local/log.ts'
import { type Local, startLocal } from '../../lib/local/runtime.ts'
import { type Gateway, gatewayContract } from './contract.ts'
import { FakeClock } from './fixture/fake-clock.ts'
import { writeFixture } from './fixture/fixture.ts'

/** The fixture deployed: `wss://<api>.execute-api.<region>.amazonaws.com/prod`. */
const deployed = process.env.GATEWAY_CONTRACT_URL

let local: Local
const clock = new FakeClock()
const fixture = writeFixture()

const emulated: Gateway = {
  url: (cp) => `${local.wsUrl}/${cp === '' ? '' : `ws/${cp}`}`,
  advance: (milliseconds) => clock.advance(milliseconds),
}

beforeAll(async () => {
  local = await startLocal({ cdkOut: fixture.cdkOut, dataDir: 'memory', clock, log: silent })
})

afterAll(async () => {
  await local?.stop()
  fixture.remove()
})

gatewayContract('emulated', () => emulated)
if (deployed)
  gatewayContract('deployed', () => ({ url: (cp) => `${deployed}${cp === '' ? '' : `?cp=${cp}`}` }))
