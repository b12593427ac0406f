import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { Template } from '../../lib/local/assembly.ts'
import { asObject } from '../../lib/local/json.ts'
import { type Busbar, startBusbar } from '../support/e2e.ts'

/** Has the configuration read a second after a boot, not ten. */
function impatient(template: Template): Template {
  for (const { Type, Properties } of Object.values(template.Resources)) {
    const variables = asObject(asObject(Properties?.Environment).Variables)
    if (Type === 'AWS::Lambda::Function') variables.READ_CONFIGURATION_AFTER = '1'
  }
  return template
}

/** A charge point that answers every call with what is given here, and remembers the requests. */
class Station {
  readonly requests: { action: string; payload: Record<string, any> }[] = []
  private readonly socket: WebSocket
  private readonly answers: Record<string, object>

  private constructor(socket: WebSocket, answers: Record<string, object>) {
    this.socket = socket
    this.answers = answers
    socket.on('message', (data) => this.receive(JSON.parse(String(data))))
  }

  static async open(url: string, answers: Record<string, object>): Promise<Station> {
    const station = new Station(new WebSocket(url, ['ocpp1.6']), answers)
    await new Promise((resolve, reject) => station.socket.on('open', resolve).on('error', reject))
    return station
  }

  call(action: string, payload: object): void {
    this.socket.send(JSON.stringify([2, crypto.randomUUID(), action, payload]))
  }

  /** The latest request for an action, once there is one. */
  async asked(action: string): Promise<Record<string, any>> {
    const find = () => this.requests.findLast((each) => each.action === action)?.payload
    await expect.poll(find).toBeDefined()
    return find() ?? {}
  }

  close(): void {
    this.socket.terminate()
  }

  private receive([type, messageId, action, payload]: [number, string, string, Record<string, any>]): void {
    if (type !== 2) return
    this.requests.push({ action, payload })
    this.socket.send(JSON.stringify([3, messageId, this.answers[action] ?? {}]))
  }
}

describe('the functions, with what the stack grants them', () => {
  const log: string[] = []
  let busbar: Busbar
  let station: Station
  beforeAll(async () => {
    busbar = await startBusbar(impatient, (line) => log.push(line))
    await busbar.register('CP1')
    station = await Station.open(`${busbar.local.wsUrl}/ocpp/CP1`, {
      GetConfiguration: { configurationKey: [{ key: 'K', readonly: true, value: 'V' }] },
      GetDiagnostics: { fileName: 'diagnostics.zip' },
    })
  })
  afterAll(async () => {
    station?.close()
    await busbar?.stop()
  })

  it('read the configuration after a boot, by the timer', async () => {
    station.call('BootNotification', { chargePointVendor: 'V', chargePointModel: 'M' })
    await station.asked('GetConfiguration')
    const known = async () => (await busbar.api('GET', '/charge-points/CP1/configuration')).body.keys
    await expect.poll(known).toMatchObject([{ key: 'K', value: 'V' }])
  })

  it('hand a firmware file on, sent by the operator and fetched by the charge point', async () => {
    const content = 'firmware'
    const { body: file } = await busbar.api('POST', '/files', { name: 'acme 1.2.bin', bytes: content.length })
    const { method, url } = file.upload
    expect(url).toContain(`${busbar.local.url}/_s3/`)
    expect((await fetch(url, { method, body: `more ${content}` })).status).toBe(403)
    expect((await fetch(url, { method, body: content })).status).toBe(200)
    const { body: stored } = await busbar.api('GET', `/files/${file.fileId}`)
    expect(stored).toMatchObject({ status: 'Stored', bytes: content.length })
    const retrieveDate = new Date().toISOString()
    await busbar.command('CP1', 'UpdateFirmware', { location: file.uri, retrieveDate })
    const { location } = await station.asked('UpdateFirmware')
    expect(await (await fetch(location)).text()).toBe(content)
    expect((await busbar.api('DELETE', `/files/${file.fileId}`)).status).toBe(204)
    expect((await fetch(location)).status).toBe(404)
  })

  it('take diagnostics that a task asked for, and look at what came', async () => {
    const wish = { action: 'GetDiagnostics', payload: {}, filter: { vendor: 'V' } }
    const { body: task } = await busbar.api('POST', '/tasks', wish, { prefer: 'wait=20' })
    expect(task).toMatchObject({ counts: { targets: 1, answered: 1 } })
    const { location } = await station.asked('GetDiagnostics')
    expect((await fetch(location, { method: 'PUT', body: 'log' })).status).toBe(200)
    station.call('DiagnosticsStatusNotification', { status: 'Uploaded' })
    const files = async () => (await busbar.api('GET', '/charge-points/CP1/files')).body.items
    await expect.poll(files).toMatchObject([{ status: 'Stored', bytes: 3 }])
  })

  it('were denied nothing', () => {
    expect(log.filter((line) => /AccessDenied|not authorized|with 403/.test(line))).toEqual([])
  })
})
