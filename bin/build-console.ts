import { buildConsole, FIRST_LOAD_MAX_BYTES } from '../console/build.ts'

const HELP = `Builds the operator console into console/dist, unless it is there already.

  npm run console:build

Options
  --types   only write the types of the operator API, into console/generated
`

const kilobytes = (bytes: number): string => `${Math.round(bytes / 1000)} kB`

async function main(given: string[]): Promise<void> {
  if (given.includes('--help')) return void process.stdout.write(HELP)
  if (given.includes('--types')) {
    const { generateTypes } = await import('../console/types.ts')
    return void (await generateTypes())
  }
  const { directory, firstLoadBytes, built } = await buildConsole()
  const state = built ? 'built' : 'as it was'
  process.stdout.write(
    `${directory}: ${state}; first load ${kilobytes(firstLoadBytes)} of ${kilobytes(FIRST_LOAD_MAX_BYTES)}, zipped\n`,
  )
  if (firstLoadBytes > FIRST_LOAD_MAX_BYTES) process.exitCode = 1
}

await main(process.argv.slice(2))
