import { fetchToken, readClient } from './client.ts'

const HELP = `Has the figures of the overview counted anew by a running "npm start", and shows how far that is.

  npm run rebuild

Takes PORT and BUSBAR_DATA, BUSBAR_CLIENT_ID and BUSBAR_CLIENT_SECRET, as npm start does.
`

interface Rebuild {
  startedAt: string
  endedAt?: string
  done: Record<string, number>
}

const EVERY_MILLISECONDS = 2000

async function ask<T>(url: string, method: string, token: string): Promise<T> {
  const response = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    signal: AbortSignal.timeout(30_000),
  })
  if (!response.ok) throw new Error(`${url} answers ${response.status}: ${await response.text()}`)
  return (await response.json()) as T
}

const shown = ({ done }: Rebuild): string =>
  Object.entries(done)
    .map(([part, count]) => `${part} ${count}`)
    .join(', ')

async function rebuild(url: string): Promise<void> {
  const client = readClient(process.env)
  const { startedAt } = await ask<Rebuild>(
    `${url}/api/overview/rebuild`,
    'POST',
    await fetchToken(client, url),
  )
  process.stdout.write(`Asked for at ${startedAt}. It begins a minute later.\n`)
  for (let last = ''; ; ) {
    // A token may expire meanwhile.
    const token = await fetchToken(client, url)
    const { rebuild: latest } = await ask<{ rebuild: Rebuild }>(`${url}/api/overview`, 'GET', token)
    const line = shown(latest)
    if (line !== last) process.stdout.write(`${line}\n`)
    last = line
    if (latest.endedAt !== undefined) return void process.stdout.write(`Done at ${latest.endedAt}.\n`)
    await new Promise((resolve) => setTimeout(resolve, EVERY_MILLISECONDS))
  }
}

if (process.argv.includes('--help') || process.argv.includes('-h')) {
  process.stdout.write(HELP)
} else {
  try {
    await rebuild(`http://localhost:${process.env.PORT ?? '8080'}`)
  } catch (error) {
    const { message, cause } = error as Error
    const reason = cause instanceof Error ? `${cause.message}. Does "npm start" run?` : message
    process.stderr.write(`Not rebuilt: ${reason}\n`)
    process.exitCode = 1
  }
}
