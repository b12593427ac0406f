import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { WHILE_ACCEPTED, WHILE_KNOWN } from '../../lib/actions/action.ts'
import { ALL_ACTIONS, CENTRAL_SYSTEM_ACTIONS, STATION_ACTIONS } from '../../lib/actions/index.ts'

const kebab = (action: string) => action.replace(/(?<=[a-z])[A-Z]/g, '-$&').toLowerCase()

interface Row {
  file: string
  name: string
  row: { action: string }
}

const rows: Row[] = []
for (const file of readdirSync(new URL('../../lib/actions', import.meta.url))) {
  if (file === 'index.ts') continue
  const exported = await import(`../../lib/actions/${file.replace(/\.ts$/, '')}.ts`)
  for (const [name, value] of Object.entries(exported)) {
    if (isRow(value)) rows.push({ file, name, row: value })
  }
}

function isRow(value: unknown): value is Row['row'] {
  return typeof value === 'object' && value !== null && 'action' in value && 'request' in value
}

test('14 actions come from charge points, 26 from us, 39 in all', () => {
  expect(STATION_ACTIONS.size).toBe(14)
  expect(CENTRAL_SYSTEM_ACTIONS.size).toBe(26)
  expect(ALL_ACTIONS).toHaveLength(39)
})

test('ALL_ACTIONS is in order and knows who sends what', () => {
  const names = ALL_ACTIONS.map(({ action }) => action)
  expect(names).toEqual([...names].sort())
  for (const { action, initiatedBy } of ALL_ACTIONS) {
    expect(initiatedBy.includes('ChargePoint'), action).toBe(STATION_ACTIONS.has(action))
    expect(initiatedBy.includes('CentralSystem'), action).toBe(CENTRAL_SYSTEM_ACTIONS.has(action))
  }
  expect(
    ALL_ACTIONS.filter(({ initiatedBy }) => initiatedBy.length === 2).map(({ action }) => action),
  ).toEqual(['DataTransfer'])
})

test('every row has a file of its name', () => {
  const tabled = new Set([...STATION_ACTIONS.keys(), ...CENTRAL_SYSTEM_ACTIONS.keys()])
  expect(new Set(rows.map(({ file }) => file))).toEqual(
    new Set([...tabled].map((action) => `${kebab(action)}.ts`)),
  )
})

test('every row of a file is in its table', () => {
  const tabled = new Set<unknown>([...STATION_ACTIONS.values(), ...CENTRAL_SYSTEM_ACTIONS.values()])
  expect(new Set(rows.map(({ row }) => row))).toEqual(tabled)
  expect(rows).toHaveLength(14 + 26)
})

test.each(rows)('$file exports $name under that name', ({ file, name, row }) => {
  expect(file).toBe(`${kebab(row.action)}.ts`)
  if (row.action === 'DataTransfer') expect(name).toMatch(/^DataTransferFrom(ChargePoint|CentralSystem)$/)
  else expect(name).toBe(row.action)
})

test('a Pending charge point may be sent anything but remote starts and stops (§4.2)', () => {
  for (const { action, allowed } of CENTRAL_SYSTEM_ACTIONS.values()) {
    expect(allowed, action).toBe(
      /^Remote(Start|Stop)Transaction$/.test(action) ? WHILE_ACCEPTED : WHILE_KNOWN,
    )
  }
})

test('BootNotification alone is answered before acceptance (§4.2)', () => {
  const early = [...STATION_ACTIONS.values()].filter(({ beforeAcceptance }) => beforeAcceptance)
  expect(early.map(({ action }) => action)).toEqual(['BootNotification'])
})
