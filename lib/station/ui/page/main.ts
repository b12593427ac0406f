import type { LogEntry, ShownSettings, StationView } from '../protocol.ts'
import { ask, listen } from './api.ts'
import { button, set } from './dom.ts'
import { openSettings } from './settings.ts'
import { stationPanel } from './station.ts'

const TICK_MS = 1000

const bench = find('bench')
const picker = find('stations')
const panels = new Map<string, ReturnType<typeof stationPanel>>()
const lines = new Map<string, LogEntry[]>()
let views: StationView[] = []
let chosen: string | undefined
/** What was seen before the connection was lost is not taken twice. */
let lastNumber = 0

function find(id: string): HTMLElement {
  const element = document.getElementById(id)
  if (!element) throw new Error(`the page has no ${id}`)
  return element
}

function choose(key: string): void {
  chosen = key
  draw()
}

function draw(): void {
  // One that was added a moment ago may not be told of yet.
  const view = views.find(({ key }) => key === chosen) ?? views[0]
  find('empty').hidden = views.length > 0
  drawPicker(view?.key)
  for (const [key, panel] of panels) {
    const own = views.find((each) => each.key === key)
    if (own) panel.update(own)
    else panels.delete(key)
    if (key !== view?.key) panel.element.remove()
  }
  if (!view) return
  const panel = panels.get(view.key) ?? open(view)
  if (!panel.element.isConnected) bench.append(panel.element)
}

function open(view: StationView): ReturnType<typeof stationPanel> {
  const { key } = view
  const current = () => views.find((each) => each.key === key) ?? view
  const panel = stationPanel(
    view,
    () => openSettings(current().settings, key, choose),
    () => void ask('DELETE', `/api/stations/${key}`),
  )
  panels.set(key, panel)
  panel.log(lines.get(key) ?? [])
  return panel
}

let picked = ''

function drawPicker(shown: string | undefined): void {
  const now = JSON.stringify([
    shown,
    views.map(({ key, settings, status }) => [key, settings.id, status.connection]),
  ])
  if (now === picked) return
  picked = now
  const focused = document.activeElement?.getAttribute('data-key')
  const stations = views.map(({ key, settings, status }) => {
    const attributes = {
      'data-key': key,
      'data-connection': status.connection,
      'aria-current': key === shown && 'true',
    }
    return button(settings.id, () => choose(key), attributes)
  })
  picker.replaceChildren(...stations, button('Add station', add, { class: 'add', 'data-key': 'add' }))
  const again = [...picker.children].find((each) => focused && each.getAttribute('data-key') === focused)
  if (again instanceof HTMLElement) again.focus()
}

function add(): void {
  const like = (views.find(({ key }) => key === chosen) ?? views[0])?.settings
  const settings: ShownSettings = like ?? {
    ...{
      url: 'ws://localhost:8080/ocpp',
      id: 'CP000',
      securityProfile: 0,
      hasPassword: false,
      hasCertificate: false,
    },
    ...{ idTag: 'TAG001', connectors: 2, powerKw: 7.4, meterInterval: 10, speed: 1 },
  }
  openSettings({ ...settings, id: nextId(settings.id) }, undefined, choose)
}

/** CP009 is followed by CP010. */
function nextId(id: string): string {
  const taken = new Set(views.map(({ settings }) => settings.id))
  let next = id
  do {
    const digits = /\d+$/.exec(next)?.[0] ?? ''
    const number = String(Number(digits || 1) + 1).padStart(digits.length, '0')
    next = next.slice(0, next.length - digits.length) + number
  } while (taken.has(next))
  return next
}

listen({
  onStations: (stations) => {
    views = stations
    draw()
  },
  onLog: (entries) => {
    // A simulator that was started anew counts from the beginning.
    if ((entries.at(-1)?.number ?? 0) < lastNumber) lastNumber = 0
    const fresh = entries.filter(({ number }) => number > lastNumber)
    lastNumber = fresh.at(-1)?.number ?? lastNumber
    for (const [key, own] of Map.groupBy(fresh, (entry) => entry.key)) {
      lines.set(key, [...(lines.get(key) ?? []), ...own].slice(-5000))
      panels.get(key)?.log(own)
    }
  },
  onHearing: (isHeard) => {
    find('lost').hidden = isHeard
    set(document.body, 'data-lost', !isHeard)
  },
})

setInterval(() => {
  for (const panel of panels.values()) panel.tick(Date.now())
}, TICK_MS)
