import { setTimeout as sleep } from 'node:timers/promises'
import { basic, dial } from '../dial.ts'
import type { Answer, Busbar } from '../e2e.ts'
import { aStation, inSeconds, type Station } from '../fleet.ts'
import { CLOSE_UP, ID_TAGS, SITES } from './fleet.ts'

const PEOPLE = [
  'Ada Lovelace',
  'Bram de Wit',
  'Chidi Okafor',
  'Daphne Visser',
  'Elif Kaya',
  'Femke Jansen',
  'Goran Marić',
  'Hiro Tanaka',
  'Ingrid Larsen',
  'Jules Martin',
  'Katarzyna Nowak',
  'Lena Vogel',
]

/** What the API has made has been made, or nothing goes on. */
async function made({ api }: Busbar, path: string, body: unknown, headers = {}): Promise<any> {
  const answer: Answer = await api('POST', path, body, headers)
  if (answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer.body)}`)
  return answer.body
}

/** What charge points need to be there before them. */
export async function beforeTheFleet(busbar: Busbar): Promise<{ userId: string }> {
  for (const site of SITES) await made(busbar, '/sites', site)
  const userIds: string[] = []
  for (const name of PEOPLE) {
    const email = `${name.split(' ')[0]?.toLowerCase()}@example.com`
    userIds.push((await made(busbar, '/users', { name, email })).userId)
  }
  for (const [index, idTag] of ID_TAGS.entries()) {
    await made(busbar, '/id-tags', {
      idTag,
      maxActiveTransactions: -1,
      ...(index < userIds.length * 2 ? { userId: userIds[index % userIds.length] } : {}),
      ...(index % 8 === 0 ? { parentIdTag: 'FLEET-NORTH' } : {}),
    })
  }
  await made(busbar, '/id-tags', { idTag: 'LOST-0042', blocked: true, note: 'Reported lost' })
  await made(busbar, '/id-tags', {
    idTag: 'GUEST-WEEK-46',
    expiryDate: inSeconds(1),
    note: 'Guests of the fair',
  })
  return { userId: userIds[0] ?? '' }
}

export interface Records {
  transactionId: number
  endedTransactionId: number
  taskId: string
  webhookId: string
  importId: string
  chargingProfileId: number
}

/** Everything that a control room has collected. */
export async function afterTheFleet(busbar: Busbar, stations: Map<string, Station>): Promise<Records> {
  const at = (chargePointId: string): Station => {
    const station = stations.get(chargePointId)
    if (!station) throw new Error(`there is no ${chargePointId}`)
    return station
  }
  const { chargingProfileId } = await chargingProfiles(busbar)
  await inboxes(busbar, at('UTR-01'))
  await closeUp(busbar, at(CLOSE_UP))
  await reservations(busbar, at('UTR-05'))
  const webhookId = await webhooks(busbar)
  const importId = await imports(busbar)
  const taskId = await tasks(busbar, stations)
  const running = await busbar.api('GET', `/transactions?active=true&chargePointId=${CLOSE_UP}`)
  const ended = await busbar.api('GET', `/transactions?active=false&chargePointId=${CLOSE_UP}`)
  return {
    transactionId: running.body.items[0].transactionId,
    endedTransactionId: ended.body.items[0].transactionId,
    taskId,
    webhookId,
    importId,
    chargingProfileId,
  }
}

const periods = (...limits: [hour: number, limit: number][]) =>
  limits.map(([hour, limit]) => ({ startPeriod: hour * 3600, limit }))

async function chargingProfiles(busbar: Busbar): Promise<{ chargingProfileId: number }> {
  const daily = (chargingSchedulePeriod: object[]) => ({
    chargingProfileKind: 'Recurring',
    recurrencyKind: 'Daily',
    chargingSchedule: {
      startSchedule: '2026-01-01T00:00:00Z',
      chargingRateUnit: 'A',
      chargingSchedulePeriod,
    },
  })
  const evening = await made(busbar, '/charging-profiles', {
    description: 'Less in the evening peak',
    profile: {
      stackLevel: 1,
      chargingProfilePurpose: 'TxDefaultProfile',
      ...daily(periods([0, 32], [7, 24], [17, 10], [21, 32])),
    },
  })
  await made(busbar, '/charging-profiles', {
    description: 'What the connection of the depot bears',
    profile: {
      stackLevel: 0,
      chargingProfilePurpose: 'ChargePointMaxProfile',
      ...daily(periods([0, 250], [6, 160], [19, 250])),
    },
  })
  return evening
}

/** Unknown charge points and tags, and one that does not know its password. */
async function inboxes(busbar: Busbar, station: Station): Promise<void> {
  for (const identity of ['VW-20931', 'VW-20932', 'installer test 7']) {
    await aStation(busbar, identity)
      .connect()
      .catch(() => undefined)
  }
  for (const idTag of ['04D1C0FFEE21', '04D1C0FFEE22', 'APP-7731']) await station.call('Authorize', { idTag })
  await busbar.register('BRE-11', { siteId: 'breda-1', password: 'correct horse battery' })
  const headers = { authorization: basic('BRE-11', 'another one'), 'sec-websocket-protocol': 'ocpp1.6' }
  for (let attempt = 0; attempt < 3; attempt++) await dial(busbar.local.wsUrl, '/ocpp/BRE-11', headers)
}

/** One of which everything is known: configuration, profile, firmware, diagnostics, security events. */
async function closeUp(busbar: Busbar, station: Station): Promise<void> {
  const { chargePointId } = station
  const send = (action: string, payload: object = {}) => busbar.command(chargePointId, action, payload)
  await send('GetConfiguration')
  await send('SendLocalList', { updateType: 'Full' })
  const { body } = await busbar.api('GET', '/charging-profiles')
  for (const { profile } of body.items) {
    const whole = profile.chargingProfilePurpose === 'ChargePointMaxProfile'
    await send('SetChargingProfile', { connectorId: whole ? 0 : 1, csChargingProfiles: profile })
  }
  await send('TriggerMessage', { requestedMessage: 'Heartbeat' })
  station.replies.UnlockConnector = { status: 'UnlockFailed' }
  await send('UnlockConnector', { connectorId: 2 })
  station.replies.DataTransfer = 'InternalError'
  await send('DataTransfer', { vendorId: 'com.amperia', messageId: 'SelfTest' })
  await files(busbar, station)
  const timestamp = new Date().toISOString()
  await station.call('SecurityEventNotification', {
    type: 'TamperDetectionActivated',
    timestamp,
    techInfo: 'Door 2',
  })
}

async function files(busbar: Busbar, station: Station): Promise<void> {
  const content = Buffer.alloc(48_000, 'firmware')
  const uris: string[] = []
  for (const name of ['amperia-rapid-2.0.7.bin', 'amperia-rapid-2.1.0.bin']) {
    const { upload, fileId } = await made(busbar, '/files', { name, bytes: content.length })
    await fetch(upload.url, { method: 'PUT', body: content })
    uris.push((await busbar.api('GET', `/files/${fileId}`)).body.uri)
  }
  station.replies.UpdateFirmware = {}
  await busbar.command(station.chargePointId, 'UpdateFirmware', {
    location: uris[1],
    retrieveDate: new Date().toISOString(),
  })
  for (const status of ['Downloading', 'Downloaded', 'Installing', 'Installed']) {
    await station.call('FirmwareStatusNotification', { status })
  }
  station.replies.GetDiagnostics = { fileName: 'diagnostics-BRE-01.zip' }
  await busbar.command(station.chargePointId, 'GetDiagnostics')
  const { payload } = await station.wasAsked('GetDiagnostics')
  await station.call('DiagnosticsStatusNotification', { status: 'Uploading' })
  await fetch(payload.location, { method: 'PUT', body: content })
  await station.call('DiagnosticsStatusNotification', { status: 'Uploaded' })
}

async function reservations(busbar: Busbar, refusing: Station): Promise<void> {
  const reserve = (chargePointId: string, connectorId: number, tag: number, hours: number) =>
    busbar.api(
      'POST',
      '/reservations',
      { chargePointId, connectorId, idTag: ID_TAGS[tag], expiryDate: inSeconds(hours * 3600) },
      { prefer: 'wait=10' },
    )
  const kept = [
    await reserve('UTR-03', 2, 4, 2),
    await reserve('UTR-04', 1, 6, 5),
    await reserve('BRE-02', 1, 9, 1),
  ]
  await reserve('DEL-02', 1, 11, 9)
  refusing.replies.ReserveNow = { status: 'Occupied' }
  await reserve('UTR-05', 1, 2, 3)
  await busbar.api('DELETE', `/reservations/${kept[2]?.body.reservationId}`, undefined, { prefer: 'wait=10' })
}

async function webhooks(busbar: Busbar): Promise<string> {
  const { webhookId } = await made(busbar, '/webhooks', {
    url: 'http://localhost:9/events',
    description: 'Billing',
    types: ['TransactionStarted', 'TransactionStopped'],
  })
  await made(busbar, '/webhooks', {
    url: 'https://alerts.example.com/busbar',
    description: 'Alerts of the depot',
    types: ['ConnectorStatusChanged', 'SecurityEvent'],
    enabled: false,
  })
  return webhookId
}

async function imports(busbar: Busbar): Promise<string> {
  const rows = [
    ...Array.from({ length: 12 }, (_, index) => ({ idTag: `VISITOR-${index + 1}`, note: 'Visitors' })),
    { idTag: 'A TAG THAT IS FAR TOO LONG TO BE ONE' },
    { idTag: ID_TAGS[0] ?? '', note: 'Somebody else’s' },
  ]
  const { importId } = await made(busbar, '/imports', { kind: 'id-tags', rows })
  return importId
}

/** Two that ended, one of them not everywhere well, and one that waits for charge points that are away. */
async function tasks(busbar: Busbar, stations: Map<string, Station>): Promise<string> {
  for (const [index, station] of [...stations.values()].entries()) {
    if (index % 9 === 4) station.replies.ChangeAvailability = { status: 'Rejected' }
  }
  const prefer = { prefer: 'wait=20' }
  await made(busbar, '/tasks', { action: 'GetConfiguration', filter: { vendor: 'Amperia' } }, prefer)
  const { taskId } = await made(
    busbar,
    '/tasks',
    {
      action: 'ChangeAvailability',
      payload: { connectorId: 0, type: 'Operative' },
      filter: { siteId: 'utrecht-1' },
      whenOffline: 'refuse',
    },
    prefer,
  )
  await made(busbar, '/tasks', {
    action: 'ChangeConfiguration',
    payload: { key: 'HeartbeatInterval', value: '600' },
    filter: { all: true },
    expiresAt: inSeconds(12 * 3600),
  })
  await sleep(2_000)
  return taskId
}
