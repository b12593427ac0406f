import { describe, expect, it } from 'vitest'
import { isSecretKey, withoutUrlSecrets } from '../../lib/actions/secret-keys.ts'

describe('a configuration key that holds a password', () => {
  it.each(['AuthorizationKey', 'authorizationkey', ' AuthorizationKey', 'AuthorizationKey\t'])(
    'may be written %j',
    (key) => expect(isSecretKey(key)).toBe(true),
  )

  it.each(['', 'AuthorizationKeyRef', 'Authorization Key'])('is not called %j', (key) =>
    expect(isSecretKey(key)).toBe(false),
  )
})

describe('URLs that are shown', () => {
  it.each([
    ['https://files.example/fw.bin', 'https://files.example/fw.bin'],
    ['is it ready? no', 'is it ready? no'],
    ['https://files.example:8443/a@b?c', 'https://files.example:8443/a@b?***'],
    ['https://blob.example/fw.bin?sv=1&sig=SECRET#top', 'https://blob.example/fw.bin?***'],
    ['ftp://me:SECRET@files.example/in?x=SECRET', 'ftp://me:***@files.example/in?***'],
    ['ftp://me:SE@C?RET@files.example/', 'ftp://me:***@files.example/'],
    [
      'see http://a.example/?SECRET or http://b.example/?SECRET',
      'see http://a.example/?*** or http://b.example/?***',
    ],
    ['ftp://a:SECRET@a.example,ftp://b:SECRET@b.example', 'ftp://a:***@a.example,ftp://b:***@b.example'],
  ])('%s: %s', (given, shown) => {
    expect(withoutUrlSecrets(given)).toBe(shown)
    expect(withoutUrlSecrets({ deep: [{ location: given }] })).toEqual({ deep: [{ location: shown }] })
    expect(withoutUrlSecrets(shown)).toBe(shown)
  })

  it('are found in JSON that escapes its slashes, and JSON in JSON stays what it is', () => {
    const inner = JSON.stringify({
      url: 'https://me:SECRET@a.example/?sig=SECRET',
      next: { url: 'ftp://a/?b' },
    })
    let text = inner
    for (let depth = 0; depth < 4; depth++) {
      for (const frame of [
        text,
        text.replaceAll('/', String.raw`\/`),
        text.replaceAll('=S', String.raw`\u003dS`),
      ]) {
        const clean = withoutUrlSecrets(frame)
        expect(clean).not.toContain('SECRET')
        let value = JSON.parse(clean)
        for (let each = 0; each < depth; each++) value = JSON.parse(value[0])
        expect(value).toEqual({ url: 'https://me:***@a.example/?***', next: { url: 'ftp://a/?***' } })
      }
      text = JSON.stringify([text])
    }
  })

  it.each([':', '://', '://a:', '://?', '://\\', '\\', 'a'])(
    'are looked for in no time in a frame of nothing but %j',
    (part) => {
      const before = performance.now()
      withoutUrlSecrets(`ftp://${part.repeat(32_768 / part.length)}"`)
      expect(performance.now() - before).toBeLessThan(200)
    },
  )
})
