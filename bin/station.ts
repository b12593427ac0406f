import { type Io, run } from '../lib/station/cli.ts'
import { fetchToken, readClient } from './client.ts'

const { stdin, stdout, stderr, env } = process

const INTERRUPTED = 130

/** One Ctrl-C can arrive twice: from the terminal, and passed on by npm. */
const SAME_KEYSTROKE = 500

/** Whom to tell that the process is to end. */
const listeners: (() => void)[] = []
let endingSince: number | undefined

/** What runs comes to its end; what has nothing to end yet, ends here. */
function end(code: number): void {
  if (endingSince !== undefined) return
  endingSince = performance.now()
  if (listeners.length === 0) process.exit(code)
  for (const listen of listeners) listen()
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (endingSince !== undefined && performance.now() - endingSince > SAME_KEYSTROKE)
      process.exit(INTERRUPTED)
    end(INTERRUPTED)
  })
}

// Whoever reads, such as `head`, has had enough.
for (const stream of [stdout, stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    end(0)
  })
}

const keyboard: NonNullable<Io['keyboard']> = (onKey) => {
  const listen = (data: Buffer) => onKey(data.toString())
  stdin.setRawMode(true)
  stdin.on('data', listen)
  return () => {
    stdin.off('data', listen)
    stdin.setRawMode(false)
    stdin.pause()
  }
}

process.exitCode = await run(process.argv.slice(2), {
  write: (text) => stdout.write(text),
  writeError: (text) => stderr.write(text),
  env,
  isTty: stdout.isTTY === true,
  ...(stdin.isTTY ? { keyboard } : {}),
  onInterrupt: (listen) => listeners.push(listen),
  token: (url, clientId, clientSecret) =>
    fetchToken(clientId && clientSecret ? { clientId, clientSecret } : readClient(env), url),
})

// A central system that never answers the closing handshake must not keep the process.
setTimeout(() => process.exit(), 1_000).unref()
