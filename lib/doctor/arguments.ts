import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Command, InvalidArgumentError, Option } from 'commander'
import { CHECKS } from './checks/index.ts'
import { type ClientCertificate, readTarget, type Target } from './target.ts'

export interface Arguments {
  target: Target
  clientId?: string
  clientSecret?: string
  only?: string[]
  skip: string[]
  long: boolean
  json: boolean
  plainWebSockets?: boolean
  stationOrigin?: string
  certificate?: ClientCertificate
}

/** As the command line has them. */
type Given = Omit<Arguments, 'target' | 'certificate'> &
  Partial<Record<'certificateUrl' | 'cert' | 'key' | 'ca', string>>

const EXAMPLES = `
Examples:
  $ npm run doctor -- http://localhost:8080
      What "npm start" runs on this machine, with the client of its credentials file.
  $ BUSBAR_CLIENT_ID=… BUSBAR_CLIENT_SECRET=… npm run doctor -- https://charge.example.com
      A deployment. Without a URL of your own it is the output ConsoleUrl of the stack.
  $ npm run doctor -- https://charge.example.com --plain-web-sockets false \\
      --station-origin wss://abc123.execute-api.eu-west-1.amazonaws.com/ocpp
      Port 80 must be shut, and nobody may go around the edge.
  $ npm run doctor -- https://charge.example.com --only basic,ping
  $ npm run doctor -- https://charge.example.com --only client-certificate \\
      --certificate-url wss://certified.example.com/ocpp --cert station.pem --key station.key
      Security profile 3, with the certificate of a station.
  $ npm run doctor -- https://charge.example.com --long
      Eleven minutes more, for what becomes of idle connections.

Environment:
  BUSBAR_CLIENT_ID, BUSBAR_CLIENT_SECRET   a machine client that may be administrator
  BUSBAR_TOKEN                             instead of them: a token of another OIDC issuer
  BUSBAR_DATA                              the data folder of "npm start", for a URL of this machine

Each check has one outcome:
  passed    as expected
  fallback  not as expected, but the code has another way that works; the table names it
  noted     neither good nor bad
  skipped   could not be looked at
  failed    the table says what it means and what to set
The exit code is 1 if a check failed, 2 if something was left behind, 130 after Ctrl-C.

The doctor registers charge points of its own, called busbar-doctor-…, and removes them in the end, with their
inbox entries and its file. The calls that it made stay on record for 90 days, and so does the audit log.
Checks, in their order (those in brackets only with --long, or by name):
`

/** Reads the command line; throws CommanderError after having written why. */
export function readArguments(
  argv: readonly string[],
  write: (text: string) => void,
  writeError: (text: string) => void,
): Arguments {
  const program = new Command('doctor')
    .description('Examines a running Busbar with real sockets: what cannot be known without AWS.')
    .usage('<url> [options]')
    .argument('<url>', 'where it is reached: https://<domain>, or http://localhost:8080', target)
    .exitOverride()
    .configureOutput({ writeOut: write, writeErr: writeError })
    .showHelpAfterError('(--help shows all options)')
    .addHelpText('after', `${EXAMPLES}${checkList()}`)
    .allowExcessArguments(false)
  for (const option of options()) program.addOption(option)
  program.parse(argv, { from: 'user' })
  return { ...optionsOf(program), target: program.processedArgs[0] as Target }
}

function optionsOf(program: Command): Omit<Arguments, 'target'> {
  const { certificateUrl: url, cert, key, ca, ...given } = program.opts<Given>()
  if (!url && !cert && !key && !ca) return given
  if (!url || !cert || !key) return program.error('error: --certificate-url, --cert and --key go together')
  return { ...given, certificate: { url, cert, key, commonName: commonNameOf(cert), ...(ca ? { ca } : {}) } }
}

function options(): Option[] {
  return [
    new Option('--client-id <id>', 'the machine client; better in the environment'),
    new Option(
      '--client-secret <secret>',
      'its secret; in the environment it is not in the list of processes',
    ),
    new Option('--only <checks>', 'these checks only, with commas').argParser(names),
    new Option('--skip <checks>', 'all but these').default([]).argParser(names),
    new Option('--long', 'the check that takes eleven minutes, too').default(false),
    new Option(
      '--plain-web-sockets <expected>',
      'whether ws:// on port 80 is meant to be open: true or false',
    ).argParser(yesOrNo),
    new Option(
      '--station-origin <url>',
      'the WebSocket API’s own address, wss://….amazonaws.com/ocpp: must refuse',
    ).argParser(webSocketUrl),
    new Option(
      '--certificate-url <url>',
      'where stations with certificates dial in, the output CertificateStationUrl',
    ).argParser(webSocketUrl),
    new Option('--cert <file>', 'the certificate of a station, in PEM, with its chain').argParser(
      certificate,
    ),
    new Option('--key <file>', 'the private key of --cert, in PEM').argParser(contents),
    new Option('--ca <file>', 'the authority to trust at --certificate-url, in PEM').argParser(contents),
    new Option('--json', 'one JSON document instead of a table').default(false),
  ]
}

function checkList(): string {
  return CHECKS.map(({ name, expected, slow }) => {
    const shown = slow ? `[${name}]` : name
    return `  ${shown.padEnd(17)} ${expected}`
  }).join('\n')
}

function target(value: string): Target {
  const read = readTarget(value)
  if (read) return read
  throw new InvalidArgumentError('It must be a URL that begins with https:// or http://, without a password.')
}

function names(value: string): string[] {
  const wanted = value.split(',').map((each) => each.trim())
  const unknown = wanted.filter((each) => !CHECKS.some(({ name }) => name === each))
  if (unknown.length === 0) return wanted
  throw new InvalidArgumentError(`There is no check “${unknown.join('”, “')}”.`)
}

function yesOrNo(value: string): boolean {
  if (value === 'true' || value === 'false') return value === 'true'
  throw new InvalidArgumentError('It must be true or false.')
}

function webSocketUrl(value: string): string {
  if (URL.canParse(value) && /^wss?:$/.test(new URL(value).protocol)) return value.replace(/\/+$/, '')
  throw new InvalidArgumentError('It must be a URL that begins with wss://.')
}

function contents(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new InvalidArgumentError(`It cannot be read: ${(error as Error).message}.`)
  }
}

function certificate(file: string): string {
  const text = contents(file)
  if (commonNameOf(text) !== '') return text
  throw new InvalidArgumentError('It must be a certificate in PEM, with a common name.')
}

/** Empty where there is none. */
function commonNameOf(pem: string): string {
  try {
    return /^CN=(.+)$/m.exec(new X509Certificate(pem).subject)?.[1] ?? ''
  } catch {
    return ''
  }
}
