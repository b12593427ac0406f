import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildConsole } from '../console/build.ts'
import { whenAbandoned } from '../lib/local/abandoned.ts'
import { InUseError, type Log, logToStderr, UserError } from '../lib/local/log.ts'
import { wait } from '../lib/local/process-info.ts'
import { type Local, type LocalOptions, startLocal } from '../lib/local/runtime.ts'
import { synthesize } from '../lib/local/synth.ts'
import { EVENT_STREAM } from './event-stream.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

const HELP = `Busbar on this machine: the synthesized stack, run without AWS.

  npm start

Settings (environment)
  PORT                  where it listens; default 8080
  HOST                  the address it listens on; default 127.0.0.1, 0.0.0.0 for every one
  BUSBAR_DATA           the folder that keeps everything; default .busbar
  BUSBAR_CLIENT_ID      the machine client of POST /oauth2/token, with
  BUSBAR_CLIENT_SECRET  its secret; else made at the first start and kept in credentials.json
  DYNAMODB_ENDPOINT     a DynamoDB-compatible store to use instead of the embedded one
`

/** Where Vite serves the console to those who work on it. */
const CONSOLE_UNDER_DEVELOPMENT = 'http://localhost:5173/'

interface Settings {
  port: number
  host: string
  dataDir: string
}

function readSettings({ PORT = '8080', HOST = '127.0.0.1', BUSBAR_DATA }: NodeJS.ProcessEnv): Settings {
  const port = Number(PORT)
  if (!/^\d+$/.test(PORT) || port > 65_535) {
    throw new UserError(`PORT is "${PORT}"; it must be a number from 0 to 65535`)
  }
  if (!/^[\w.:-]+$/.test(HOST)) throw new UserError(`HOST is "${HOST}"; it must be an address or a host name`)
  return { port, host: HOST, dataDir: resolve(BUSBAR_DATA || join(ROOT, '.busbar')) }
}

function banner({ url, wsUrl, credentials }: Local, dataDir: string): string {
  const file = join(dataDir, 'credentials.json')
  const rows = [
    ['Charge points', `${wsUrl}/ocpp/<chargePointId>`],
    ['Operator API', `${url}/api/…, documentation at ${url}/api/docs`],
    ['Console', `${url}/`],
    ['Sign in', `as "${credentials.administrator.name}"; the password, and others who may, are in`],
    ['', file],
  ]
  const width = Math.max(...rows.map(([name = '']) => name.length))
  const table = rows.map(([name = '', value]) => `  ${name.padEnd(width)}   ${value}`).join('\n')
  const secret = process.env.BUSBAR_CLIENT_SECRET ? '$BUSBAR_CLIENT_SECRET' : secretIn(file)
  const token = `curl -s ${url}/oauth2/token -d grant_type=client_credentials -u "${credentials.clientId}:${secret}"`
  return `\nBusbar runs.\n\n${table}\n\n  To try: a token for the operator API\n  ${token}\n\n  Ctrl-C ends it.\n`
}

/** Read when the line is run, so that the secret itself is not printed. */
const secretIn = (file: string): string => `$(node -p "require('${file}').clientSecret")`

/** One Ctrl-C can arrive twice: from the terminal, and passed on by npm. */
const SAME_KEYSTROKE = 500

function stopOnSignal(local: Local, log: Log): void {
  let asked: number | undefined
  const stop = async () => {
    if (asked !== undefined) {
      if (performance.now() - asked > SAME_KEYSTROKE) process.exit(1)
      return
    }
    asked = performance.now()
    log('\nEnding … (once more to force it)')
    await local.stop()
    process.exit(0)
  }
  process.on('SIGINT', () => void stop())
  process.on('SIGTERM', () => void stop())
  whenAbandoned(() => {
    if (asked === undefined) void stop()
  })
}

/** How long an earlier run that was told to end may take to do so. */
const PATIENCE_MILLISECONDS = 6_000

async function startPatiently(options: LocalOptions): Promise<Local> {
  const until = performance.now() + PATIENCE_MILLISECONDS
  for (let attempt = 0; ; attempt++) {
    try {
      return await startLocal(options)
    } catch (error) {
      if (!(error instanceof InUseError) || performance.now() > until) throw error
      if (attempt === 0) logToStderr('Waiting for an earlier run to end …')
      await wait(200)
    }
  }
}

async function main(): Promise<void> {
  if (process.argv.slice(2).some((argument) => ['--help', '-h'].includes(argument))) {
    process.stdout.write(HELP)
    return
  }
  process.env.TZ = 'UTC'
  const { port, host, dataDir } = readSettings(process.env)
  await buildConsole()
  const cdkOut = await synthesize({ root: ROOT, log: logToStderr })
  const local = await startPatiently({
    cdkOut,
    dataDir,
    port,
    host,
    consoleUrls: [CONSOLE_UNDER_DEVELOPMENT],
    events: EVENT_STREAM,
    log: logToStderr,
  })
  stopOnSignal(local, logToStderr)
  process.stdout.write(`${banner(local, dataDir)}\n`)
}

main().catch((error: unknown) => {
  logToStderr(
    error instanceof UserError ? error.message : String(error instanceof Error ? error.stack : error),
  )
  process.exit(1)
})
