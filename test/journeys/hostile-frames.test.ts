import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { type Busbar, startBusbar } from '../support/e2e.ts'
import { withSettings } from '../support/fleet.ts'

const FRAMES = 10_000
const CONNECTIONS = 8

/** A small generator that gives the same hostility on every run. */
function mulberry(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

const ACTIONS = [
  'Authorize', 'BootNotification', 'DataTransfer', 'DiagnosticsStatusNotification', 'FirmwareStatusNotification',
  'Heartbeat', 'LogStatusNotification', 'MeterValues', 'SecurityEventNotification', 'SignCertificate',
  'SignedFirmwareStatusNotification', 'StartTransaction', 'StatusNotification', 'StopTransaction',
  'Reset', 'heartbeat', '', '__proto__', 'constructor', 'toString', '💥',
] // biome-ignore format: a list to read at a glance

const CODES = new Set([
  'NotImplemented', 'NotSupported', 'InternalError', 'ProtocolError', 'SecurityError', 'FormationViolation',
  'PropertyConstraintViolation', 'OccurenceConstraintViolation', 'TypeConstraintViolation', 'GenericError',
]) // biome-ignore format: the ten of them

interface Attack {
  frame: string
  /** The id its answer must name; none where nothing may answer. */
  id?: string | number
}

/** Values no schema asks for, in places where it asks for something. */
function oddValue(random: () => number, depth = 0): unknown {
  const odd = [
    null, true, false, 0, -1, 1e308, 2 ** 63, 0.1, '', 'x', 'x'.repeat(3000), '\u0000', '𝕏', '2026-13-45', 'NaN', [], {},
    { __proto__: 1 }, [[[[[]]]]], '2026-03-01T08:00:00Z', 'Available', 'NoError', { value: '1' },
  ] // biome-ignore format: a list to read at a glance
  if (depth < 3 && random() < 0.2) return Array.from({ length: 3 }, () => oddValue(random, depth + 1))
  if (depth < 3 && random() < 0.2)
    return { [FIELDS[Math.floor(random() * FIELDS.length)] as string]: oddValue(random, depth + 1) }
  return odd[Math.floor(random() * odd.length)]
}

const FIELDS = [
  'connectorId', 'idTag', 'meterStart', 'meterStop', 'timestamp', 'transactionId', 'meterValue', 'sampledValue', 'status',
  'errorCode', 'vendorId', 'chargePointVendor', 'chargePointModel', 'reason', 'transactionData', 'data', 'extra', '__proto__',
] // biome-ignore format: a list to read at a glance

function attack(random: () => number, number: number): Attack {
  const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)] as T
  const id = `${number}-${pick(['', 'ü', '"', '\\', 'x'.repeat(20)])}`
  const payload = Object.fromEntries(
    Array.from({ length: Math.floor(random() * 6) }, () => [pick(FIELDS), oddValue(random)]),
  )
  const call = (elements: unknown[]) => JSON.stringify(elements)
  switch (Math.floor(random() * 12)) {
    case 0:
      return { frame: call([2, id, pick(ACTIONS), oddValue(random)]), id }
    case 1:
      return { frame: call([2, id]), id }
    case 2:
      return { frame: call([2, id, pick(ACTIONS), payload, 'more']), id }
    case 3:
      return { frame: call([2, number, pick(ACTIONS), payload]), id: number }
    case 4:
      return {
        frame: call([2, `${number}`.padEnd(200, 'y'), pick(ACTIONS), payload]),
        id: `${number}`.padEnd(200, 'y'),
      }
    case 5:
      return { frame: call([pick([0, 1, 5, -2, 2.5, 'two', null, true]), id, pick(ACTIONS), payload]) }
    case 6:
      return { frame: call([pick([3, 4]), id, payload]) }
    case 7:
      return { frame: `${'['.repeat(5000)}${']'.repeat(5000)}` }
    case 8:
      return { frame: call([2, id, pick(ACTIONS), payload]).slice(0, -1 - Math.floor(random() * 4)) }
    case 9:
      return {
        frame: pick([
          '',
          ' ',
          'null',
          '{}',
          '[]',
          '"2"',
          '\u0000',
          '{"message":"Internal server error"}',
          '[3]',
          '[4,null]',
        ]),
      }
    default:
      return { frame: call([2, id, pick(ACTIONS), payload]), id }
  }
}

describe('10,000 malformed and hostile frames', () => {
  let busbar: Busbar
  beforeAll(async () => {
    // What the central system asks by itself would stand between the answers.
    busbar = await startBusbar(withSettings({ READ_CONFIGURATION_AFTER: '0' }))
    for (let connection = 0; connection < CONNECTIONS; connection++) await busbar.register(`CP${connection}`)
  })
  afterAll(() => busbar.stop())

  async function besiege(connection: number): Promise<{ sent: number; problems: string[] }> {
    const random = mulberry(connection + 1)
    const socket = new WebSocket(`${busbar.local.wsUrl}/ocpp/CP${connection}`, ['ocpp1.6'])
    await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject))
    const waiting = new Map<string | number, string>()
    const problems: string[] = []
    let wake = () => {}
    socket.on('message', (data) => {
      const text = String(data)
      const frame = readJson(text)
      const isResult = Array.isArray(frame) && frame.length === 3 && frame[0] === 3 && isObject(frame[2])
      const isError =
        Array.isArray(frame) &&
        frame.length === 5 &&
        frame[0] === 4 &&
        CODES.has(frame[2]) &&
        isObject(frame[4])
      if (!isResult && !isError) problems.push(`not an answer: ${text.slice(0, 200)}`)
      else {
        if (isError && frame[2] === 'InternalError')
          problems.push(`${text} to ${waiting.get(frame[1])?.slice(0, 300)}`)
        if (!waiting.delete(frame[1])) problems.push(`nobody asked: ${text.slice(0, 200)}`)
        wake()
      }
    })
    socket.on('close', (code) => problems.push(`closed with ${code}`))
    const settled = async (limit: number) => {
      const until = Date.now() + 20_000
      while (waiting.size > limit && Date.now() < until && socket.readyState === socket.OPEN) {
        await Promise.race([
          new Promise<void>((resolve) => {
            wake = resolve
          }),
          new Promise((resolve) => setTimeout(resolve, 200)),
        ])
      }
    }
    let sent = 0
    for (; sent < FRAMES / CONNECTIONS; sent++) {
      const { frame, id } = attack(random, sent)
      if (id !== undefined) waiting.set(id, frame)
      socket.send(frame)
      await settled(20)
    }
    await settled(0)
    for (const [id, frame] of waiting) problems.push(`${id} was not answered: ${frame.slice(0, 200)}`)
    // The connection lives, and what follows is served.
    waiting.set('last', '')
    socket.send('[2,"last","Heartbeat",{}]')
    await settled(0)
    if (waiting.size > 0) problems.push('the last heartbeat was not answered')
    socket.removeAllListeners('close')
    socket.terminate()
    return { sent, problems }
  }

  it('get a CALLRESULT or a CALLERROR where they are CALLs, and nothing else', async () => {
    const sieges = await Promise.all(
      Array.from({ length: CONNECTIONS }, (_, connection) => besiege(connection)),
    )
    expect(sieges.flatMap(({ problems }) => problems)).toEqual([])
    expect(sieges.reduce((sum, { sent }) => sum + sent, 0)).toBe(FRAMES)
    expect((await busbar.api('GET', '/charge-points')).status).toBe(200)
  }, 240_000)
})

function readJson(text: string): any {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
