import { expect, test } from 'vitest'
import { filled, patchOf } from '../../console/src/components/merge-patch.ts'
import { changeOf, draftOf, NEW_DRAFT, registrationOf } from '../../console/src/pages/id-tags/draft.ts'
import { stateOf } from '../../console/src/pages/id-tags/state.tsx'
import * as sites from '../../console/src/pages/sites/draft.ts'

const idTag = {
  idTag: '04A3B2C1',
  parentIdTag: 'TAXI',
  blocked: false,
  maxActiveTransactions: -1,
  allowedSites: ['utrecht-1'],
  createdAt: '2026-11-21T08:00:00.000Z',
  updatedAt: '2026-11-21T08:00:00.000Z',
  version: 1,
}

test('a new id tag has what was filled in, and its limit', () => {
  expect(registrationOf(NEW_DRAFT)).toEqual({ blocked: false, maxActiveTransactions: 1 })
  const draft = { ...NEW_DRAFT, userId: 'u1', allowedChargePoints: ['CP1'], limited: false, limit: '3' }
  expect(registrationOf(draft)).toEqual({
    userId: 'u1',
    allowedChargePoints: ['CP1'],
    blocked: false,
    maxActiveTransactions: -1,
  })
})

test('an edit of an id tag says only what differs, and null for what was emptied', () => {
  const before = draftOf(idTag)
  expect(changeOf(before, before)).toEqual({})
  expect(before).toMatchObject({ limited: false, parentIdTag: 'TAXI' })
  const draft = {
    ...before,
    parentIdTag: '',
    allowedSites: [],
    note: 'Van',
    limited: true,
    limit: '2',
    blocked: true,
  }
  expect(changeOf(before, draft)).toEqual({
    parentIdTag: null,
    allowedSites: null,
    note: 'Van',
    blocked: true,
    maxActiveTransactions: 2,
  })
})

test('the state of an id tag is what it would be refused for first', () => {
  const now = Date.parse('2026-11-21T12:00:00.000Z')
  expect(stateOf(idTag, now)).toBe('valid')
  const expired = { ...idTag, expiryDate: '2026-11-21T12:00:00.000Z' }
  expect(stateOf(expired, now)).toBe('expired')
  expect(stateOf({ ...expired, blocked: true }, now)).toBe('blocked')
  expect(stateOf({ ...idTag, maxActiveTransactions: 0 }, now)).toBe('barred')
})

test('a site is moved as a whole, and half a location is none', () => {
  const { name: _, ...empty } = sites.draftOf(undefined)
  const draft = { ...empty, name: 'Harbour', latitude: '52.5', longitude: '5' }
  expect(sites.registrationOf('', draft)).toEqual({
    name: 'Harbour',
    location: { latitude: 52.5, longitude: 5 },
  })
  expect(sites.changeOf(draft, { ...draft, longitude: '6', note: 'North' })).toEqual({
    note: 'North',
    location: { latitude: 52.5, longitude: 6 },
  })
  expect(sites.changeOf(draft, { ...draft, latitude: '', longitude: '' })).toEqual({ location: null })
  expect(sites.isLocation(draft)).toBe(true)
  expect(sites.isLocation({ ...draft, longitude: '' })).toBe(false)
  expect(sites.isLocation({ ...draft, longitude: 'east' })).toBe(false)
})

test('texts are sent where they are filled in, and patched where they differ', () => {
  expect(filled({ name: 'Ada', email: '' })).toEqual({ name: 'Ada' })
  expect(patchOf({ name: 'Ada', email: 'a@b.c' }, { name: 'Ada', email: '' })).toEqual({ email: null })
})
