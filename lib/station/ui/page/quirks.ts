import type { ShownQuirk, StationView } from '../protocol.ts'
import { act, quirkList } from './api.ts'
import { field, h, say } from './dom.ts'

const EFFECTS = {
  frame: '',
  connection: 'connects anew',
  station: 'starts anew',
}

/** By then the page has heard of what it has asked for. */
const TOLD_MS = 2_000

/** What the station does otherwise than the specification has it, to be switched on and off. */
export function quirksPanel(key: string) {
  const switches = new Map<string, HTMLInputElement>()
  const count = h('span', { class: 'hint' })
  const none = h('p', { class: 'hint', hidden: true }, 'There is no such quirk.')
  const list = h('ul', { class: 'quirks', tabindex: 0, 'aria-label': 'All quirks' })
  const search = h('input', { type: 'search', spellcheck: false, oninput: () => narrow() })
  let latest: readonly string[] = []
  /** What was chosen here and is not yet told of: what comes meanwhile is from before. */
  let wanted: readonly string[] | undefined

  async function choose(): Promise<void> {
    const names = [...switches].filter(([, { checked }]) => checked).map(([name]) => name)
    wanted = names
    const { ok } = await act(key, { what: 'quirks', names })
    const forget = () => {
      if (wanted === names) wanted = undefined
      show()
    }
    // Another page may have chosen otherwise, so that what was chosen here is never told of.
    if (ok) setTimeout(forget, TOLD_MS)
    else forget()
  }

  function narrow(): void {
    const wanted = search.value.trim().toLowerCase()
    const items = [...list.children] as HTMLElement[]
    for (const item of items) item.hidden = !item.textContent?.toLowerCase().includes(wanted)
    none.hidden = items.some(({ hidden }) => !hidden)
  }

  function show(): void {
    const names = wanted ?? latest
    for (const [name, input] of switches) input.checked = names.includes(name)
    say(count, names.length === 0 ? 'none' : `${names.length} on: ${names.join(', ')}`)
  }

  function item({ name, about, source, reach }: ShownQuirk): HTMLElement {
    const input = h('input', {
      type: 'checkbox',
      'aria-describedby': `quirk-${name}`,
      onchange: () => void choose(),
    })
    switches.set(name, input)
    const effect = EFFECTS[reach]
    return h(
      'li',
      {},
      h('label', {}, input, h('code', {}, name)),
      h(
        'p',
        { id: `quirk-${name}` },
        about,
        effect ? h('em', {}, ` ${effect}`) : undefined,
        h('small', {}, ` ${source}`),
      ),
    )
  }

  const element = h(
    'details',
    { class: 'panel quirks-panel' },
    h('summary', {}, h('h2', {}, 'Quirks'), ' ', count),
    h(
      'p',
      { class: 'hint' },
      'What stations in the field do otherwise. Some show only after a new connection or start; that is made at once, and a new start forgets what was running.',
    ),
    field('Find', search),
    list,
    none,
  )
  void quirkList().then((quirks) => {
    list.replaceChildren(...quirks.map(item))
    show()
  })
  return {
    element,
    update({ quirks }: StationView): void {
      latest = quirks
      if (wanted?.join() === quirks.join()) wanted = undefined
      show()
    },
  }
}
