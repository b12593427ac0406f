import { readFileSync } from 'node:fs'
import { transformSync } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { sandbox } from '../../lib/local/edge-function.ts'

const sourceOf = (name: string) =>
  readFileSync(new URL(`../../functions/${name}.js`, import.meta.url), 'utf8').replace(
    '__SIGN_IN_URL__',
    'https://busbar.auth.example',
  )

type Query = Record<string, { value: string; multiValue?: { value: string }[] }>

/** Runs a function as CloudFront does: its source alone, without anything of Node's. */
function running(name: string) {
  const run = sandbox(sourceOf(name), name)
  return (uri: string, querystring: Query = {}): any =>
    run({ version: '1.0', request: { method: 'GET', uri, querystring, headers: {} } })
}

const edge = running('edge')
const pages = running('edge-pages')
const signIn = running('edge-sign-in')

describe('the edge function', () => {
  it.each([
    ['/ocpp/CP1', 'CP1'],
    ['/ocpp/CP1/', 'CP1'],
    ['/ocpp//CP1', 'CP1'],
    ['//ocpp/CP1', 'CP1'],
    ['/ocpp/OO%20QS%2F1', 'OO%20QS%2F1'],
    ['/ocpp/Lades%C3%A4ule', 'Lades%C3%A4ule'],
    ['/ocpp/A:B', 'A%3AB'],
    ['/ocpp/a&cp=b', 'a%26cp%3Db'],
    ['/ocpp/a+b', 'a%2Bb'],
    ['/ocpp/a%2bb', 'a%2Bb'],
    ['/ocpp/%2525', '%2525'],
  ])('takes %s for the charge point %s, percent-encoded', (uri, value) => {
    expect(edge(uri)).toMatchObject({ uri: '/', querystring: { cp: { value } } })
  })

  it('drops whatever query the client sent: nobody names himself another way', () => {
    expect(edge('/ocpp/CP1', { cp: { value: 'CP2' }, x: { value: 'y' } }).querystring).toEqual({
      cp: { value: 'CP1' },
    })
  })

  it.each(['/', '/ocpp', '/ocpp/', '/ocpp/a/b', '/ocpp16/CP1', '/api/ocpp/CP1', '/OCPP/CP1'])(
    'knows no charge point at %s',
    (uri) => {
      expect(edge(uri)).toMatchObject({ statusCode: 404 })
    },
  )

  it.each([
    '/ocpp/%00',
    '/ocpp/CP1%0d%0a',
    '/ocpp/%7F',
    `/ocpp/${'x'.repeat(256)}`,
    `/ocpp/${'%C3%A4'.repeat(256)}`,
  ])('knows nobody who is called like %s', (uri) => {
    expect(edge(uri)).toMatchObject({ statusCode: 404 })
  })

  it('takes an identity of 255 characters', () => {
    expect(edge(`/ocpp/${'x'.repeat(255)}`).querystring).toEqual({ cp: { value: 'x'.repeat(255) } })
  })

  it.each(['/ocpp/%', '/ocpp/%zz', '/ocpp/%C3'])('refuses the broken encoding of %s', (uri) => {
    expect(edge(uri)).toMatchObject({ statusCode: 400 })
  })
})

describe('the function of the pages', () => {
  it.each(['/', '/charge-points', '/charge-points/CP.001', '/charge-points/a%2Fb.js', '/x/', '/assets/'])(
    'knows %s for a page',
    (uri) => expect(pages(uri).uri).toBe('/index.html'),
  )

  it.each(['/index.html', '/config.json', '/icon.svg', '/assets/index-1a2b.js', '/assets/fonts/a.woff2'])(
    'knows %s for a file',
    (uri) => expect(pages(uri).uri).toBe(uri),
  )
})

describe('the function of the sign-in pages', () => {
  it('sends whoever wants to sign in there, with the query as it came', () => {
    const query = {
      scope: { value: 'openid%20profile' },
      resource: { value: 'b', multiValue: [{ value: 'a' }, { value: 'b' }] },
    }
    expect(signIn('/oauth2/authorize', query)).toMatchObject({
      statusCode: 302,
      headers: {
        location: {
          value: 'https://busbar.auth.example/oauth2/authorize?scope=openid%20profile&resource=a&resource=b',
        },
      },
    })
    expect(signIn('/oauth2/authorize').headers.location.value).toBe(
      'https://busbar.auth.example/oauth2/authorize',
    )
  })

  it.each(['/oauth2/token', '/oauth2/authorize/x', '/oauth2/userInfo'])('passes %s on', (uri) => {
    expect(signIn(uri)).toMatchObject({ uri })
  })
})

describe.each(['edge', 'edge-pages', 'edge-sign-in'])('within the limits of CloudFront, %s', (name) => {
  const source = sourceOf(name)

  it('has at most 10 KB', () => {
    expect(Buffer.byteLength(source)).toBeLessThan(10_240)
  })

  it('is written in no newer a language, and waits for nothing', () => {
    expect(() =>
      transformSync(source, { target: 'es2015', supported: { generator: false, 'for-of': false } }),
    ).not.toThrow()
    expect(source).not.toMatch(
      /\b(?:async|await|Promise|setTimeout|eval|Function|require|import|process|fetch)\b\s*[(.]/,
    )
  })

  it('takes no time to speak of, be the path as long as a URL may be', () => {
    const run = running(name)
    const uris = [
      `/ocpp/${'%C3%A4'.repeat(1300)}`,
      `/${'a'.repeat(8000)}`,
      `/ocpp${'/'.repeat(8000)}x/y`,
      '/oauth2/authorize',
    ]
    for (const uri of uris) {
      const started = performance.now()
      for (let i = 0; i < 20; i++) run(uri)
      expect((performance.now() - started) / 20).toBeLessThan(20)
    }
  })
})
