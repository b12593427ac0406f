/** How figures read. The API's units are Wh, W and ISO 8601 instants. */

const number = (digits: number) => new Intl.NumberFormat('en', { maximumFractionDigits: digits })

const whole = number(0)
const one = number(1)
const two = number(2)

export const formatCount = (count: number): string => whole.format(count)

export function formatEnergy(wh: number): string {
  if (Math.abs(wh) >= 1_000_000) return `${two.format(wh / 1_000_000)} MWh`
  return `${two.format(wh / 1000)} kWh`
}

export const formatPower = (watts: number): string => `${one.format(watts / 1000)} kW`

export const formatPercent = (percent: number): string => `${whole.format(percent)} %`

const KILOBYTE = 1000
const SIZES = ['B', 'kB', 'MB', 'GB'] as const

export function formatBytes(bytes: number): string {
  const step = Math.min(SIZES.length - 1, Math.floor(Math.log(Math.max(1, bytes)) / Math.log(KILOBYTE)))
  return `${one.format(bytes / KILOBYTE ** step)} ${SIZES[step]}`
}

/** `1 h 5 min`. */
export function formatSpan(milliseconds: number): string {
  const seconds = Math.round(Math.abs(milliseconds) / 1000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`
  return `${Math.floor(hours / 24)} d`
}

const moment = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' })
const clock = new Intl.DateTimeFormat('en', { timeStyle: 'medium', hourCycle: 'h23' })

/** In the time of this device; what is no instant, as an address may ask for, stays as it is. */
export const formatInstant = (instant: string): string =>
  Number.isNaN(Date.parse(instant)) ? instant : moment.format(new Date(instant))

export const formatClock = (instant: string): string => clock.format(new Date(instant))
