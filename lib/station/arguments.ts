import { Command, Option } from 'commander'
import {
  assignment,
  endpoint,
  hexadecimal,
  identity,
  kilowatts,
  number,
  quirkNames,
  stationLimit,
  tags,
  text,
  whole,
} from './argument-parsers.ts'

export interface Arguments {
  id: string
  count?: number
  idPattern: string
  url: string
  connectors: number
  idTag?: string[]
  password?: string
  passwordHex?: string
  ca?: string
  cert?: string
  key?: string
  heartbeat?: number
  meterInterval: number
  power: number
  charge: boolean
  duration: number
  once: boolean
  wait: number
  connectRate: number
  startRate: number
  for?: number
  vendor: string
  model: string
  serial?: string
  scenario?: string
  set: Record<string, string>
  quirk: string[]
  quirks: boolean
  schema: boolean
  seed?: number
  speed: number
  register: boolean
  api?: string
  clientId?: string
  clientSecret?: string
  quiet: boolean
  json: boolean
  record?: string
  /** The port of the page. */
  ui?: number
  stationLimit?: StationLimit
}

/** Of all connectors together; amperes are per phase. */
export type StationLimit = { kw: number } | { amperes: number }

type Environment = Readonly<Record<string, string | undefined>>

/** What is not given. */
const FLAGS = {
  charge: false,
  once: false,
  quirks: false,
  schema: false,
  register: false,
  quiet: false,
  json: false,
}

const EXAMPLES = `
Examples:
  $ npm run station
      CP001 with two connectors connects to the local central system and stays. On a terminal, keys play the driver.
  $ npm run station -- --register --id CP007 --connectors 1 --charge --duration 300 --power 22
      Made known to the central system first; after boot, CP007 charges at 22 kW for five minutes, then stays.
  $ npm run station -- --id CP001 --id-tag TAG001 --once --duration 5
      One short charge as a check: the exit code is 0 only if everything was accepted and answered.
  $ npm run station -- --once --duration 3600 --speed 120
      An hour of charging in half a minute.
  $ npm run station -- --register --scenario examples/scenarios/charge-by-curve.yaml
      Plays a scenario, and says whether all was as the file expects. See docs/simulator.md.
  $ npm run station -- --quirk no-subprotocol,numeric-values,double-stop --charge
      With the peculiarities of stations in the field; --quirks lists them.
  $ npm run station -- --register --count 1000 --connect-rate 100 --charge --start-rate 5
      A fleet, with a line of progress and, after Ctrl-C, a report.
  $ npm run station -- --register --ui
      A page in the browser: the station, its buttons, and every frame.
  $ STATION_PASSWORD=… npm run station -- --id CP002 --url wss://example.com/ocpp
      Security profile 2: TLS with Basic authentication, the password kept out of the list of processes.
  $ npm run station -- --id CP003 --url wss://example.com/ocpp --ca root.pem --cert cp003.pem --key cp003.key
      Security profile 3: both sides show certificates.

Exit codes:
  0  all went well; for a station or a fleet that was to stay: it was ended by Ctrl-C
  1  something was refused or not answered, or a scenario expected something else; a word of the command line is wrong
  2  a scenario could not be played: its file is broken, or no station was let in; no quirk or file of that name
  130  ended by Ctrl-C before --once or a scenario was through

The charge point and the id tag must be known to the central system; --register sees to that. Each frame is one line:
  time, REQ, CONF or ERR, → sent or ← received, and the frame as it is on the wire.`

/** Reads the command line; throws CommanderError after having written why. */
export function readArguments(
  argv: readonly string[],
  env: Environment,
  write: (text: string) => void,
  writeError: (text: string) => void,
): Arguments {
  const program = new Command('station')
    .description('Simulates OCPP 1.6J charge points: one, a fleet, or what a scenario file says.')
    .usage('[options]')
    .exitOverride()
    .configureOutput({ writeOut: write, writeErr: writeError })
    .showHelpAfterError('(--help shows all options)')
    .addHelpText('after', EXAMPLES)
    .helpOption('-h, --help', 'shows this')
    .allowExcessArguments(false)
  for (const [heading, options] of Object.entries(groups(env))) {
    for (const option of options) program.addOption(option.helpGroup(`${heading}:`))
  }
  program.parse(argv, { from: 'user' })
  const args = program.opts<Arguments>()
  const complain = (option: string, why: string) => program.error(`error: option '${option}': ${why}`)
  if ((args.password ?? args.passwordHex) !== undefined && args.id.includes(':')) {
    complain('--id', 'with a password the identity cannot hold a colon (RFC 7617)')
  }
  if ((args.cert === undefined) !== (args.key === undefined)) complain('--cert', 'it goes with --key')
  if (args.count !== undefined && args.count > 1 && !args.idPattern.includes('{n}')) {
    complain('--id-pattern', 'it must hold {n}, or all stations would be the same')
  }
  return { ...FLAGS, ...args, charge: Boolean(args.charge || args.once) }
}

function groups({ PORT = '8080' }: Environment): Record<string, Option[]> {
  return {
    'Which station': stationOptions(),
    Connection: connectionOptions(`ws://localhost:${PORT}/ocpp`),
    'What happens': driverOptions(),
    'Many stations': fleetOptions(),
    'Scenarios and quirks': scenarioOptions(),
    'Making them known': registeringOptions(),
    'A page to look at': pageOptions(),
    'What is written': outputOptions(),
  }
}

function stationOptions(): Option[] {
  return [
    new Option('--id <identity>', 'identity of the charge point, the end of its URL')
      .default('CP001')
      .argParser(identity),
    new Option('--connectors <count>', 'how many connectors').default(2).argParser(whole(1, 100)),
    new Option('--power <kW>', 'of each connector; three phases above 7.4').default(7.4).argParser(kilowatts),
    new Option(
      '--station-limit <kW|A>',
      'of all connectors together, such as 22 or 32A (per phase): they share it',
    ).argParser(stationLimit),
    new Option('--vendor <name>', 'chargePointVendor').default('Busbar').argParser(text(20)),
    new Option('--model <name>', 'chargePointModel').default('Simulator').argParser(text(20)),
    new Option('--serial <number>', 'chargePointSerialNumber').argParser(text(25)),
  ]
}

function connectionOptions(url: string): Option[] {
  return [
    new Option('--url <endpoint>', 'OCPP-J endpoint, without the identity; PORT sets the port of the default')
      .default(url)
      .argParser(endpoint),
    new Option('--password <password>', 'for Basic authentication (security profile 1, over wss: 2)').env(
      'STATION_PASSWORD',
    ),
    new Option('--password-hex <digits>', 'the same, for a password that is bytes')
      .argParser(hexadecimal)
      .conflicts('password'),
    new Option('--ca <file>', 'the authority to trust, in PEM, instead of those this machine trusts'),
    new Option(
      '--cert <file>',
      'client certificate, in PEM, with its chain (security profile 3: no password is sent)',
    ),
    new Option('--key <file>', 'the private key of --cert, in PEM'),
  ]
}

function driverOptions(): Option[] {
  return [
    new Option(
      '--id-tag <tags>',
      'the tag that the driver presents (TAG001, of several stations TAG{n}); more with commas, {n} is the number',
    ).argParser(tags),
    new Option('--charge', 'after boot: plug in connector 1, authorize, start, charge, stop'),
    new Option('--duration <seconds>', 'how long --charge and --once charge')
      .default(60)
      .argParser(whole(1, 604_800)),
    new Option(
      '--once',
      'charge once and exit: 0 if all went well, 1 if anything was refused or not answered',
    ),
    new Option('--wait <seconds>', 'how long to wait to be accepted, and for each answer')
      .default(30)
      .argParser(whole(1, 86_400)),
    new Option('--meter-interval <seconds>', 'between MeterValues, 0 for none')
      .default(10)
      .argParser(whole(0, 86_400)),
    new Option(
      '--heartbeat <seconds>',
      'between heartbeats; unless given, what the central system says',
    ).argParser(whole(1, 86_400)),
    new Option('--speed <times>', 'the station’s time runs so many times as fast: meters, intervals, clock')
      .default(1)
      .argParser(number(0.01, 10_000)),
    new Option('--seed <number>', 'the same meters, batteries and waits each time').argParser(
      whole(0, 2 ** 31 - 1),
    ),
  ]
}

function fleetOptions(): Option[] {
  return [
    new Option('--count <stations>', 'how many, up to 20,000').argParser(whole(1, 20_000)),
    new Option('--id-pattern <pattern>', 'of their identities; {n} is their number')
      .default('SIM-{n}')
      .argParser(identity),
    new Option('--connect-rate <per second>', 'how many connect').default(50).argParser(number(0.1, 5_000)),
    new Option('--start-rate <per second>', 'how many transactions start, with --charge')
      .default(1)
      .argParser(number(0.01, 1_000)),
    new Option('--for <seconds>', 'end after this time, with the report').argParser(whole(1, 604_800)),
  ]
}

function scenarioOptions(): Option[] {
  return [
    new Option('--scenario <file>', 'plays what this YAML file says; see docs/simulator.md'),
    new Option('--set <name=value>', 'a variable of the scenario; may be given more than once')
      .default({}, 'none')
      .argParser(assignment),
    new Option('--schema', 'writes the JSON Schema of scenario files, for editors'),
    new Option('--quirk <names>', 'peculiarities, with commas').default([], 'none').argParser(quirkNames),
    new Option('--quirks', 'lists the quirks there are'),
  ]
}

function registeringOptions(): Option[] {
  return [
    new Option('--register', 'makes stations and tags known first, through the operator API'),
    new Option('--api <url>', 'of the operator API; unless given, beside --url'),
    new Option('--client-id <id>', 'of the machine client; unless given, that of npm start').env(
      'BUSBAR_CLIENT_ID',
    ),
    new Option('--client-secret <secret>', 'its secret').env('BUSBAR_CLIENT_SECRET'),
  ]
}

function pageOptions(): Option[] {
  return [
    new Option('--ui [port]', 'serves a page with the station, for this machine only (8090)')
      .preset('8090')
      .argParser(whole(0, 65_535))
      .conflicts(['once', 'charge', 'scenario']),
  ]
}

function outputOptions(): Option[] {
  return [
    new Option('--quiet', 'no frames, only the closing line').conflicts('json'),
    new Option('--json', 'one JSON object per line'),
    new Option('--record <file>', 'writes every frame into a file as well, one JSON object per line'),
  ]
}
