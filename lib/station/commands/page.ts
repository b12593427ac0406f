import { readFileSync } from 'node:fs'
import type { Arguments } from '../arguments.ts'
import { Bench } from '../ui/bench.ts'
import { type SettingsInput, settingsInput } from '../ui/input.ts'
import { buildPage } from '../ui/page.ts'
import { serveUi, type UiServer } from '../ui/server.ts'
import { type Crew, identityOf, idTagOf, stationLimitOf } from './crew.ts'
import { BROKEN } from './io.ts'

/** For what runs to be stopped and told of. */
const FAREWELL_MS = 3_000

/** --ui: the stations in a page of this machine, until somebody interrupts. */
export async function runPage(crew: Crew, count: number, port: number): Promise<number> {
  const { args, io, wireTime } = crew
  const quitting = new Promise<void>((resolve) => {
    io.onInterrupt(resolve)
    if (args.for !== undefined) wireTime.after(args.for * 1000, resolve)
  })
  const { vendor, model, serial, quirk } = args
  const bench = new Bench({ vendor, model, quirks: quirk, ...(serial === undefined ? {} : { serial }) })
  let server: UiServer | undefined
  try {
    for (let number = 1; number <= count; number += 1) {
      const added = bench.add(settingsInput.parse(settingsOf(args, number, count)))
      if (!added.ok) throw new Error(added.text)
    }
    server = await serveUi(bench, await buildPage(), port)
    io.write(`The page of the simulator: ${server.url}\n`)
    await quitting
    return 0
  } catch (error) {
    const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
    io.writeError(`${isTaken ? `port ${port} is taken: --ui <port>` : (error as Error).message}\n`)
    return BROKEN
  } finally {
    await bench.close(FAREWELL_MS)
    await server?.close()
  }
}

function settingsOf(args: Arguments, number: number, count: number): SettingsInput {
  const { url, connectors, power, meterInterval, speed, ca, cert, key } = args
  const password = args.password ?? args.passwordHex
  const withoutCertificate = url.startsWith('wss:') ? 2 : password === undefined ? 0 : 1
  return {
    ...{ url, connectors, meterInterval, powerKw: power, speed: Math.max(1, Math.round(speed)) },
    ...stationLimitOf(args),
    id: identityOf(args, number, count),
    idTag: idTagOf(args, number),
    securityProfile: cert ? 3 : withoutCertificate,
    ...(password === undefined ? {} : { password }),
    ...(ca ? { ca: readFileSync(ca, 'utf8') } : {}),
    ...(cert ? { certificate: readFileSync(cert, 'utf8') } : {}),
    ...(key ? { privateKey: readFileSync(key, 'utf8') } : {}),
  }
}
