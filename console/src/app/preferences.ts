import { applyDensity, applyMode, Density, Mode } from '@cloudscape-design/global-styles'

export interface Preferences {
  /** `system`: as the device says, also when that changes. */
  mode: 'system' | 'light' | 'dark'
  density: 'comfortable' | 'compact'
}

const KEY = 'busbar.preferences'
const USUAL: Preferences = { mode: 'system', density: 'comfortable' }

const darkDevice = matchMedia('(prefers-color-scheme: dark)')
const listeners = new Set<() => void>()
let current = read()

export const preferences = {
  get: () => current,
  set(change: Partial<Preferences>) {
    current = { ...current, ...change }
    localStorage.setItem(KEY, JSON.stringify(current))
    apply()
  },
  subscribe(listener: () => void) {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
  start() {
    darkDevice.addEventListener('change', apply)
    addEventListener('storage', ({ key }) => {
      if (key !== KEY) return
      current = read()
      apply()
    })
    apply()
  },
}

function read(): Preferences {
  try {
    return { ...USUAL, ...JSON.parse(localStorage.getItem(KEY) ?? '{}') }
  } catch {
    return USUAL
  }
}

function apply(): void {
  const dark = current.mode === 'dark' || (current.mode === 'system' && darkDevice.matches)
  applyMode(dark ? Mode.Dark : Mode.Light)
  applyDensity(current.density === 'compact' ? Density.Compact : Density.Comfortable)
  document.documentElement.style.colorScheme = dark ? 'dark' : 'light'
  for (const listener of listeners) listener()
}
