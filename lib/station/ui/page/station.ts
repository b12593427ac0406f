import type { LogEntry, StationView } from '../protocol.ts'
import { act } from './api.ts'
import { connectorCard } from './connector.ts'
import { button, field, h, say, set } from './dom.ts'
import { framePanel } from './frame.ts'
import { logPanel } from './log.ts'
import { picture } from './picture.ts'
import { quirksPanel } from './quirks.ts'
import { requestsPanel } from './requests.ts'

/** Everything of one station. */
export function stationPanel(view: StationView, onSettings: () => void, onRemove: () => void) {
  const { key } = view
  let latest = view
  let chosen = 1
  const title = h('h2', { id: 'front-title' })
  const state = h('p', { class: 'state' })
  const dot = h('span', { class: 'dot' })
  const stateText = h('span')
  const detail = h('span', { class: 'hint' })
  state.append(dot, stateText, ' ', detail)
  const idTag = h('input', { type: 'text', maxlength: 20, value: view.settings.idTag, spellcheck: false })
  const run = (what: string, more: object = {}) => void act(key, { what, ...more })
  const link = button('Go offline', () => run(latest.isOffline ? 'online' : 'offline'))
  const cardList = h('div', { class: 'connectors' })
  const drawing = picture((connectorId) => choose(connectorId))
  const requests = requestsPanel(key)
  const quirks = quirksPanel(key)
  const log = logPanel(() => latest.status.id)
  let cards: ReturnType<typeof connectorCard>[] = []

  function choose(connectorId: number): void {
    chosen = connectorId
    const card = cards[connectorId - 1]?.element
    card?.scrollIntoView({ block: 'nearest', behavior: 'smooth' })
    card?.querySelector('button')?.focus({ preventScroll: true })
    drawing.update(latest, chosen)
  }

  function update(now: StationView): void {
    const before = latest.settings
    latest = now
    const { status, isOffline, settings } = now
    say(title, settings.id)
    if (settings.idTag !== before.idTag) idTag.value = settings.idTag
    if (cards.length !== status.connectors.length) {
      cards = status.connectors.map(({ connectorId }) => connectorCard(key, connectorId, () => idTag.value))
      cardList.replaceChildren(...cards.map(({ element }) => element))
    }
    const { name, words } = stateOf(now)
    set(state, 'data-state', name)
    say(stateText, words)
    say(detail, detailOf(now))
    say(link, isOffline ? 'Go online' : 'Go offline')
    drawing.update(now, chosen)
    requests.update(now)
    quirks.update(now)
    tick(Date.now())
    say(address, `${settings.url}/${encodeURIComponent(settings.id)}`)
  }

  function tick(at: number): void {
    requests.tick(at)
    cards.forEach((card, index) => {
      const connector = latest.status.connectors[index]
      if (connector) card.update(connector, at, latest.settings.powerKw)
    })
  }

  const address = h('code', { class: 'address' })
  const front = h(
    'section',
    { class: 'panel front', 'aria-labelledby': 'front-title' },
    title,
    state,
    address,
    drawing.element,
    field('Id tag', idTag),
    h(
      'div',
      { class: 'row' },
      button('Boot', () => run('boot')),
      button('Authorize', () => run('authorize', { idTag: idTag.value })),
      button('Heartbeat', () => run('heartbeat')),
      link,
      button('Cut the power', () => run('powerLoss')),
    ),
    h(
      'div',
      { class: 'row' },
      button('Settings', onSettings),
      button('Remove', onRemove, { class: 'danger' }),
    ),
  )
  const element = h(
    'div',
    { class: 'station' },
    front,
    h('section', { class: 'middle', 'aria-label': 'Connectors' }, cardList),
    h('div', { class: 'side' }, requests.element, framePanel(key).element, quirks.element),
    log.element,
  )
  update(view)
  return { element, update, tick, log: (entries: LogEntry[]) => log.add(entries) }
}

function stateOf({ status, isOffline }: StationView): { name: string; words: string } {
  if (isOffline) return { name: 'offline', words: 'Offline' }
  if (status.connection !== 'open') return { name: 'connecting', words: 'Connecting' }
  if (status.registration === 'Accepted') return { name: 'online', words: 'Online, accepted' }
  return {
    name: 'pending',
    words: `Online, ${status.registration === 'None' ? 'not booted' : status.registration}`,
  }
}

function detailOf({ status, isOffline, settings }: StationView): string {
  const parts = [
    status.connection !== 'open' && !isOffline ? status.trouble : undefined,
    status.queued > 0 ? `${status.queued} queued` : undefined,
    settings.speed > 1 ? `${settings.speed} times as fast` : undefined,
  ]
  return parts.filter(Boolean).join(' · ')
}
