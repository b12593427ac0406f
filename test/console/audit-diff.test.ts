import { describe, expect, it } from 'vitest'
import { changesIn, changesOf } from '../../console/src/pages/audit/diff.ts'

describe('what an audit entry says has changed', () => {
  it('is told place by place, inside objects and lists', () => {
    const before = { name: 'Depot', tags: ['fast', 'old'], place: { latitude: 1, longitude: 2 } }
    const after = { name: 'Depot', tags: ['fast'], place: { latitude: 1, longitude: 3 }, note: 'gate 4' }
    expect(changesOf(before, after)).toEqual([
      { path: 'tags[1]', kind: 'removed', before: 'old' },
      { path: 'place.longitude', kind: 'changed', before: 2, after: 3 },
      { path: 'note', kind: 'added', after: 'gate 4' },
    ])
  })

  it('leaves out the stamps that every edit changes', () => {
    const entry = {
      before: { version: 1, updatedAt: 'then', blocked: false },
      after: { version: 2, updatedAt: 'now', blocked: true },
    }
    expect(changesIn(entry).map(({ path }) => path)).toEqual(['blocked'])
  })

  it('tells each property of what was made or removed', () => {
    expect(changesIn({ after: { a: 1, b: 2 } }).map(({ path, kind }) => [path, kind])).toEqual([
      ['a', 'added'],
      ['b', 'added'],
    ])
    expect(changesIn({ before: { a: 1 } })).toEqual([{ path: 'a', kind: 'removed', before: 1 }])
    expect(changesIn({})).toEqual([])
  })

  it('does not take null for nothing', () => {
    expect(changesOf({ note: null }, { note: 'x' })).toEqual([
      { path: 'note', kind: 'changed', before: null, after: 'x' },
    ])
  })
})
