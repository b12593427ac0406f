import type { StationView } from '../protocol.ts'
import { h, s, say, set } from './dom.ts'

type Connector = StationView['status']['connectors'][number]

const BAY = 150
const HEIGHT = 262

/** The charge point as one stands before it: a housing with a display, and a bay with a cable for each connector. */
export function picture(onChoose: (connectorId: number) => void) {
  const root = h('div', { class: 'picture' })
  let drawn = 0
  let bays: ReturnType<typeof bay>[] = []
  let display = displayOf(0)

  function draw(count: number): void {
    const width = Math.max(2, count) * BAY
    const offset = (width - count * BAY) / 2
    display = displayOf(width / 2)
    bays = Array.from({ length: count }, (_, index) => bay(index + 1, offset + (index + 0.5) * BAY, onChoose))
    const housing = s('rect', { class: 'housing', x: 12, y: 6, width: width - 24, height: 104, rx: 18 })
    const strip = s('rect', { class: 'strip', x: 32, y: 98, width: width - 64, height: 4, rx: 2 })
    const drawing = s(
      'svg',
      // The cards beside it say the same in words.
      { viewBox: `0 0 ${width} ${HEIGHT}`, 'aria-hidden': 'true' },
      ...[housing, strip, display.element, ...bays.map(({ element }) => element)],
    )
    drawing.style.maxWidth = `${width * 1.6}px`
    root.replaceChildren(drawing)
    drawn = count
  }

  return {
    element: root,
    update({ status, isOffline }: StationView, chosen: number): void {
      if (status.connectors.length !== drawn) draw(status.connectors.length)
      const watts = status.connectors.reduce((sum, { powerW }) => sum + powerW, 0)
      const state = isOffline
        ? 'offline'
        : status.connection === 'open'
          ? status.registration
          : status.connection
      set(root, 'data-state', state)
      say(display.id, status.id.length > 16 ? `${status.id.slice(0, 15)}…` : status.id)
      say(display.power, `${(watts / 1000).toFixed(1)} kW`)
      bays.forEach((each, index) => {
        const connector = status.connectors[index]
        if (connector) each.update(connector, chosen === connector.connectorId)
      })
    },
  }
}

function displayOf(center: number) {
  const id = s('text', { class: 'display-id', x: center, y: 42 })
  const power = s('text', { class: 'display-power', x: center, y: 72 })
  const screen = s('rect', { class: 'screen', x: center - 72, y: 20, width: 144, height: 66, rx: 8 })
  return { id, power, element: s('g', {}, screen, id, power) }
}

/** Socket, cable and, once it is plugged in, the car. */
function bay(connectorId: number, x: number, onChoose: (connectorId: number) => void) {
  const number = s('text', { class: 'bay-number', x, y: 130 }, String(connectorId))
  const socket = s('circle', { class: 'socket', cx: x, cy: 124, r: 17 })
  const plugged = `M ${x} 141 C ${x - 4} 176, ${x + 46} 158, ${x + 34} 206`
  const hanging = `M ${x} 141 C ${x - 30} 190, ${x - 44} 160, ${x - 38} 136`
  const cable = s('path', { class: 'cable' })
  const current = s('path', { class: 'current', d: plugged })
  const car = s(
    'g',
    { class: 'car', transform: `translate(${x - 52} 190)` },
    s('path', {
      class: 'body',
      d: 'M 4 40 L 4 28 Q 5 23 11 22 L 20 20 L 32 6 Q 34 3 38 3 L 66 3 Q 70 3 73 6 L 84 19 L 94 21 Q 101 22 101 29 L 101 40 Q 101 44 97 44 L 8 44 Q 4 44 4 40 Z',
    }),
    s('path', { class: 'glass', d: 'M 26 20 L 36 8 L 50 8 L 50 20 Z M 54 8 L 66 8 L 77 20 L 54 20 Z' }),
    s('circle', { class: 'wheel', cx: 25, cy: 45, r: 10 }),
    s('circle', { class: 'wheel', cx: 80, cy: 45, r: 10 }),
    s('rect', { class: 'battery', x: 34, y: 28, width: 36, height: 9, rx: 2 }),
  )
  const level = s('rect', { class: 'level', x: 36, y: 30, width: 0, height: 5, rx: 1 })
  car.append(level)
  const element = s(
    'g',
    { class: 'bay', onclick: () => onChoose(connectorId) },
    s('rect', { class: 'ground', x: x - 70, y: 112, width: 140, height: 146, rx: 12 }),
    ...[car, cable, current, socket, number],
  )
  return {
    element,
    update({ status, isPlugged, stateOfCharge = 0 }: Connector, isChosen: boolean): void {
      set(element, 'data-status', status)
      set(element, 'data-plugged', isPlugged)
      set(element, 'data-chosen', isChosen)
      set(cable, 'd', isPlugged ? plugged : hanging)
      set(level, 'width', (stateOfCharge / 100) * 32)
    },
  }
}
