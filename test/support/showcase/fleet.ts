import type { Busbar } from '../e2e.ts'
import { aStation, atOnce, type Replies, type Station } from '../fleet.ts'
import { at, play, type Session } from './sessions.ts'

/** Charge points of one make at one site. */
interface Row {
  siteId: string
  prefix: string
  count: number
  connectors: number
  boot: { chargePointVendor: string; chargePointModel: string; firmwareVersion: string; meterType: string }
  /** That of those which nobody has brought up to date. */
  olderFirmware: string
  powerW: number
  tags: string[]
  knowsStateOfCharge: boolean
}

export const SITES = [
  {
    siteId: 'utrecht-1',
    name: 'Utrecht, Station Road',
    address: 'Stationsweg 12, Utrecht',
    timeZone: 'Europe/Amsterdam',
    location: { latitude: 52.0894, longitude: 5.1101 },
  },
  {
    siteId: 'delft-1',
    name: 'Delft, Harbour Quay',
    address: 'Havenkade 3, Delft',
    timeZone: 'Europe/Amsterdam',
    location: { latitude: 52.0067, longitude: 4.3631 },
  },
  {
    siteId: 'breda-1',
    name: 'Breda, Distribution Depot',
    address: 'Expeditieweg 88, Breda',
    timeZone: 'Europe/Amsterdam',
    location: { latitude: 51.5866, longitude: 4.7759 },
    note: 'Gate code at the porter; deliveries until 22:00',
  },
]

const ROWS: Row[] = [
  {
    siteId: 'utrecht-1',
    prefix: 'UTR',
    count: 18,
    connectors: 2,
    boot: {
      chargePointVendor: 'Voltwerk',
      chargePointModel: 'Duo 22',
      firmwareVersion: '4.2.1',
      meterType: 'EM340',
    },
    olderFirmware: '4.1.0',
    powerW: 11_000,
    tags: ['public'],
    knowsStateOfCharge: false,
  },
  {
    siteId: 'delft-1',
    prefix: 'DEL',
    count: 12,
    connectors: 1,
    boot: {
      chargePointVendor: 'Nordlader',
      chargePointModel: 'Wall 11',
      firmwareVersion: '1.9.0',
      meterType: 'MID-3',
    },
    olderFirmware: '1.8.4',
    powerW: 7_400,
    tags: ['residents', 'indoor'],
    knowsStateOfCharge: false,
  },
  {
    siteId: 'breda-1',
    prefix: 'BRE',
    count: 10,
    connectors: 2,
    boot: {
      chargePointVendor: 'Amperia',
      chargePointModel: 'Rapid 150',
      firmwareVersion: '2.0.7',
      meterType: 'DC-Meter',
    },
    olderFirmware: '2.0.5',
    powerW: 92_000,
    tags: ['fast'],
    knowsStateOfCharge: true,
  },
]

export const ID_TAGS = Array.from(
  { length: 24 },
  (_, index) => `04A2B${(index * 7919 + 4096).toString(16).toUpperCase()}`,
)

/** What stays away, and what is not well. */
export const AWAY = ['UTR-17', 'DEL-11', 'DEL-12']
export const PENDING = 'BRE-10'
export const FAULTED = 'UTR-07'
/** The one that is looked at closely: it charges, and has been asked for everything. */
export const CLOSE_UP = 'BRE-01'

const CONFIGURATION = {
  HeartbeatInterval: '300',
  MeterValueSampleInterval: '300',
  MeterValuesSampledData: 'Energy.Active.Import.Register,Power.Active.Import,SoC',
  ClockAlignedDataInterval: '900',
  AuthorizeRemoteTxRequests: 'false',
  LocalPreAuthorize: 'true',
  LocalAuthListEnabled: 'true',
  ConnectionTimeOut: '60',
  WebSocketPingInterval: '240',
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE

const number = (index: number) => String(index + 1).padStart(2, '0')

const idsOf = ({ prefix, count }: Row): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}-${number(index)}`)

function repliesOf(): Replies {
  const configuration: Record<string, string> = { ...CONFIGURATION }
  return {
    GetConfiguration: ({ payload }) => {
      const asked: string[] = payload.key ?? Object.keys(configuration)
      const known = asked.filter((key) => key in configuration)
      const unknownKey = asked.filter((key) => !(key in configuration))
      const configurationKey = known.map((key) => ({ key, readonly: false, value: configuration[key] }))
      return { configurationKey, ...(unknownKey.length > 0 ? { unknownKey } : {}) }
    },
    ChangeConfiguration: ({ payload: { key, value } }) => {
      if (!(key in configuration)) return { status: 'NotSupported' }
      configuration[key] = value
      return { status: 'Accepted' }
    },
  }
}

/** Those without which a page would have nothing to show. */
const NEEDED = ['UTR-01', 'UTR-03', 'UTR-04', 'UTR-05', 'UTR-06', 'UTR-17', 'DEL-02', 'BRE-02']

const isNeeded = (id: string): boolean => [...NEEDED, CLOSE_UP, FAULTED, PENDING].includes(id)

/** Registers, connects and boots some forty charge points, or a few, and has them tell of two days of charging. */
export async function aShownFleet(busbar: Busbar, now: number, few: boolean): Promise<Map<string, Station>> {
  const stations = new Map<string, Station>()
  for (const row of ROWS) {
    const ids = idsOf(row).filter((id) => !few || isNeeded(id))
    await atOnce(4, ids, async (chargePointId) => {
      await register(busbar, row, chargePointId)
      const station = aStation(busbar, chargePointId, repliesOf())
      stations.set(chargePointId, station)
      await station.connect()
      await live(station, row, now)
    })
  }
  for (const chargePointId of AWAY) stations.get(chargePointId)?.hangUp()
  return stations
}

async function register({ register, api }: Busbar, row: Row, chargePointId: string): Promise<void> {
  const { siteId, tags, boot } = row
  await register(chargePointId, {
    siteId,
    tags,
    description: `${boot.chargePointModel} in bay ${chargePointId.slice(-2)}`,
    ...(chargePointId === PENDING ? { registrationStatus: 'Pending' } : {}),
  })
  if (chargePointId !== CLOSE_UP) return
  const change = {
    messageLogUntil: at(Date.now() + 6 * HOUR),
    wantedConfiguration: { HeartbeatInterval: '300', MeterValueSampleInterval: '60' },
  }
  await api('PATCH', `/charge-points/${chargePointId}`, change, { 'if-match': '*' })
}

/** From the boot to this moment. */
async function live(station: Station, row: Row, now: number): Promise<void> {
  const { chargePointId } = station
  const serial = Number(chargePointId.slice(-2))
  const chargePointSerialNumber = `${row.prefix}${2_310_000 + serial * 37}`
  const firmwareVersion = serial % 5 === 0 ? row.olderFirmware : row.boot.firmwareVersion
  await station.call('BootNotification', { ...row.boot, chargePointSerialNumber, firmwareVersion })
  if (chargePointId === PENDING) return
  for (let connectorId = 0; connectorId <= row.connectors; connectorId++) {
    await tell(station, connectorId, 'Available', now - 49 * HOUR)
  }
  for (const session of sessionsOf(row, serial, now)) {
    await play(station, session)
    const { connectorId, startedAt, running } = session
    if (running) await tell(station, connectorId, 'Charging', startedAt)
  }
  const last = row.connectors
  if (serial % 6 === 2) await tell(station, last, 'Preparing', now - 4 * MINUTE)
  if (serial % 9 === 4) await tell(station, last, 'Finishing', now - 9 * MINUTE)
  if (serial === 14) await tell(station, last, 'Unavailable', now - 26 * HOUR)
  if (chargePointId === FAULTED) await fault(station, now)
  await station.call('Heartbeat')
}

const tell = (station: Station, connectorId: number, status: string, time: number) =>
  station.call('StatusNotification', { connectorId, status, errorCode: 'NoError', timestamp: at(time) })

const fault = (station: Station, now: number) =>
  station.call('StatusNotification', {
    connectorId: 2,
    status: 'Faulted',
    errorCode: 'GroundFailure',
    info: 'Residual current above 6 mA',
    vendorErrorCode: 'E-114',
    timestamp: at(now - 23 * MINUTE),
  })

/** Two in the last two days, and one that runs at every third charge point. */
function sessionsOf({ powerW, knowsStateOfCharge, connectors }: Row, serial: number, now: number): Session[] {
  const tag = (turn: number) => ID_TAGS[(serial * 5 + turn * 11 + connectors) % ID_TAGS.length] ?? ''
  const stateOfCharge = knowsStateOfCharge ? { stateOfCharge: 18 + ((serial * 7) % 30) } : {}
  const minutes = knowsStateOfCharge ? 35 + (serial % 4) * 5 : 120 + (serial % 5) * 25
  const meterStart = 118_000 * serial
  const base = { powerW, ...stateOfCharge, minutes, connectorId: 1 }
  const midnight = new Date(now).setUTCHours(0, 0, 0, 0)
  const today = now - midnight
  return [
    { ...base, idTag: tag(0), startedAt: midnight - 15 * HOUR + serial * 23 * MINUTE, meterStart },
    {
      ...base,
      idTag: tag(1),
      startedAt: midnight + Math.floor((today * (serial % 7)) / 30),
      minutes: Math.min(minutes, Math.floor(today / 2 / MINUTE)),
      meterStart: meterStart + 60_000,
      ...(serial % 5 === 1 ? { reason: 'EVDisconnected' } : {}),
    },
    ...(serial % 3 === 1 ? [runningOf(base, tag(2), meterStart + 120_000, now)] : []),
  ]
}

/** It began at most half an hour ago where cars are quick, else within three hours. */
function runningOf(
  base: Omit<Session, 'idTag' | 'startedAt' | 'meterStart'>,
  idTag: string,
  meterStart: number,
  now: number,
) {
  const minutes = Math.min(base.minutes, 25 + (base.powerW % 7) * 10)
  return { ...base, idTag, meterStart, minutes, startedAt: now - minutes * MINUTE, running: true }
}
