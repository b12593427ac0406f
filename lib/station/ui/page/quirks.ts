import type { ShownQuirk, StationView } from '../protocol.ts'
import { act, quirkList } from './api.ts'
import { chosen } from './chosen.ts'
import { field, h, say } from './dom.ts'

const EFFECTS = {
  frame: '',
  connection: 'connects anew',
  station: 'starts anew',
}

/** What the station does otherwise than the specification has it, to be switched on and off. */
export function quirksPanel(key: string) {
  const switches = new Map<string, HTMLInputElement>()
  const count = h('span', { class: 'hint' })
  const none = h('p', { class: 'hint', hidden: true }, 'There is no such quirk.')
  const list = h('ul', { class: 'quirks', tabindex: 0, 'aria-label': 'All quirks' })
  const search = h('input', { type: 'search', spellcheck: false, oninput: () => narrow() })
  const names = chosen<string>('', show)

  function choose(): void {
    const on = [...switches].filter(([, { checked }]) => checked).map(([name]) => name)
    void names.choose(on.join(), act(key, { what: 'quirks', names: on }))
  }

  function narrow(): void {
    const wanted = search.value.trim().toLowerCase()
    const items = [...list.children] as HTMLElement[]
    for (const item of items) item.hidden = !item.textContent?.toLowerCase().includes(wanted)
    none.hidden = items.some(({ hidden }) => !hidden)
  }

  /** Names with commas between them. */
  function show(joined: string): void {
    const on = joined.split(',').filter((name) => name !== '')
    for (const [name, input] of switches) input.checked = on.includes(name)
    say(count, on.length === 0 ? 'none' : `${on.length} on: ${on.join(', ')}`)
  }

  function item({ name, about, source, reach }: ShownQuirk): HTMLElement {
    const input = h('input', {
      type: 'checkbox',
      'aria-describedby': `quirk-${name}`,
      onchange: choose,
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
    names.again()
  })
  return {
    element,
    update({ quirks }: StationView): void {
      names.tell(quirks.join())
    },
  }
}
