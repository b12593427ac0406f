import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { readFrame } from '../../ocpp/frame.ts'
import type { Arguments } from '../arguments.ts'
import { type Log, withoutSecrets } from '../log.ts'
import { wiringFor } from '../meter.ts'
import { tlsTrouble } from '../pem.ts'
import { withQuirks } from '../quirks/index.ts'
import { register } from '../registering.ts'
import type { Tls } from '../socket.ts'
import type { LoggedFrame, StationEvent, StationOptions } from '../station.ts'
import { fasterTime, seededRandom, type Time } from '../time.ts'
import type { Io } from './io.ts'

/** What all commands need of the command line: the stations it describes. */
export interface Crew {
  args: Arguments
  io: Io
  log: Log
  /** The stations' time. */
  time: Time
  /** Real time. */
  wireTime: Time
  random: () => number
}

export function newCrew(args: Arguments, io: Io, log: Log, wireTime: Time): Crew {
  const time = args.speed === 1 ? wireTime : fasterTime(wireTime, args.speed)
  return { args, io, log, time, wireTime, random: randomFor(args, 0) }
}

/** With a seed each station has its own numbers, the same each time. */
function randomFor({ seed }: Arguments, number: number): () => number {
  return seed === undefined ? Math.random : seededRandom(seed * 65_537 + number)
}

export function identityOf({ id, idPattern }: Arguments, number: number, count: number): string {
  return count === 1 ? id : idPattern.replaceAll('{n}', String(number))
}

/** The tag of a station: of several, each takes the next. */
export function idTagOf({ idTag: given, count = 1 }: Arguments, number: number): string {
  const idTag = given ?? [count > 1 ? 'TAG{n}' : 'TAG001']
  const tag = idTag[(number - 1) % idTag.length] ?? ''
  return tag.replaceAll('{n}', String(number))
}

/** The station with this number, counted from 1; a log, when there is one for frames. */
export function stationOptions(
  crew: Crew,
  number: number,
  count: number,
  quirks: readonly string[],
): StationOptions {
  const { args, time, wireTime, log } = crew
  const { url, connectors, serial, vendor, model, power, meterInterval, heartbeat } = args
  const id = identityOf(args, number, count)
  const record = recorder(args, id)
  const onFrame = (frame: LoggedFrame) => {
    log.frame(frame)
    record(frame)
  }
  const note = (text: string) =>
    onFrame({ at: wireTime.now(), direction: 'sent', text, frame: readFrame(text) })
  const options: StationOptions = {
    ...{ id, url, connectors, vendor, model, time, wireTime, onFrame },
    random: randomFor(args, number),
    powerKw: power,
    configuration: { MeterValueSampleInterval: String(meterInterval) },
    ...stationLimitOf(args),
    ...passwordOf(args),
    ...tlsOf(args),
    ...(serial === undefined ? {} : { serial }),
    ...(heartbeat === undefined ? {} : { heartbeatSeconds: heartbeat }),
    onEvent: (event: StationEvent) => log.event(event),
  }
  return withQuirks(options, quirks, note)
}

export function stationLimitOf({ stationLimit, power }: Arguments): Pick<StationOptions, 'stationLimitKw'> {
  if (!stationLimit) return {}
  if ('kw' in stationLimit) return { stationLimitKw: stationLimit.kw }
  const { volts, phases } = wiringFor(power)
  return { stationLimitKw: (stationLimit.amperes * volts * phases) / 1000 }
}

function passwordOf({ password, passwordHex }: Arguments): Pick<StationOptions, 'password'> {
  if (passwordHex !== undefined) return { password: Buffer.from(passwordHex, 'hex') }
  return password === undefined ? {} : { password }
}

function tlsOf({ ca, cert, key }: Arguments): Pick<StationOptions, 'tls'> {
  if (!ca && !cert && !key) return {}
  return { tls: readTls({ ca, cert, key }) }
}

function readTls({ ca, cert, key }: Record<keyof Tls, string | undefined>): Tls {
  return {
    ...(ca ? { ca: readFileSync(ca, 'utf8') } : {}),
    ...(cert ? { cert: readFileSync(cert, 'utf8') } : {}),
    ...(key ? { key: readFileSync(key, 'utf8') } : {}),
  }
}

/** Frames go into the file as they come, so that whatever ends the process leaves them there. */
function recorder({ record }: Arguments, id: string): (frame: LoggedFrame) => void {
  if (record === undefined) return () => {}
  return (logged) => {
    const { at, direction, action } = logged
    const line = {
      time: new Date(at).toISOString(),
      chargePointId: id,
      direction,
      action,
      text: withoutSecrets(logged),
    }
    appendFileSync(record, `${JSON.stringify(line)}\n`)
  }
}

/** The files that the command line names: those to read must be there and good, and that of --record begins anew. */
export function checkFiles({ ca, cert, key, record }: Arguments): void {
  const trouble = tlsTrouble(readTls({ ca, cert, key }))
  if (trouble) throw new Error(`--${trouble.which} ${{ ca, cert, key }[trouble.which]}: ${trouble.why}`)
  if (record !== undefined) writeFileSync(record, '')
}

/** --register: what it did, in words. */
export async function registerCrew(
  { args, io }: Crew,
  count: number,
  moreTags: readonly string[],
  say: (text: string) => void,
): Promise<string> {
  const { password, passwordHex, url, clientId, clientSecret, quirk } = args
  const numbers = Array.from({ length: count }, (_, index) => index + 1)
  const secret = password ?? passwordHex
  const securityProfile = url.startsWith('wss:') ? 2 : 1
  const tags = [...moreTags, ...numbers.map((number) => idTagOf(args, number))]
  const api = args.api?.replace(/\/+$/, '') ?? apiBeside(url)
  const registering = register({
    ...{ api, say },
    token: () => io.token(new URL(api).origin, clientId, clientSecret),
    chargePoints: numbers.map((number) => ({
      chargePointId: identityOf(args, number, count),
      ...(secret === undefined ? {} : { password: secret, securityProfile }),
      ...(quirk.includes('no-subprotocol') ? { allowMissingSubprotocol: true } : {}),
    })),
    idTags: [...new Set(tags)],
  })
  return registering.catch(({ message, cause }: Error) => {
    const why = cause instanceof Error ? `${api} does not answer: ${cause.message}` : message
    throw new Error(`--register: ${why}`)
  })
}

/** Where a central system of ours has its API, seen from where its charge points connect. */
function apiBeside(endpoint: string): string {
  const { protocol, host } = new URL(endpoint)
  return `${protocol === 'wss:' ? 'https:' : 'http:'}//${host}/api`
}
