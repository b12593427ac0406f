import { parseArgs } from 'node:util'
import { fetchToken, readClient } from './client.ts'

const HELP = `Prints a token for the operator API of a running "npm start".

  npm run --silent token
  npm run --silent token -- --role viewer

Options
  --role <role>   viewer, operator or administrator; default: all that the client may be

Takes PORT and BUSBAR_DATA, BUSBAR_CLIENT_ID and BUSBAR_CLIENT_SECRET, as npm start does.
`

async function main(): Promise<void> {
  try {
    const { values } = parseArgs({
      options: { role: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    })
    if (values.help) return void process.stdout.write(HELP)
    const url = `http://localhost:${process.env.PORT ?? '8080'}`
    const token = await fetchToken(readClient(process.env), url, values.role)
    process.stdout.write(`${token}\n`)
  } catch (error) {
    const { message, cause } = error as Error
    const reason = cause instanceof Error ? `${cause.message}. Does "npm start" run?` : message
    process.stderr.write(`No token: ${reason}\n`)
    process.exitCode = 1
  }
}

await main()
