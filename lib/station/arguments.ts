import { Command, InvalidArgumentError, Option } from 'commander'

export interface Arguments {
  id: string
  url: string
  connectors: number
  idTag: string
  password?: string
  meterInterval: number
  power: number
  charge: boolean
  duration: number
  once: boolean
  wait: number
  vendor: string
  model: string
  serial?: string
  quiet: boolean
  json: boolean
}

const EXAMPLES = `
Examples:
  $ npm run station
      CP001 with two connectors connects to the local central system and stays. On a terminal, keys play the driver.
  $ npm run station -- --id CP007 --connectors 1 --charge --duration 300 --power 22
      After boot, CP007 charges at 22 kW for five minutes, then stays connected.
  $ npm run station -- --id CP001 --id-tag TAG001 --once --duration 5
      One short charge as a check: the exit code is 0 only if everything was accepted and answered.
  $ STATION_PASSWORD=… npm run station -- --id CP002 --url wss://example.com/ocpp
      Security profile 2: TLS with Basic authentication, the password kept out of the list of processes.

The charge point and the id tag must be known to the central system. Each frame is one line:
  time, REQ, CONF or ERR, → sent or ← received, and the frame as it is on the wire.`

/** Reads the command line; throws CommanderError after having written why. */
export function readArguments(
  argv: readonly string[],
  write: (text: string) => void,
  writeError: (text: string) => void,
): Arguments {
  const program = new Command('station')
    .description('Simulates one OCPP 1.6J charge point.')
    .usage('[options]')
    .exitOverride()
    .configureOutput({ writeOut: write, writeErr: writeError })
    .showHelpAfterError('(--help shows all options)')
    .addHelpText('after', EXAMPLES)
    .allowExcessArguments(false)
  for (const option of options()) program.addOption(option)
  program.parse(argv, { from: 'user' })
  const { once, charge, ...rest } = program.opts<Arguments>()
  if (rest.password !== undefined && rest.id.includes(':')) {
    program.error("error: option '--id': with a password the identity cannot hold a colon (RFC 7617)")
  }
  return { ...rest, once, charge: charge || once }
}

function options(): Option[] {
  return [
    new Option('--id <identity>', 'identity of the charge point, the end of its URL')
      .default('CP001')
      .argParser(identity),
    new Option('--url <endpoint>', 'OCPP-J endpoint, without the identity')
      .default('ws://localhost:8080/ocpp')
      .argParser(endpoint),
    new Option('--connectors <count>', 'how many connectors').default(2).argParser(whole(1, 100)),
    new Option('--id-tag <tag>', 'the tag the driver presents').default('TAG001').argParser(text(20)),
    new Option('--password <password>', 'for Basic authentication (security profile 1, over wss: 2)').env(
      'STATION_PASSWORD',
    ),
    new Option('--power <kW>', 'of each connector; three phases above 7.4').default(7.4).argParser(kilowatts),
    new Option('--meter-interval <seconds>', 'between MeterValues, 0 for none')
      .default(10)
      .argParser(whole(0, 86_400)),
    new Option('--charge', 'after boot: plug in connector 1, authorize, start, charge, stop').default(false),
    new Option('--duration <seconds>', 'how long --charge and --once charge')
      .default(60)
      .argParser(whole(1, 604_800)),
    new Option(
      '--once',
      'charge once and exit: 0 if all went well, 1 if anything was refused or not answered',
    ).default(false),
    new Option('--wait <seconds>', 'how long --once waits to be accepted, and for each answer')
      .default(30)
      .argParser(whole(1, 86_400)),
    new Option('--vendor <name>', 'chargePointVendor').default('Busbar').argParser(text(20)),
    new Option('--model <name>', 'chargePointModel').default('Simulator').argParser(text(20)),
    new Option('--serial <number>', 'chargePointSerialNumber').argParser(text(25)),
    new Option('--quiet', 'no frames, only the closing line').default(false).conflicts('json'),
    new Option('--json', 'one JSON object per line').default(false),
  ]
}

function whole(least: number, most: number): (value: string) => number {
  return (value) => {
    const number = Number(value)
    if (/^\d+$/.test(value) && number >= least && number <= most) return number
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`)
  }
}

function kilowatts(value: string): number {
  const number = Number(value)
  if (value.trim() !== '' && number >= 0.1 && number <= 1000) return number
  throw new InvalidArgumentError('It must be a number of kilowatts from 0.1 to 1000.')
}

function text(most: number): (value: string) => string {
  return (value) => {
    if (value.length >= 1 && value.length <= most) return value
    throw new InvalidArgumentError(`It must have 1 to ${most} characters.`)
  }
}

function identity(value: string): string {
  if (/^[^\p{Cc}]{1,255}$/u.test(value)) return value
  throw new InvalidArgumentError('It must have 1 to 255 characters, none of them a control character.')
}

function endpoint(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (!url || !/^wss?:$/.test(url.protocol)) {
    throw new InvalidArgumentError('It must be a URL that begins with ws:// or wss://.')
  }
  if (url.username || url.password) throw new InvalidArgumentError('A password goes into --password.')
  if (url.hash) throw new InvalidArgumentError('A WebSocket URL has no fragment (#).')
  return value
}
