import { describe, expect, it } from 'vitest'
import { rowsOf } from '../../console/src/pages/charge-points/detail/configuration-rows.ts'
import { changeOf, NEW_DRAFT, registrationOf, tagsOf } from '../../console/src/pages/charge-points/draft.ts'

describe('the rows of a configuration', () => {
  const configuration = {
    keys: [
      { key: 'MeterValueSampleInterval', value: '60', readonly: false },
      { key: 'HeartbeatInterval', value: '300', readonly: false },
      { key: 'NumberOfConnectors', value: '2', readonly: true },
    ],
    unknownKeys: [],
    wanted: { heartbeatinterval: '120', Absent: 'x', MeterValueSampleInterval: '60' },
    drift: [
      { key: 'heartbeatinterval', wanted: '120', actual: '300', reason: 'different' as const },
      { key: 'Absent', wanted: 'x', reason: 'missing' as const },
    ],
  }

  it('begin with what differs, then show what is as wanted, whatever the case of the keys', () => {
    const rows = rowsOf(configuration)
    expect(rows.map(({ key, drift }) => [key, drift])).toEqual([
      ['Absent', 'missing'],
      ['HeartbeatInterval', 'different'],
      ['MeterValueSampleInterval', undefined],
      ['NumberOfConnectors', undefined],
    ])
    expect(rows.map(({ wanted }) => wanted)).toEqual(['x', '120', '60', undefined])
  })

  it('show what is wanted of a charge point that was never read', () => {
    expect(rowsOf(undefined, { HeartbeatInterval: '60' })).toEqual([
      { key: 'HeartbeatInterval', wanted: '60', readonly: false, rebootRequired: false },
    ])
  })
})

describe('the form of a charge point', () => {
  it('says nothing of what is left empty', () => {
    expect(registrationOf(NEW_DRAFT)).toEqual({ registrationStatus: 'Accepted', securityProfile: 0 })
  })

  it('sends no password for a profile that has none', () => {
    expect(registrationOf({ ...NEW_DRAFT, password: 'secret-password' })).not.toHaveProperty('password')
    expect(registrationOf({ ...NEW_DRAFT, securityProfile: 1, password: 'secret-password' })).toMatchObject({
      password: 'secret-password',
    })
  })

  it('sends only what has been changed, and null for what has been emptied', () => {
    const before = { ...NEW_DRAFT, description: 'Gate', tags: 'fast', heartbeatInterval: '60' }
    const after = { ...before, description: '', tags: '', heartbeatInterval: '', address: 'Here' }
    expect(changeOf(before, before)).toEqual({})
    expect(changeOf(before, after)).toEqual({
      description: null,
      tags: null,
      heartbeatInterval: null,
      address: 'Here',
    })
  })

  it('reads labels with commas between them, each once', () => {
    expect(tagsOf(' fast, indoor ,,fast ')).toEqual(['fast', 'indoor'])
  })
})
