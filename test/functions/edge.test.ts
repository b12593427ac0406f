import { readFileSync } from 'node:fs'
import { createContext, Script } from 'node:vm'
import { describe, expect, it } from 'vitest'

const source = readFileSync(new URL('../../functions/edge.js', import.meta.url), 'utf8')

/** Runs the function as CloudFront does: its source alone, without anything of Node's. */
function edge(uri: string, querystring: Record<string, { value: string }> = {}) {
  const context = createContext({
    event: { version: '1.0', request: { method: 'GET', uri, querystring, headers: {} } },
  })
  new Script(`${source}; result = JSON.stringify(handler(event))`).runInContext(context)
  return JSON.parse(context.result)
}

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

  it.each(['/ocpp/%', '/ocpp/%zz', '/ocpp/%C3'])('refuses the broken encoding of %s', (uri) => {
    expect(edge(uri)).toMatchObject({ statusCode: 400 })
  })

  it('fits into CloudFront: 10 KB', () => {
    expect(source.length).toBeLessThan(10_240)
  })
})
