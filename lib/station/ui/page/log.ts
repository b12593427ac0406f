import type { LogEntry } from '../protocol.ts'
import { tell } from './api.ts'
import { button, field, h, set } from './dom.ts'

const MOST_ROWS = 400
const KEPT = 5000

/** Every frame of one station, with what it answers; newest first. */
export function logPanel(stationId: () => string) {
  const entries: LogEntry[] = []
  /** Of requests without an answer so far. */
  const open = new Map<string, LogEntry>()
  const took = new Map<number, number>()
  const action = h('select', { onchange: draw }, h('option', { value: '' }, 'all'))
  const words = h('input', { type: 'search', placeholder: 'in the frames', oninput: draw })
  const events = h('input', { type: 'checkbox', checked: true, onchange: draw })
  const list = h('ol', { class: 'log', 'aria-label': 'Log, newest first', onclick: light, onkeyup: light })
  const count = h('span', { class: 'hint' })

  function take(entry: LogEntry): void {
    entries.push(entry)
    if (entries.length > KEPT) entries.shift()
    if (entry.action && ![...action.options].some(({ value }) => value === entry.action))
      addAction(entry.action)
    const { messageId, direction, type } = entry
    if (!messageId || !direction) return
    if (type === 'REQ') open.set(`${direction} ${messageId}`, entry)
    const question = `${direction === 'sent' ? 'received' : 'sent'} ${messageId}`
    const asked = type === 'CONF' || type === 'ERR' ? open.get(question) : undefined
    if (!asked) return
    took.set(entry.number, entry.at - asked.at)
    // An answer to a frame written by hand does not say what it answers.
    entry.action ??= asked.action ?? ''
    open.delete(question)
  }

  function addAction(name: string): void {
    const option = h('option', { value: name }, name)
    const next = [...action.options].slice(1).find(({ value }) => value > name)
    action.insertBefore(option, next ?? null)
  }

  const isWanted = (entry: LogEntry) =>
    (entry.type !== 'INFO' || events.checked) &&
    (!action.value || entry.action === action.value) &&
    entry.text.toLowerCase().includes(words.value.toLowerCase())
  const wanted = () => entries.filter(isWanted)

  function draw(): void {
    list.replaceChildren(...wanted().slice(-MOST_ROWS).reverse().map(row))
    tally()
  }

  function tally(): void {
    count.textContent = `${wanted().length} of ${entries.length} lines`
  }

  function row(entry: LogEntry): HTMLLIElement {
    const { type, direction, action: name = '', messageId, text } = entry
    const arrow = direction === 'sent' ? '→' : direction === 'received' ? '←' : ''
    const ms = took.get(entry.number)
    const line = [
      h('time', { datetime: new Date(entry.at).toISOString() }, clock(entry.at)),
      h('span', { class: 'type' }, `${type} ${arrow}`),
      h('span', { class: 'action' }, name),
      h('span', { class: 'took' }, ms === undefined ? '' : `${ms} ms`),
    ]
    const attributes = { 'data-type': type, ...(messageId ? { 'data-id': messageId } : {}) }
    if (!direction) return h('li', attributes, h('div', { class: 'line' }, ...line, h('code', {}, text)))
    return h(
      'li',
      attributes,
      h(
        'details',
        {},
        h('summary', { class: 'line' }, ...line, h('code', {}, text)),
        h('pre', { tabindex: 0, 'aria-label': `${type} ${name}` }, pretty(text)),
        button('Copy', () => void copy(text)),
      ),
    )
  }

  /** A request and its answer light up together. */
  function light(event: Event): void {
    const id = (event.target as Element).closest('li')?.dataset.id
    for (const each of list.children)
      set(each, 'data-lit', id !== undefined && (each as HTMLElement).dataset.id === id)
  }

  function download(): void {
    const lines = wanted().map(({ key: _, number: __, ...entry }) =>
      JSON.stringify({ ...entry, at: new Date(entry.at).toISOString(), ms: took.get(__) }),
    )
    const url = URL.createObjectURL(new Blob([`${lines.join('\n')}\n`], { type: 'application/x-ndjson' }))
    h('a', { href: url, download: `${stationId().replaceAll(/[^\w.-]/g, '_')}.jsonl` }).click()
    URL.revokeObjectURL(url)
  }

  const copyAll = () =>
    copy(
      wanted()
        .map(({ at, type, direction, text }) =>
          [clock(at), type, direction === 'sent' ? '→' : direction ? '←' : '', text].join(' '),
        )
        .join('\n'),
    )
  const clear = () => {
    entries.length = 0
    open.clear()
    took.clear()
    draw()
  }
  tally()
  return {
    element: h(
      'section',
      { class: 'panel log-panel', 'aria-labelledby': 'log-title' },
      h('h2', { id: 'log-title' }, 'Log'),
      h(
        'div',
        { class: 'row' },
        field('Action', action),
        field('Words', words),
        h('label', { class: 'switch' }, events, ' Events'),
        button('Copy', () => void copyAll(), { 'aria-label': 'Copy the log' }),
        button('Export', download, { 'aria-label': 'Export the log as JSON lines' }),
        button('Clear', clear, { 'aria-label': 'Clear the log' }),
        count,
      ),
      list,
    ),
    add(more: readonly LogEntry[]): void {
      for (const entry of more) {
        take(entry)
        if (isWanted(entry)) list.prepend(row(entry))
      }
      while (list.childElementCount > MOST_ROWS) list.lastElementChild?.remove()
      tally()
    },
  }
}

async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    tell({ ok: true, text: 'Copied' })
  } catch {
    tell({ ok: false, text: 'The browser does not let this page copy' })
  }
}

function clock(at: number): string {
  const date = new Date(at)
  return `${date.toTimeString().slice(0, 8)}.${String(date.getMilliseconds()).padStart(3, '0')}`
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}
