import { InvalidArgumentError } from 'commander'
import type { StationLimit } from './arguments.ts'
import { suggestion } from './nearest.ts'
import { QUIRK_NAMES } from './quirks/index.ts'

export function whole(least: number, most: number): (value: string) => number {
  return (value) => {
    const number = Number(value)
    if (/^\d+$/.test(value) && number >= least && number <= most) return number
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`)
  }
}

export function number(least: number, most: number): (value: string) => number {
  return (value) => {
    const number = Number(value)
    if (value.trim() !== '' && number >= least && number <= most) return number
    throw new InvalidArgumentError(`It must be a number from ${least} to ${most}.`)
  }
}

export function kilowatts(value: string): number {
  const number = Number(value)
  if (value.trim() !== '' && number >= 0.1 && number <= 1000) return number
  throw new InvalidArgumentError('It must be a number of kilowatts from 0.1 to 1000.')
}

export function stationLimit(value: string): StationLimit {
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?)\s*(kW|A)?$/i.exec(value.trim()) ?? []
  if (digits === undefined)
    throw new InvalidArgumentError('It must be kilowatts, such as 22, or amperes, such as 32A.')
  return unit.toUpperCase() === 'A' ? { amperes: Number(digits) } : { kw: Number(digits) }
}

export function text(most: number): (value: string) => string {
  return (value) => {
    if (value.length >= 1 && value.length <= most) return value
    throw new InvalidArgumentError(`It must have 1 to ${most} characters.`)
  }
}

export function tags(value: string): string[] {
  return value.split(',').map(text(20))
}

export function hexadecimal(value: string): string {
  if (/^([0-9a-f]{2})+$/i.test(value)) return value
  throw new InvalidArgumentError('It must be pairs of hexadecimal digits.')
}

export function assignment(value: string, given: Record<string, string>): Record<string, string> {
  const [, name, text] = /^([A-Za-z_]\w*)=(.*)$/s.exec(value) ?? []
  if (name === undefined || text === undefined) throw new InvalidArgumentError('It must be name=value.')
  return { ...given, [name]: text }
}

export function quirkNames(value: string, given: string[]): string[] {
  const names = value.split(',').map((name) => name.trim())
  const unknown = names.find((name) => !QUIRK_NAMES.includes(name))
  if (unknown === undefined) return [...given, ...names]
  throw new InvalidArgumentError(
    `There is no quirk "${unknown}".${suggestion(unknown, QUIRK_NAMES)} --quirks lists them.`,
  )
}

export function identity(value: string): string {
  if (/^[^\p{Cc}]{1,255}$/u.test(value)) return value
  throw new InvalidArgumentError('It must have 1 to 255 characters, none of them a control character.')
}

export function endpoint(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (!url || !/^wss?:$/.test(url.protocol)) {
    throw new InvalidArgumentError('It must be a URL that begins with ws:// or wss://.')
  }
  if (url.username || url.password) throw new InvalidArgumentError('A password goes into --password.')
  if (url.hash) throw new InvalidArgumentError('A WebSocket URL has no fragment (#).')
  return value
}
