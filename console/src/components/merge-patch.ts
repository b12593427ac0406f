type Texts = Readonly<Record<string, string>>

/** Without what was left empty. */
export function filled<T extends Texts>(draft: T): Partial<T> {
  return Object.fromEntries(Object.entries(draft).filter(([, value]) => value !== '')) as Partial<T>
}

/** What differs, as a JSON merge patch: an emptied text is taken away. */
export function patchOf<T extends Texts>(before: T, draft: T): { [K in keyof T]?: never } {
  const changed = Object.entries(draft).filter(([name, value]) => value !== before[name])
  return Object.fromEntries(changed.map(([name, value]) => [name, value || null])) as never
}
