type Child = Node | string | undefined
type Attributes = Record<string, string | number | boolean | undefined | ((event: Event) => void)>

/** An element with attributes, listeners (`onclick`…) and children. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  return fill(document.createElement(tag), attributes, children)
}

/** The same for SVG. */
export function s<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): SVGElementTagNameMap[K] {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children)
}

function fill<E extends Element>(element: E, attributes: Attributes, children: Child[]): E {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value)
    else set(element, name, value)
  }
  element.append(...children.filter((child) => child !== undefined))
  return element
}

/** Sets an attribute, or takes it away; touches nothing that stays the same. */
export function set(element: Element, name: string, value: string | number | boolean | undefined): void {
  if (value === undefined || value === false) element.removeAttribute(name)
  else {
    const text = value === true ? '' : String(value)
    if (element.getAttribute(name) !== text) element.setAttribute(name, text)
  }
}

/** Sets the text where it differs, so that a screen reader hears only what is new. */
export function say(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text
}

export function button(text: string, onclick: () => void, attributes: Attributes = {}): HTMLButtonElement {
  return h('button', { type: 'button', ...attributes, onclick }, text)
}

let names = 0

/** A control with its name above it; a hint is read after what it is. */
export function field(label: string, control: HTMLElement, hint?: string): HTMLLabelElement {
  names += 1
  const name = `name-${names}`
  control.setAttribute('aria-labelledby', name)
  const more = hint ? h('small', { id: `hint-${names}` }, hint) : undefined
  if (more) control.setAttribute('aria-describedby', more.id)
  return h('label', { class: 'field' }, h('span', { id: name }, label), control, more)
}
