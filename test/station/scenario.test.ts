// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how scenarios write references
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Io, run } from '../../lib/station/cli.ts'
import { newSigningRequest } from '../../lib/station/csr.ts'
import { demandOf } from '../../lib/station/scenario/charge.ts'
import { readScenario } from '../../lib/station/scenario/document.ts'
import { differences } from '../../lib/station/scenario/match.ts'
import { scenarioJsonSchema } from '../../lib/station/scenario/schema.ts'
import { substitute } from '../../lib/station/scenario/values.ts'
import { listener } from '../support/listener.ts'
import { CentralSystem } from './central-system.ts'

let folder: string
let system: CentralSystem

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'scenario-'))
})
afterAll(() => rmSync(folder, { recursive: true }))
beforeEach(async () => {
  system = await CentralSystem.listen()
})
afterEach(() => system.close())

async function play(yaml: string, args: string[] = [], more: Partial<Io> = {}) {
  const file = join(folder, 'scenario.yaml')
  writeFileSync(file, yaml)
  const { said, ...written } = listener()
  const given = ['--url', system.url, '--quiet', '--wait', '3', '--scenario', file, ...args]
  const code = await run(given, {
    ...written,
    env: {},
    isTty: false,
    onInterrupt: () => {},
    token: () => Promise.reject(new Error('there is no operator API here')),
    ...more,
  })
  return { code, out: said.out, err: said.err.replaceAll(`${file}:`, 'file:') }
}

const withSteps = (...steps: string[]) =>
  `name: a scenario\nsteps:\n${steps.map((step) => `  - ${step}`).join('\n')}\n`

describe('scenarios', () => {
  test('one that goes as expected ends with 0', async () => {
    const { code, out } = await play(
      withSteps(
        'plug: { connector: 1, soc: 50, batteryKwh: 10 }',
        'authorize: ${idTag}',
        'expect: { answer: { idTagInfo: { status: Accepted } } }',
        'start',
        "expect: { answer: { transactionId: '>0' } }",
        'charge: { for: 20m, curve: [{ after: 0, kW: 6 }, { after: 10m, kW: 3 }] }',
        'save: { mine: "${transaction}" }',
        'stop: { connector: 1, reason: EmergencyStop }',
        "expect: { sent: { action: StopTransaction, with: { transactionId: '${mine}', reason: EmergencyStop } } }",
        'unplug',
        'wait: { idle: true }',
      ),
      ['--speed', '600', '--id-tag', 'DRIVER'],
    )
    expect({ code, out }).toEqual({ code: 0, out: 'a scenario: passed\n' })
    const [start] = system.payloads('StartTransaction')
    const [stop] = system.payloads('StopTransaction')
    expect(start).toMatchObject({ idTag: 'DRIVER' })
    const energyWh = Number(stop?.meterStop) - Number(start?.meterStart)
    // Ten minutes at 6 kW and ten at 3, give or take what a timer is late at that speed.
    expect(energyWh).toBeGreaterThan(1450)
    expect(energyWh).toBeLessThan(1750)
    const minutes = (Date.parse(String(stop?.timestamp)) - Date.parse(String(start?.timestamp))) / 60_000
    expect(minutes).toBeGreaterThan(20)
    expect(minutes).toBeLessThan(24)
  })

  test('a car that takes nothing and a station that offers nothing are told apart', async () => {
    const { code } = await play(
      withSteps(
        'plug: { connector: 1, soc: 10 }',
        'start',
        'suspend: { connector: 1, by: EV }',
        'wait: { status: SuspendedEV }',
        'resume: 1',
        'wait: { status: Charging }',
        'suspend: { connector: 1, by: EVSE }',
        'wait: { status: SuspendedEVSE }',
        'resume: 1',
        'wait: { status: Charging }',
        'stop',
        'wait: { idle: true }',
      ),
    )
    expect(code).toBe(0)
    expect(system.statuses(1)).toEqual([
      ...['Available', 'Preparing', 'Charging', 'SuspendedEV', 'Charging', 'SuspendedEVSE', 'Charging'],
      'Finishing',
    ])
  })

  test('what happens offline is queued and replayed; power that goes ends the transaction', async () => {
    const steps = [
      'offline',
      'plug',
      'start',
      'expect: { state: { queued: 1, connection: closed } }',
      'online',
    ]
    const rest = ['reboot: PowerLoss', 'wait: { idle: true }', 'expect: { state: { queued: 0 } }']
    const { code, err } = await play(`${withSteps(...steps, ...rest)}station: { work: 100ms }\n`)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(system.payloads('StopTransaction')).toMatchObject([{ reason: 'PowerLoss' }])
    expect(system.payloads('BootNotification')).toHaveLength(2)
  })

  test('the central system is answered as the file says: refused, an error, nothing, late, and then as usual', async () => {
    const playing = play(
      withSteps(
        'answer: { action: Reset, with: { status: Rejected }, times: 1 }',
        'answer: { action: ClearCache, error: NotSupported, delay: 50ms }',
        'answer: { action: GetLocalListVersion, silent: true }',
        'log: ready',
        'wait: { call: Reset }',
        'expect: { call: { action: Reset, with: { type: Hard } }, noCall: UnlockConnector }',
        'wait: { call: ClearCache }',
        'wait: { call: GetLocalListVersion }',
        'answer: { action: ClearCache, asUsual: true }',
        'wait: { call: ClearCache }',
        'wait: 100ms',
      ),
    )
    await system.next('BootNotification')
    await system.next('StatusNotification')
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(await system.request('Reset', { type: 'Hard' })).toEqual({ status: 'Rejected' })
    expect(await system.request('ClearCache', {})).toEqual({ error: 'NotSupported' })
    const unanswered = system.request('GetLocalListVersion', {})
    const nothing = new Promise((resolve) => setTimeout(() => resolve('nothing'), 200))
    expect(await Promise.race([unanswered, nothing])).toBe('nothing')
    expect(await system.request('ClearCache', {})).toEqual({ status: 'Accepted' })
    expect((await playing).code).toBe(0)
  })

  test('what is not as expected is told with its line and its difference, and ends with 1', async () => {
    system.answers.Authorize = { idTagInfo: { status: 'Blocked' } }
    const { code, err } = await play(
      withSteps('authorize: X', 'expect: { answer: { idTagInfo: { status: Accepted, parentIdTag: P } } }'),
    )
    expect(code).toBe(1)
    expect(err).toBe(
      [
        'CP001: not as expected at file:4',
        '  answer.idTagInfo.status: expected "Accepted", got "Blocked"',
        '  answer.idTagInfo.parentIdTag: expected "P", got nothing',
        '',
      ].join('\n'),
    )
  })

  test('a CALL that was refused fails the scenario, unless that was expected', async () => {
    system.answers.DataTransfer = { error: 'NotSupported' }
    const call = 'dataTransfer: { vendorId: V }'
    expect(await play(withSteps(call))).toMatchObject({
      code: 1,
      err: expect.stringContaining('were refused'),
    })
    expect((await play(withSteps(call, 'expect: { error: NotSupported }'))).code).toBe(0)
    expect(await play(withSteps(call, 'expect: { error: InternalError }'))).toMatchObject({
      code: 1,
      err: expect.stringContaining('error: expected "InternalError", got "NotSupported"'),
    })
  })

  test('what cannot be played ends with 2', async () => {
    expect(await play(withSteps('authorize: ${nobody}'))).toMatchObject({
      code: 2,
      err: 'CP001: could not go on at file:3\n  there is no nobody (at nobody)\n',
    })
    system.refuses = 401
    expect(await play(withSteps('heartbeat'))).toMatchObject({
      code: 2,
      err: expect.stringContaining('HTTP 401'),
    })
    expect((await run(['--scenario', join(folder, 'none.yaml')], quietIo)).toString()).toBe('2')
  })

  test('several stations play it at the same time, each with its own variables', async () => {
    const variables = 'variables: { idTag: [A, B] }\nstations: 3\n'
    const { code, out } = await play(withSteps('authorize: ${idTag}-${n}') + variables, [
      '--connect-rate',
      '100',
    ])
    expect({ code, out }).toEqual({ code: 0, out: 'a scenario: passed, 3 of 3 stations\n' })
    expect(
      system
        .payloads('Authorize')
        .map(({ idTag }) => idTag)
        .toSorted(),
    ).toEqual(['A-1', 'A-3', 'B-2'])
  })

  test('Ctrl-C ends it with 130, and stops what is running', async () => {
    let interrupt = () => {}
    const onInterrupt = (listen: () => void) => {
      interrupt = listen
    }
    const playing = play(withSteps('start', 'wait: 1h'), [], { onInterrupt })
    await system.next('StartTransaction')
    interrupt()
    const { code, err } = await playing
    expect(code).toBe(130)
    expect(err).toBe('a scenario: interrupted\n')
    expect(system.payloads('StopTransaction')).toMatchObject([{ reason: 'Local' }])
  })

  test('raw frames go out as they are', async () => {
    system.isSilent = true
    const { code } = await play(
      withSteps(
        'send: \'[2,"raw-1","Heartbeat",{}]\'',
        "expect: { frame: [3, raw-1, { currentTime: '*' }], within: 2s }",
      ),
    )
    expect(code).toBe(0)
    expect(system.calls.map(({ messageId }) => messageId)).toContain('raw-1')
  })

  test('--record keeps every frame of every station', async () => {
    const file = join(folder, 'frames.jsonl')
    await play(withSteps('heartbeat'), ['--record', file])
    const lines = readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines[0]).toMatchObject({ chargePointId: 'CP001', direction: 'sent', action: 'BootNotification' })
    expect(lines.filter(({ action }) => action === 'Heartbeat')).toHaveLength(2)
  })
})

const quietIo: Io = {
  write: () => {},
  writeError: () => {},
  env: {},
  isTty: false,
  onInterrupt: () => {},
  token: () => Promise.reject(new Error('there is no operator API here')),
}

describe('scenario files', () => {
  test.each([
    ['steps:\n  - boot\n', 'f:1: name: Invalid input: expected string, received undefined'],
    ['name: x\nsteps: []\n', 'f:2: steps: '],
    ['', 'f: it is empty'],
    [withSteps('plugg'), 'f:3: steps[0]: there is no step "plugg". Is it "plug"?'],
    [withSteps('wait'), 'f:3: steps[0]: wait needs more said'],
    [withSteps('wait: { stat: Charging }'), 'f:3: steps[0].wait: Unrecognized key: "stat"'],
    [withSteps('plug: one'), 'expected number, received string; or '],
    [withSteps('boot', 'plugg: 1'), 'f:4: steps[1]: there is no step "plugg". Is it "plug"?'],
    [withSteps('plug: 1', 'wait: { status: Chargin }'), 'f:4: steps[1].wait.status: Invalid option'],
    [withSteps('wait: 10 parsecs'), 'f:3: steps[0].wait: '],
    [
      withSteps('repeat: { times: 2, steps: [ boot, { fault: { code: Broken } } ] }'),
      'f:3: steps[0].repeat.steps[1].fault.code: ',
    ],
    [withSteps('plug: 1', 'stop: { connector: one }'), 'f:4: steps[1].stop.connector: '],
    ['name: x\nsteps:\n  - { boot: , heartbeat: }\n', 'a step has one name'],
    ['name: "x\nsteps:\n', 'f:'],
  ])('%j is refused with its line', (yaml, why) => {
    expect(() => readScenario(yaml, 'f')).toThrow(why)
  })

  test('the schema for editors allows what is read, and is the one in the repository', () => {
    const schema = JSON.parse(readFileSync('examples/scenarios/scenario.schema.json', 'utf8'))
    expect(schema).toEqual(JSON.parse(JSON.stringify(scenarioJsonSchema())))
  })
})

describe('what scenarios compare and replace', () => {
  test.each([
    [{ a: 1 }, { a: 1, b: 2 }, []],
    [{ a: { b: [1, '*'] } }, { a: { b: [1, 'x'] } }, []],
    [{ a: [1] }, { a: [1, 2] }, ['a: expected 1 items, got 2: [1,2]']],
    [{ a: '>3' }, { a: 3 }, ['a: expected ">3", got 3']],
    [{ a: '<=3' }, { a: '2.5' }, []],
    [{ a: '/^x+$/' }, { a: 'xx' }, []],
    [{ a: null }, {}, []],
    [{ a: null }, { a: 0 }, ['a: expected null, got 0']],
    [{ a: '*' }, {}, ['a: expected "*", got nothing']],
    ['>0', 'text', ['it: expected ">0", got "text"']],
  ])('%j beside %j: %j', (expected, actual, problems) => {
    expect(differences(expected, actual)).toEqual(problems)
  })

  test('a reference alone keeps its type, within a text it becomes text', () => {
    const variables = { n: 7, answer: { list: ['a'], flag: true } }
    const value = { whole: '${n}', text: 'CP-${n}', deep: ['${answer.list.0}', '${answer}'] }
    expect(substitute(value, variables)).toEqual({ whole: 7, text: 'CP-7', deep: ['a', variables.answer] })
    expect(() => substitute('${answer.no}', variables)).toThrow('there is no answer.no')
  })

  test('a curve over time holds each point; one over the state of charge goes straight between two', () => {
    const timed = [
      { after: 0, kW: 11 },
      { after: '10m', kW: 4 },
    ]
    expect([0, 599_999, 600_000].map((ms) => demandOf(timed, ms, 50))).toEqual([11, 11, 4])
    const charged = [
      { soc: 20, kW: 10 },
      { soc: 80, kW: 10 },
      { soc: 100, kW: 0 },
    ]
    expect([0, 50, 90, 100].map((soc) => demandOf(charged, 0, soc))).toEqual([10, 10, 5, 0])
    expect(demandOf([...timed, ...charged], 0, 90)).toBe(5)
  })

  test('a signing request has the form of PKCS #10, with a name, a key and a signature', () => {
    const pem = newSigningRequest('CP001', 'Operator')
    expect(pem).toMatch(
      /^-----BEGIN CERTIFICATE REQUEST-----\n[\w+/=\n]+-----END CERTIFICATE REQUEST-----\n$/,
    )
    const der = Buffer.from(pem.replaceAll(/-----.*-----|\n/g, ''), 'base64')
    expect(der[0]).toBe(0x30)
    expect(der.includes('CP001')).toBe(true)
    expect(der.includes('Operator')).toBe(true)
    expect(() => new X509Certificate(pem)).toThrow()
  })
})
