import { describe, expect, it } from 'vitest'
import {
  boundsOf,
  childPath,
  missingIn,
  type Schema,
  startOf,
  withProperty,
} from '../../console/src/components/schema-form/schema.ts'
import { dangerOf } from '../../console/src/pages/charge-points/actions/dangers.ts'
import { CENTRAL_SYSTEM_ACTIONS } from '../../lib/actions/index.ts'
import { jsonSchemaOf } from '../../lib/ocpp/schema.ts'

const schemaOf = (action: string): Schema => {
  const found = CENTRAL_SYSTEM_ACTIONS.get(action)
  if (!found) throw new Error(action)
  return jsonSchemaOf(found.request) as Schema
}

/** What the form knows how to draw; everything else would be left out unseen. */
const KNOWN = new Set([
  '$schema',
  'type',
  'properties',
  'required',
  'additionalProperties',
  'items',
  'enum',
  'format',
  'pattern',
  'description',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'multipleOf',
])

function keywordsOf(schema: Schema): string[] {
  const inside = [...Object.values(schema.properties ?? {}), ...(schema.items ? [schema.items] : [])]
  return [...Object.keys(schema), ...inside.flatMap(keywordsOf)]
}

describe('a form drawn from a schema', () => {
  it.each([...CENTRAL_SYSTEM_ACTIONS.keys()])('can draw all of %s', (action) => {
    const schema = schemaOf(action)
    expect(schema.type).toBe('object')
    expect(keywordsOf(schema).filter((keyword) => !KNOWN.has(keyword))).toEqual([])
  })

  it('starts with the objects and lists that must be there, and with nothing else', () => {
    const start = startOf(schemaOf('SetChargingProfile'), () => false)
    expect(start).toEqual({ csChargingProfiles: { chargingSchedule: { chargingSchedulePeriod: [] } } })
    expect(startOf(schemaOf('Reset'), () => false)).toEqual({})
  })

  it('does not start with what is filled in if left out', () => {
    const filledIn = (path: string) => path === 'csChargingProfiles.chargingSchedule'
    expect(startOf(schemaOf('SetChargingProfile'), filledIn)).toEqual({ csChargingProfiles: {} })
  })

  it('tells what is needed and not there, also inside lists, unless it is filled in', () => {
    const schema = schemaOf('SetChargingProfile')
    const given = {
      csChargingProfiles: { chargingSchedule: { chargingSchedulePeriod: [{ startPeriod: 0 }] } },
    }
    const missing = missingIn(schema, given, (path) => path === 'csChargingProfiles.stackLevel')
    expect(missing).toContain('connectorId')
    expect(missing).toContain('csChargingProfiles.chargingProfileId')
    expect(missing).toContain('csChargingProfiles.chargingSchedule.chargingSchedulePeriod[0].limit')
    expect(missing).not.toContain('csChargingProfiles.stackLevel')
    expect(missing).not.toContain('csChargingProfiles.transactionId')
    expect(missingIn(schemaOf('Reset'), { type: 'Soft' }, () => false)).toEqual([])
  })

  it('takes a property that is emptied away', () => {
    expect(withProperty({ a: 1, b: 2 }, 'a', undefined)).toEqual({ b: 2 })
    expect(withProperty(undefined, 'a', false)).toEqual({ a: false })
  })

  it('names places as the API does', () => {
    expect(childPath(childPath(childPath('', 'list'), 0), 'idTag')).toBe('list[0].idTag')
  })

  it('tells bounds only where they say something', () => {
    expect(boundsOf({ minimum: -(2 ** 31), maximum: 2 ** 31 - 1 })).toEqual({})
    expect(boundsOf({ minimum: 0, maximum: 600 })).toEqual({ minimum: 0, maximum: 600 })
  })
})

describe('what had better be asked about', () => {
  it.each([
    ['Reset', { type: 'Hard' }, 'reset'],
    ['Reset', { type: 'Soft' }, undefined],
    ['ClearCache', {}, 'cache'],
    ['UpdateFirmware', undefined, 'firmware'],
    ['ClearChargingProfile', {}, 'profiles'],
    ['ClearChargingProfile', { id: 7 }, undefined],
    ['ChangeConfiguration', { key: 'authorizationkey', value: 'x' }, 'access'],
    ['ChangeConfiguration', { key: 'HeartbeatInterval', value: '60' }, undefined],
    ['ChangeAvailability', { connectorId: 0, type: 'Inoperative' }, 'inoperative'],
    ['GetConfiguration', {}, undefined],
  ] as const)('%s %o', (action, payload, danger) => {
    expect(dangerOf(action, payload)).toBe(danger)
  })
})
