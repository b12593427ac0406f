import { FAULTS } from '../../faults.ts'
import type { StationView } from '../protocol.ts'
import { act } from './api.ts'
import { button, field, h, say, set } from './dom.ts'
import { plot } from './plot.ts'

type Connector = StationView['status']['connectors'][number]

/** One connector: what it is at, and what a driver can do there. */
export function connectorCard(key: string, connectorId: number, idTag: () => string) {
  const status = h('strong', { class: 'status' })
  const transaction = h('span', { class: 'transaction' })
  const gauges = { power: gauge('Power', 'kW'), energy: figure('Energy', 'kWh'), soc: gauge('Battery', '%') }
  const power = plot()
  const run = (what: string, more: object = {}) => void act(key, { what, connectorId, ...more })
  const label = (text: string) => ({ 'aria-label': `${text} connector ${connectorId}` })
  const cable = button('Plug in', () => run(isPlugged ? 'unplug' : 'plug'), { class: 'cable' })
  const start = button('Start', () => run('start', { idTag: idTag() }), {
    class: 'primary',
    ...label('Start'),
  })
  const stop = button('Stop', () => run('stop'), label('Stop'))
  const code = h('select', {}, ...FAULTS.map((fault) => h('option', {}, fault)))
  const fault = button('Break', () => run('fault', { code: code.value }), {
    class: 'danger',
    ...label('Break'),
  })
  const repair = button('Repair', () => run('repair'), label('Repair'))
  let isPlugged = false
  /** Of the transaction that runs, and of one that is over until the car has gone. */
  let energyWh = 0

  const soc = h('input', { type: 'number', min: 0, max: 100, step: 1, value: 50 })
  const demand = h('input', { type: 'number', min: 0, max: 1000, step: 0.1, placeholder: 'all' })
  const car = button('Change', () => {
    const demandKw = demand.value === '' ? null : Number(demand.value)
    run('car', { socPercent: Number(soc.value), demandKw })
  })
  const element = h(
    'article',
    { class: 'connector', id: `connector-${connectorId}`, 'aria-label': `Connector ${connectorId}` },
    h('h3', {}, `Connector ${connectorId} `, status),
    h('div', { class: 'gauges' }, gauges.power.element, gauges.energy.element, gauges.soc.element),
    power.element,
    transaction,
    h('div', { class: 'row' }, cable, start, stop),
    h(
      'details',
      {},
      h('summary', {}, 'Faults and the car'),
      h('div', { class: 'row' }, field('Error code', code), fault, repair),
      h('div', { class: 'row' }, field('Battery, %', soc), field('Takes at most, kW', demand), car),
    ),
  )
  return {
    element,
    update(connector: Connector, at: number, maxKw: number): void {
      const { transaction: running } = connector
      isPlugged = connector.isPlugged
      set(element, 'data-status', connector.status)
      say(status, connector.status)
      gauges.power.update(connector.powerW / 1000, maxKw, 1)
      energyWh = running?.energyWh ?? (isPlugged ? energyWh : 0)
      gauges.energy.update((energyWh / 1000).toFixed(3))
      gauges.soc.update(connector.stateOfCharge, 100, 0)
      power.add(at, connector.powerW)
      say(cable, isPlugged ? 'Unplug' : 'Plug in')
      set(cable, 'aria-label', `${isPlugged ? 'Unplug' : 'Plug in'} connector ${connectorId}`)
      set(start, 'disabled', running !== undefined)
      set(stop, 'disabled', running === undefined)
      set(repair, 'disabled', connector.status !== 'Faulted')
      say(
        transaction,
        running ? transactionText(running) : `Meter ${(connector.registerWh / 1000).toFixed(3)} kWh`,
      )
    },
  }
}

function transactionText({ transactionId, idTag }: NonNullable<Connector['transaction']>): string {
  return transactionId === undefined
    ? `Charging with ${idTag}, not confirmed yet`
    : `Transaction ${transactionId} with ${idTag}`
}

function gauge(name: string, unit: string) {
  const value = h('b')
  const bar = h('i')
  const meter = h('div', { class: 'meter', role: 'meter', 'aria-label': name, 'aria-valuemin': 0 }, bar)
  return {
    element: h('div', { class: 'gauge' }, h('span', {}, name), h('span', {}, value, ` ${unit}`), meter),
    /** `undefined`: there is nothing to measure. */
    update(now: number | undefined, most: number, decimals: number): void {
      const text = now === undefined ? '–' : now.toFixed(decimals)
      say(value, text)
      set(meter, 'aria-valuemax', most)
      set(meter, 'aria-valuenow', (now ?? 0).toFixed(decimals))
      set(meter, 'aria-valuetext', now === undefined ? 'no car' : `${text} ${unit}`)
      bar.style.width = `${Math.min(100, ((now ?? 0) / most) * 100)}%`
    },
  }
}

function figure(name: string, unit: string) {
  const value = h('b')
  return {
    element: h('div', { class: 'gauge' }, h('span', {}, name), h('span', {}, value, ` ${unit}`)),
    update: (text: string) => say(value, text),
  }
}
