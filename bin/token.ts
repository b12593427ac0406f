import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const HELP = `Prints a token for the operator API of a running "npm start".

  npm run --silent token

Takes PORT and BUSBAR_DATA, BUSBAR_CLIENT_ID and BUSBAR_CLIENT_SECRET, as npm start does.
`

interface Client {
  clientId: string
  clientSecret: string
}

function readClient({ BUSBAR_DATA, BUSBAR_CLIENT_ID, BUSBAR_CLIENT_SECRET }: NodeJS.ProcessEnv): Client {
  if (BUSBAR_CLIENT_ID && BUSBAR_CLIENT_SECRET) {
    return { clientId: BUSBAR_CLIENT_ID, clientSecret: BUSBAR_CLIENT_SECRET }
  }
  const folder = resolve(BUSBAR_DATA || join(fileURLToPath(new URL('..', import.meta.url)), '.busbar'))
  return JSON.parse(readFileSync(join(folder, 'credentials.json'), 'utf8')) as Client
}

async function fetchToken({ clientId, clientSecret }: Client, url: string): Promise<string> {
  const response = await fetch(`${url}/oauth2/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
    signal: AbortSignal.timeout(10_000),
  })
  if (!response.ok) throw new Error(`${url} answers ${response.status}: ${await response.text()}`)
  const { access_token } = (await response.json()) as { access_token: string }
  return access_token
}

if (process.argv.includes('--help') || process.argv.includes('-h')) {
  process.stdout.write(HELP)
} else {
  try {
    const token = await fetchToken(readClient(process.env), `http://localhost:${process.env.PORT ?? '8080'}`)
    process.stdout.write(`${token}\n`)
  } catch (error) {
    const reason =
      error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error)
    process.stderr.write(`No token: ${reason}. Does "npm start" run?\n`)
    process.exitCode = 1
  }
}
