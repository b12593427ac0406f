import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Io, run } from '../../lib/station/cli.ts'
import { systemTime, type Time } from '../../lib/station/time.ts'
import { listener } from '../support/listener.ts'
import { CentralSystem, until } from './central-system.ts'

let system: CentralSystem

beforeEach(async () => {
  system = await CentralSystem.listen()
})

afterEach(async () => {
  await system.close()
  expect(system.violations).toEqual([])
})

interface Outcome {
  code: number
  out: string
  err: string
}

const PACE = 20
/** Time that passes faster than it should. */
const time: Time = {
  now: () => Date.now() * PACE,
  after(ms, run) {
    const timer = setTimeout(run, ms / PACE)
    return () => clearTimeout(timer)
  },
}

/** The command line in this process. */
async function station(args: string[], more: Partial<Io> = {}): Promise<Outcome> {
  const { said, ...written } = listener()
  const code = await run(args, {
    ...written,
    env: {},
    isTty: false,
    onInterrupt: () => {},
    token: () => Promise.reject(new Error('there is no operator API here')),
    time,
    ...more,
  })
  return { code, ...said }
}

const once1 = (...more: string[]) => ['--url', system.url, '--once', '--duration', '1', ...more]

describe('npm run station', () => {
  test('--help names every option and shows examples, through the real process', async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'bin/station.ts', '--help'])
    let out = ''
    child.stdout.on('data', (data: Buffer) => {
      out += data.toString()
    })
    const [code] = await once(child, 'close')
    expect(code).toBe(0)
    const options = [
      'id',
      'url',
      'connectors',
      'id-tag',
      'password',
      'meter-interval',
      'power',
      'charge',
      'duration',
      'once',
      'vendor',
      'model',
      'serial',
      'quiet',
      'json',
      'record',
      'ca',
      'cert',
      'key',
      'heartbeat',
      'speed',
      'seed',
      'count',
      'id-pattern',
      'connect-rate',
      'start-rate',
      'for',
      'scenario',
      'set',
      'schema',
      'quirk',
      'quirks',
      'register',
      'api',
      'client-id',
    ]
    for (const option of options) expect(out).toContain(`--${option}`)
    expect(out).toContain('Examples:')
    expect(out).toContain('Exit codes:')
  })

  test('--once charges once and exits with 0, through the real process', async () => {
    const args = once1('--id', 'CP 7', '--meter-interval', '0', '--serial', 'S7')
    const child = spawn(process.execPath, ['--import', 'tsx', 'bin/station.ts', ...args])
    let out = ''
    child.stdout.on('data', (data: Buffer) => {
      out += data.toString()
    })
    const [code] = await once(child, 'close')
    expect(code).toBe(0)
    expect(system.attempts[0]?.path).toBe('/ocpp/CP%207')
    expect(system.statuses(1)).toEqual(['Available', 'Preparing', 'Charging', 'Finishing', 'Available'])
    const lines = out.trimEnd().split('\n')
    expect(lines).toContainEqual(
      expect.stringMatching(/^\d\d:\d\d:\d\d\.\d{3} {2}REQ {2}→ {2}\[2,"[^"]+","BootNotification",\{/),
    )
    expect(lines).toContainEqual(
      expect.stringMatching(/^\d\d:\d\d:\d\d\.\d{3} {2}CONF ← {2}\[3,"[^"]+",\{"status":"Accepted"/),
    )
    expect(lines.at(-1)).toMatch(
      /^CP 7: 11 requests sent, 11 answered, 0 refused, 0 unanswered · 0 received · 0\.00\d kWh · \d+\.\d s$/,
    )
  })

  test.each([['--help'], ['--quirks'], ['--schema']])(
    '%s may be cut short by who reads it, through the real process',
    async (option) => {
      const child = spawn(process.execPath, ['--import', 'tsx', 'bin/station.ts', option])
      child.stdout.destroy()
      let err = ''
      child.stderr.on('data', (data: Buffer) => {
        err += data.toString()
      })
      const [code] = await once(child, 'close')
      expect({ code, err }).toEqual({ code: 0, err: '' })
    },
  )

  test('when nobody reads its frames any more, it stops the transaction and ends, through the real process', async () => {
    const args = ['--url', system.url, '--charge', '--duration', '600', '--meter-interval', '1']
    const child = spawn(process.execPath, ['--import', 'tsx', 'bin/station.ts', ...args])
    let err = ''
    child.stderr.on('data', (data: Buffer) => {
      err += data.toString()
    })
    child.stdout.resume()
    await vi.waitFor(() => expect(system.payloads('StartTransaction')).toHaveLength(1), { timeout: 60_000 })
    child.stdout.destroy()
    const [code] = await once(child, 'close')
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(system.payloads('StopTransaction')).toMatchObject([{ reason: 'Local' }])
  })

  test.each([
    [
      'the tag is blocked',
      { Authorize: { idTagInfo: { status: 'Blocked' } } },
      'TAG001 is not authorized: Blocked',
    ],
    [
      'the start is refused',
      { StartTransaction: { transactionId: 1, idTagInfo: { status: 'Invalid' } } },
      'TAG001 is Invalid',
    ],
    ['a CALLERROR', { StatusNotification: { error: 'InternalError' } }, 'requests were refused'],
    [
      'the boot is pending',
      { BootNotification: { status: 'Pending', currentTime: '2026-11-21T08:00:00Z', interval: 60 } },
      'registration Pending',
    ],
    ['no answer to the start', { StartTransaction: undefined }, 'StartTransaction: no answer'],
    ['no answer to the stop', { StopTransaction: undefined }, 'StopTransaction: no answer'],
  ])('--once exits with 1: %s', async (_, answers, why) => {
    system.isSilent = true
    Object.assign(system.answers, answers)
    const { code, err } = await station(once1('--quiet', '--wait', '20'))
    expect(err).toContain(why)
    expect(code).toBe(1)
  })

  test('--once exits with 1 when nobody lets it in, and says why', async () => {
    system.refuses = 401
    const { code, err } = await station(once1('--wait', '5'))
    expect(code).toBe(1)
    expect(err).toContain('HTTP 401')
  })

  test('--quiet writes the closing line only; --json an object per line', async () => {
    const quiet = await station(once1('--quiet'))
    expect(quiet.code).toBe(0)
    expect(quiet.out.trimEnd().split('\n')).toHaveLength(1)
    const json = await station(once1('--json', '--id', 'CP002'))
    const lines = json.out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(lines).toContainEqual(
      expect.objectContaining({ direction: 'sent', type: 'REQ', action: 'StartTransaction' }),
    )
    expect(lines).toContainEqual(
      expect.objectContaining({ direction: 'received', type: 'CONF', action: 'StopTransaction' }),
    )
    expect(lines.at(-1)).toMatchObject({ summary: { refused: 0, timedOut: 0, queued: 0 } })
  })

  test.each([
    [['--connectors', '0'], 'It must be a whole number from 1 to 100.'],
    [['--connectors', '1.5'], 'It must be a whole number'],
    [['--power', 'much'], 'It must be a number of kilowatts'],
    [['--url', 'http://localhost'], 'begins with ws:// or wss://'],
    [['--url', 'ws://me:secret@localhost'], 'A password goes into --password.'],
    [['--id', ''], 'It must have 1 to 255 characters'],
    [['--id', 'A:B', '--password', 'secret'], 'cannot hold a colon'],
    [['--id-tag', 'x'.repeat(21)], 'It must have 1 to 20 characters.'],
    [['--duration', '0'], 'It must be a whole number'],
    [['--quiet', '--json'], 'cannot be used with'],
    [['--count', '0'], 'It must be a whole number'],
    [['--count', '2', '--id-pattern', 'X'], 'it must hold {n}'],
    [['--speed', '0'], 'It must be a number from'],
    [['--quirk', 'nul-bytes,none'], 'There is no quirk "none"'],
    [['--quirk', 'no_subprotokol'], 'There is no quirk "no_subprotokol". Is it "no-subprotocol"?'],
    [['--set', 'name'], 'It must be name=value.'],
    [['--cert', 'cert.pem'], 'it goes with --key'],
    [['--password-hex', 'abc'], 'pairs of hexadecimal digits'],
    [['--toast'], "unknown option '--toast'"],
    [['now'], 'too many arguments'],
  ])('%j is refused in words', async (args, why) => {
    const { code, err } = await station(args)
    expect(code).toBe(1)
    expect(err).toContain(why)
  })

  test('--quirks and --schema write what they say, and need no central system', async () => {
    const quirks = await station(['--quirks'])
    expect(quirks).toMatchObject({ code: 0, err: '' })
    expect(quirks.out).toMatch(/^double-stop +stops each transaction twice \(SAP\)$/m)
    expect(JSON.parse((await station(['--schema'])).out)).toMatchObject({
      type: 'object',
      required: ['name', 'steps'],
    })
  })

  test('the port of the default endpoint is that of npm start', async () => {
    const { port } = new URL(system.url)
    const { code } = await station(['--once', '--duration', '1', '--quiet'], { env: { PORT: port } })
    expect(code).toBe(0)
    expect(system.attempts).toHaveLength(1)
  })

  test('--speed makes the clock, the meter and the intervals run faster, and leaves the waits for answers', async () => {
    const more = [
      '--duration',
      '600',
      '--speed',
      '100',
      '--meter-interval',
      '60',
      '--power',
      '6',
      '--wait',
      '20',
    ]
    const { code } = await station(once1(...more, '--quiet'), { time: systemTime })
    expect(code).toBe(0)
    const [start] = system.payloads('StartTransaction')
    const [stop] = system.payloads('StopTransaction')
    const seconds = (Date.parse(String(stop?.timestamp)) - Date.parse(String(start?.timestamp))) / 1000
    expect(seconds).toBeGreaterThanOrEqual(600)
    expect(seconds).toBeLessThan(700)
    const energyWh = Number(stop?.meterStop) - Number(start?.meterStart)
    expect(Math.abs(energyWh - (6000 * seconds) / 3600)).toBeLessThan(20)
    expect(system.payloads('MeterValues').length).toBeGreaterThanOrEqual(9)
  })

  test('the same seed gives the same meters', async () => {
    for (const id of ['A', 'B', 'C'])
      await station(once1('--quiet', '--id', id, '--seed', id === 'C' ? '2' : '1'))
    const [a, b, c] = system.payloads('StartTransaction').map(({ meterStart }) => meterStart)
    expect(a).toBe(b)
    expect(c).not.toBe(a)
  })

  test('files that are not there are named, and nothing is tried', async () => {
    const { code, err } = await station(['--ca', '/nowhere/ca.pem'])
    expect(code).toBe(2)
    expect(err).toBe('there is no file or folder /nowhere/ca.pem\n')
    expect(system.attempts).toEqual([])
  })

  test('--register says why it cannot, before anything is connected', async () => {
    const { code, err } = await station(['--url', system.url, '--register', '--once'])
    expect({ code, err }).toEqual({ code: 2, err: '--register: there is no operator API here\n' })
    expect(system.attempts).toEqual([])
  })

  test('a new AuthorizationKey is in no log', async () => {
    let interrupt = () => {}
    const io = {
      onInterrupt: (listen: () => void) => {
        interrupt = listen
      },
    }
    const running = station(['--url', system.url], io)
    await until(() => system.statuses(2).length === 1)
    await system.request('ChangeConfiguration', { key: 'AuthorizationKey', value: 'a"very secret key' })
    interrupt()
    const { code, out } = await running
    expect(code).toBe(0)
    expect(out).toContain('"value":"***"')
    expect(out).not.toContain('very secret')
  })

  test('on a terminal it is coloured, unless NO_COLOR is set', async () => {
    const coloured = await station(once1(), { isTty: true })
    expect(coloured.out).toContain('\u001b[36mREQ  →\u001b[0m')
    const plain = await station(once1(), { isTty: true, env: { NO_COLOR: '1' } })
    expect(plain.out).not.toContain('\u001b')
  })

  test('keys play the driver; q stops the transaction and quits', async () => {
    let press = (_key: string) => {}
    let isListening = true
    const keyboard = (onKey: (key: string) => void) => {
      press = onKey
      return () => {
        isListening = false
      }
    }
    const running = station(['--url', system.url, '--meter-interval', '0'], { keyboard })
    await until(() => system.statuses(2).length === 1)
    const pressed = async (key: string, action: string) => {
      press(key)
      await system.next(action)
    }
    press('x')
    await pressed('p', 'StatusNotification')
    await pressed('a', 'Authorize')
    await pressed('s', 'StartTransaction')
    await pressed('h', 'Heartbeat')
    await pressed('x', 'StopTransaction')
    await until(() => system.statuses(1).at(-1) === 'Finishing')
    press('f')
    await until(() => system.statuses(1).at(-1) === 'Faulted')
    press('f')
    await until(() => system.statuses(1).at(-1) === 'Finishing')
    press('b')
    await until(() => system.payloads('BootNotification').length === 2)
    press('?')
    await pressed('s', 'StartTransaction')
    press('q')
    const { code, out } = await running
    expect(code).toBe(0)
    expect(isListening).toBe(false)
    expect(system.payloads('StopTransaction')).toHaveLength(2)
    expect(out).toContain('no transaction is running on connector 1')
    expect(out).toContain('TAG001: Accepted')
    expect(out).toContain('keys: b boot')
  })
})
