import { type Io, run } from '../lib/station/cli.ts'
import { fetchToken, readClient } from './client.ts'

const { stdin, stdout, stderr, env } = process

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
  onInterrupt: (listen) => {
    process.once('SIGINT', listen)
    process.once('SIGTERM', listen)
  },
  token: (url, clientId, clientSecret) =>
    fetchToken(clientId && clientSecret ? { clientId, clientSecret } : readClient(env), url),
})

// A central system that never answers the closing handshake must not keep the process.
setTimeout(() => process.exit(), 1_000).unref()
