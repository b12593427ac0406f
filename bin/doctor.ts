import { type Io, run } from '../lib/doctor/cli.ts'
import { isLoopback } from '../lib/doctor/target.ts'
import { fetchToken, readClient } from './client.ts'

const { stdout, stderr, env } = process

/** The credentials file of this machine is shown to this machine only. */
const tokenOf: Io['fetchToken'] = async (target, client) => {
  if (env.BUSBAR_TOKEN) return env.BUSBAR_TOKEN
  const isGiven = env.BUSBAR_CLIENT_ID && env.BUSBAR_CLIENT_SECRET
  if (!client && !isGiven && !isLoopback(target)) {
    throw new Error('no client was given: set BUSBAR_CLIENT_ID and BUSBAR_CLIENT_SECRET')
  }
  return fetchToken(client ?? readClient(env), target.url)
}

let listeners: (() => void)[] = []
let interruptedAt = 0

/** One Ctrl-C can arrive twice: from the terminal, and passed on by npm. The next one does not wait for the cleaning up. */
const SAME_KEYSTROKE = 500

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (interruptedAt > 0 && performance.now() - interruptedAt > SAME_KEYSTROKE) process.exit(130)
    if (interruptedAt === 0) stderr.write('\nCleaning up … (once more to leave it)\n')
    interruptedAt ||= performance.now()
    for (const listen of listeners) listen()
    listeners = []
  })
}

process.exitCode = await run(process.argv.slice(2), {
  write: (text) => stdout.write(text),
  writeError: (text) => stderr.write(text),
  width: stdout.columns,
  isColoured: stdout.isTTY === true && !env.NO_COLOR,
  onInterrupt: (listen) => listeners.push(listen),
  fetchToken: tokenOf,
})

// Sockets that a gateway never closes must not keep the process.
setTimeout(() => process.exit(), 1_000).unref()
