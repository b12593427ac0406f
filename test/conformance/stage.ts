import { afterAll, afterEach, beforeAll, expect, vi } from 'vitest'
import { type Busbar, startBusbar } from '../support/e2e.ts'
import { newStation, type Station } from './station.ts'
import { boots, reports } from './steps.ts'

/** The central system under test, and what a case needs of it. */
export interface Stage {
  api: Busbar['api']
  /** A charge point of the case's own: registered and connected. */
  newcomer(): Promise<Station>
  /** The same, booted, with two connectors that are Available. */
  station(): Promise<Station>
  /** An id tag of the case's own. */
  idTag(more?: object): Promise<string>
  /** Sends a call; how it stands once it has ended. */
  command(station: Station, action: string, payload?: object): Promise<any>
  /** A call that was not asked for by `command`, once it has ended. */
  ended(station: Station, messageId: string): Promise<any>
  /** What the operator API has on record at a path. */
  read(path: string): Promise<any>
  chargePoint(station: Station, part?: string): Promise<any>
  connector(station: Station, connectorId: number): Promise<any>
  /** The ids of all transactions of a charge point, newest first. */
  transactionIds(station: Station): Promise<number[]>
}

/**
 * One central system for the cases of a file. What it says to any charge point is held against the schemas, and no case
 * may leave a warning or an error in its log.
 */
export function centralSystem(): Stage {
  let busbar: Busbar
  let serial = 0
  const stations: Station[] = []
  const log: string[] = []

  beforeAll(async () => {
    busbar = await startBusbar(undefined, (line) => log.push(line))
    // The first request of a function waits until its code is loaded, and no case is about that.
    await vi.waitFor(() => read('/charge-points'), { timeout: 30_000 })
    await boots(await newcomer())
    log.splice(0)
  })
  afterAll(() => busbar.stop())
  afterEach(async () => {
    const over = stations.splice(0)
    await Promise.all(over.map((station) => station.disconnect()))
    const problems = over.flatMap(({ chargePointId, problems }) =>
      problems.map((each) => [chargePointId, each]),
    )
    expect({ problems, log: log.splice(0) }).toEqual({ problems: [], log: [] })
  })

  const api: Stage['api'] = (...request) => busbar.api(...request)

  async function read(path: string) {
    const { status, body } = await api('GET', path)
    expect({ path, status, body }).toMatchObject({ status: 200 })
    return body
  }

  async function newcomer() {
    const chargePointId = `CP${++serial}`
    await busbar.register(chargePointId)
    const station = newStation(busbar.local.wsUrl, chargePointId)
    stations.push(station)
    await station.connect()
    return station
  }

  const pathOf = ({ chargePointId }: Station, part = '') => `/charge-points/${chargePointId}${part}`

  return {
    api,
    read,
    newcomer,
    async station() {
      const station = await newcomer()
      await boots(station)
      for (const connectorId of [0, 1, 2]) await reports(station, connectorId, 'Available')
      return station
    },
    async idTag(more = {}) {
      const idTag = `TAG${++serial}`
      const { status, body } = await api('POST', '/id-tags', { idTag, ...more })
      expect({ status, body }).toMatchObject({ status: 201 })
      return idTag
    },
    async command(station, action, payload) {
      const { status, body } = await busbar.command(station.chargePointId, action, payload)
      expect({ action, status, body }).toMatchObject({ status: 200 })
      return body
    },
    async ended(station, messageId) {
      const path = pathOf(station, `/calls/${messageId}`)
      const { body } = await api('GET', path, undefined, { prefer: 'wait=25' })
      return body
    },
    chargePoint: (station, part) => read(pathOf(station, part)),
    async connector(station, connectorId) {
      const { items } = await read(pathOf(station, '/connectors'))
      return items.find((each: any) => each.connectorId === connectorId)
    },
    async transactionIds({ chargePointId }) {
      const { items } = await read(`/transactions?chargePointId=${chargePointId}`)
      return items.map(({ transactionId }: any) => transactionId)
    },
  }
}
