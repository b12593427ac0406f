import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { loadCredentials } from '../../lib/local/credentials.ts'
import { SignInAttempts } from '../../lib/local/sign-in-attempts.ts'
import { SignInStore } from '../../lib/local/sign-in-store.ts'

const ann = { name: 'ann', password: 'a password of ann' }
const folder = mkdtempSync(join(tmpdir(), 'busbar-people-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('the people of credentials.json', () => {
  const path = join(folder, 'credentials.json')
  const administrator = { name: 'administrator', password: 'a password of the first' }
  const credentials = { clientId: 'machine', clientSecret: 'secret', administrator }
  const load = (people: unknown) => {
    writeFileSync(path, JSON.stringify({ ...credentials, people }))
    return loadCredentials(path, {})
  }

  it('are read', () => {
    expect(load([{ ...ann, role: 'viewer' }]).people).toEqual([{ ...ann, role: 'viewer' }])
    expect(load(undefined).people).toBeUndefined()
  })

  it.each<[string, unknown]>([
    ['people[0] needs a name', [{ password: '12345678', role: 'viewer' }]],
    ['people[0] needs a name', [{ name: ' ann', password: '12345678', role: 'viewer' }]],
    [
      'people[1] needs a password',
      [
        { ...ann, role: 'viewer' },
        { name: 'bob', password: '1234567', role: 'viewer' },
      ],
    ],
    ['people[0] needs a role', [ann]],
    [
      'two people of the name "ann"',
      [
        { ...ann, role: 'viewer' },
        { ...ann, role: 'viewer' },
      ],
    ],
    ['two people of the name "administrator"', [{ ...ann, name: 'administrator', role: 'viewer' }]],
  ])('are refused: %s', (message, people) => {
    expect(() => load(people)).toThrow(message)
  })
})

describe('what slows guessing down', () => {
  it('waits longer each time, a minute at most, and forgets', () => {
    let now = 0
    const attempts = new SignInAttempts(() => now)
    const waits = Array.from({ length: 14 }, () => {
      attempts.failed('ann', 'here')
      return attempts.wait('ann', 'here')
    })
    expect(waits).toEqual([0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60, 60])
    expect(attempts.wait('ann', 'elsewhere')).toBe(0)
    now += 30_000
    expect(attempts.wait('ann', 'here')).toBe(30)
    now += 900_000
    expect(attempts.wait('ann', 'here')).toBe(0)
  })

  it('counts by address too, whatever name is tried, and a success does not make it forget that', () => {
    const attempts = new SignInAttempts(() => 0)
    for (let each = 0; each < 20; each++) attempts.failed(`person ${each}`, 'here')
    attempts.succeeded('ann', 'here')
    expect(attempts.wait('ann', 'here')).toBe(1)
  })
})

describe('what the issuer remembers', () => {
  it('is bounded, and sessions of nobody go first', async () => {
    const store = new SignInStore(undefined, [])
    const sessions = store.adapter('Session')
    await sessions.upsert('ann', { accountId: 'ann', uid: 'u' }, 60)
    for (let each = 0; each < 1_500; each++) await sessions.upsert(`nobody ${each}`, { uid: `${each}` }, 60)
    expect(await sessions.find('ann')).toMatchObject({ accountId: 'ann' })
    expect(await sessions.find('nobody 0')).toBeUndefined()
    expect(await sessions.find('nobody 1499')).toBeDefined()
  })

  it('is over when it has expired', async () => {
    const codes = new SignInStore(undefined, []).adapter('AuthorizationCode')
    await codes.upsert('a', { accountId: 'ann' }, 0.01)
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(await codes.find('a')).toBeUndefined()
  })
})
