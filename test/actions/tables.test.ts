import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { WHILE_ACCEPTED, WHILE_KNOWN } from '../../lib/actions/action.ts'
import { ALL_ACTIONS, CENTRAL_SYSTEM_ACTIONS, STATION_ACTIONS } from '../../lib/actions/index.ts'

const kebab = (action: string) => action.replace(/(?<=[a-z])[A-Z]/g, '-$&').toLowerCase()

const files = readdirSync(new URL('../../lib/actions', import.meta.url))
  .filter((name) => name !== 'action.ts' && name !== 'index.ts')
  .map((name) => name.replace(/\.ts$/, ''))

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
  expect(ALL_ACTIONS.filter(({ initiatedBy }) => initiatedBy.length === 2).map(({ action }) => action)).toEqual([
    'DataTransfer',
  ])
})

test('every row has a file of its name, every file a row', () => {
  expect(files.sort()).toEqual(ALL_ACTIONS.map(({ action }) => kebab(action)).sort())
})

test.each(files)('%s exports the row of its name', async (file) => {
  const exported = Object.entries(await import(`../../lib/actions/${file}.ts`))
  const rows = new Set<unknown>([...STATION_ACTIONS.values(), ...CENTRAL_SYSTEM_ACTIONS.values()])
  const own = exported.filter(([, value]) => rows.has(value))
  for (const [name, value] of own) {
    expect(value).toMatchObject({ action: name.replace(/From(ChargePoint|CentralSystem)$/, '') })
    expect(kebab((value as { action: string }).action)).toBe(file)
  }
  expect(own).toHaveLength(file === 'data-transfer' ? 2 : 1)
})

test('a Pending charge point may be sent anything but remote starts and stops (§4.2)', () => {
  for (const { action, allowed } of CENTRAL_SYSTEM_ACTIONS.values()) {
    expect(allowed, action).toBe(/^Remote(Start|Stop)Transaction$/.test(action) ? WHILE_ACCEPTED : WHILE_KNOWN)
  }
})

test('BootNotification alone is answered before acceptance (§4.2)', () => {
  const early = [...STATION_ACTIONS.values()].filter(({ beforeAcceptance }) => beforeAcceptance)
  expect(early.map(({ action }) => action)).toEqual(['BootNotification'])
})
