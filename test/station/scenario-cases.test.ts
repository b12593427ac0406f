import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { run } from '../../lib/station/cli.ts'
import { readScenario } from '../../lib/station/scenario/document.ts'
import { type Busbar, startBusbar } from '../support/e2e.ts'
import { listener } from '../support/listener.ts'
import { operatorFor, PLAYS } from './scenario-cases-driver.ts'

const FOLDER = 'examples/scenarios/tc'
const CASES = readdirSync(FOLDER).map((file) => file.replace(/\.yaml$/, ''))

/** They are played in scenario-security.test.ts. */
const OVER_TLS = ['TC_083', 'TC_086', 'TC_087']

/** How the charge point is registered, and with what it comes. */
const PASSWORD = 'sixteen letters!'
const WITH_PASSWORD = ['TC_073', 'TC_085']

/** What the central system has no service for, and how it says so. */
const NOT_SERVED: Record<string, string> = { TC_074: 'was refused: NotSupported' }

let busbar: Busbar

beforeAll(async () => {
  busbar = await startBusbar()
  const tags = [
    { idTag: 'EXPIRED', expiryDate: '2020-01-01T00:00:00Z' },
    { idTag: 'BLOCKED', blocked: true },
    { idTag: 'GROUP2', parentIdTag: 'GROUP' },
  ]
  for (const tag of tags) expect((await busbar.api('POST', '/id-tags', tag)).status).toBe(201)
})
afterAll(() => busbar.stop())

/** The command line plays the station's side of the case. */
async function play(name: string, chargePointId: string, idTag: string) {
  const { said, ...written } = listener()
  const where = ['--url', `${busbar.local.wsUrl}/ocpp`, '--id', chargePointId, '--id-tag', idTag]
  const secret = WITH_PASSWORD.includes(name) ? ['--password', PASSWORD] : []
  const code = await run([...where, ...secret, '--quiet', '--scenario', `${FOLDER}/${name}.yaml`], {
    ...written,
    env: {},
    isTty: false,
    onInterrupt: () => {},
    token: () => Promise.reject(new Error('nothing is registered here')),
  })
  return { code, err: said.err }
}

describe('the station’s side of the certification cases, as scenario files, against the local runtime', () => {
  test.concurrent.each(CASES.filter((name) => !OVER_TLS.includes(name)))(
    '%s',
    async (name) => {
      const chargePointId = name.replaceAll('_', '-')
      const idTag = `T${name.slice(3)}`
      const secured = { securityProfile: 1, password: PASSWORD }
      await busbar.register(chargePointId, WITH_PASSWORD.includes(name) ? secured : {})
      const tag = { idTag, ...(name === 'TC_053' ? { parentIdTag: 'GROUP' } : {}) }
      expect((await busbar.api('POST', '/id-tags', tag)).status).toBe(201)
      const operator = operatorFor(busbar, chargePointId, idTag)
      const asked = PLAYS[name] ? operator.ready().then(() => PLAYS[name]?.(operator)) : undefined
      const [outcome] = await Promise.all([play(name, chargePointId, idTag), asked])
      const refusal = NOT_SERVED[name]
      if (refusal) expect(outcome).toEqual({ code: 1, err: expect.stringContaining(refusal) })
      else expect(outcome).toEqual({ code: 0, err: '' })
    },
    90_000,
  )

  test('each file bears the name of its case, and says what the central system has to do', () => {
    for (const name of CASES) {
      const scenario = readScenario(readFileSync(`${FOLDER}/${name}.yaml`, 'utf8'), name)
      expect(scenario.name).toMatch(new RegExp(`^${name}_CSMS `))
      expect(scenario.about?.includes('nothing to do')).toBe(PLAYS[name] === undefined)
    }
  })

  test('the files in the folder above and the schema beside them are what the simulator reads', () => {
    const examples = readdirSync('examples/scenarios').filter((file) => file.endsWith('.yaml'))
    expect(examples.length).toBeGreaterThan(2)
    for (const file of examples) {
      expect(
        readScenario(readFileSync(`examples/scenarios/${file}`, 'utf8'), file).steps.length,
      ).toBeGreaterThan(5)
    }
  })
})
