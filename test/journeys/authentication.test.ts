import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { dynamoDb } from '../../lib/local/dynamodb-client.ts'
import { basic, type Dialled, dial } from '../support/dial.ts'
import { type Busbar, startBusbar } from '../support/e2e.ts'
import { synthesized } from '../support/synthesized.ts'

const BYTES = Buffer.from('00ff3a8000112233445566778899aabb', 'hex')
const HEX = BYTES.toString('hex')
const OCPP = { 'sec-websocket-protocol': 'ocpp1.6' }

/** How a viewer comes, as the tests say it: this machine's sockets have no TLS. */
const WAYS = {
  ws: {},
  wss: { 'x-test-scheme': 'https' },
  certificate: { 'x-test-scheme': 'https', 'x-test-certificate': 'CN=%,O=Example Charging,C=NL' },
} as const
type Way = keyof typeof WAYS

const CREDENTIALS: Record<string, (identity: string) => string | undefined> = {
  none: () => undefined,
  bytes: (identity) => basic(identity, BYTES),
  hex: (identity) => basic(identity, HEX),
  'hex in capitals': (identity) => basic(identity, HEX.toUpperCase()),
  'a wrong password': (identity) => basic(identity, 'a wrong password'),
  'no password': (identity) => basic(identity, ''),
  'one byte more': (identity) => basic(identity, Buffer.concat([BYTES, Buffer.from([1])])),
  'another user': (identity) => basic(`${identity}2`, BYTES),
  'no user': () => basic('', BYTES),
  'no colon': (identity) => `Basic ${Buffer.from(identity).toString('base64')}`,
  'no base64': () => 'Basic ###',
  'another scheme': (identity) => basic(identity, BYTES).replace('Basic', 'Bearer'),
}
const RIGHT = ['bytes', 'hex', 'hex in capitals']

/** What is let in, said another way than the code says it: by profile, how it may come, and with what. */
const LETS_IN: Record<number, (way: Way, credentials: string) => boolean> = {
  0: (way) => way !== 'certificate',
  1: (way, credentials) => way !== 'certificate' && RIGHT.includes(credentials),
  2: (way, credentials) => way === 'wss' && RIGHT.includes(credentials),
  3: (way) => way === 'certificate',
}

let busbar: Busbar
let stack: ReturnType<typeof synthesized>
let registered = 0

beforeAll(async () => {
  stack = synthesized({
    clientCertificates: 's3://authorities/stations.pem',
    certificateOrganization: 'Example Charging',
  })
  busbar = await startBusbar(undefined, undefined, {
    cdkOut: stack.cdkOut,
    viewerOf: ({ headers }) => ({
      secure: headers['x-test-scheme'] === 'https',
      ...(typeof headers['x-test-certificate'] === 'string'
        ? { certificate: { subject: headers['x-test-certificate'] } }
        : {}),
    }),
  })
}, 180_000)
afterAll(async () => {
  await busbar?.stop()
  stack?.remove()
})

async function register(more: object = {}, identity = `CP-${++registered}`): Promise<string> {
  await busbar.register(identity, more)
  return identity
}

const viewer = (way: Way, identity: string): Record<string, string> =>
  Object.fromEntries(Object.entries(WAYS[way]).map(([name, value]) => [name, value.replace('%', identity)]))

type Sent = Record<string, string | string[] | undefined>

function come(path: string, headers: Sent): Promise<Dialled> {
  const sent: Sent = { ...OCPP, ...headers }
  const given = Object.entries(sent).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
  return dial(busbar.local.wsUrl, path, Object.fromEntries(given))
}

/** A refusal says its status in words, and names the attempt: nothing of why. */
function expectNothingMore({ body, headers }: Dialled, message: string): void {
  const { connectionId, requestId, ...rest } = JSON.parse(body)
  expect(rest).toEqual({ message })
  expect([connectionId, requestId]).toEqual([expect.any(String), expect.any(String)])
  expect(Object.keys(headers).sort()).toEqual(['connection', 'content-length', 'content-type'])
}

/** What the operator is shown of it. */
async function refusals(identity: string) {
  const { body } = await busbar.api('GET', '/refused-charge-points?limit=200')
  return body.items.filter(({ chargePointId }: { chargePointId: string }) => chargePointId === identity)
}

describe.each([0, 1, 2, 3])('in security profile %d', (securityProfile) => {
  const given = securityProfile === 1 || securityProfile === 2 ? { password: HEX } : {}

  describe.each(Object.keys(WAYS) as Way[])('by %s', (way) => {
    it.each(Object.keys(CREDENTIALS))('with %s', async (name) => {
      const identity = await register({ securityProfile, ...given })
      const authorization = CREDENTIALS[name]?.(identity)
      const answer = await come(`/ocpp/${identity}`, { ...viewer(way, identity), authorization })
      const expected = LETS_IN[securityProfile]?.(way, name) ? 101 : 401
      expect(answer.status).toBe(expected)
      if (expected === 101) expect(answer.headers['sec-websocket-protocol']).toBe('ocpp1.6')
      else expectNothingMore(answer, 'Unauthorized')
    })
  })
})

describe('an identity in a path', () => {
  it.each([
    ['plain', 'plain-1', '/ocpp/plain-1'],
    ['with a space and a slash', 'OO QS/1', '/ocpp/OO%20QS%2F1'],
    ['of other letters', 'Ladesäule', '/ocpp/Lades%C3%A4ule'],
    ['with a percent sign', '100%', '/ocpp/100%25'],
    ['that looks encoded', 'a%20b', '/ocpp/a%2520b'],
    ['with a plus', 'a+b', '/ocpp/a+b'],
    ['with an ampersand', 'a&cp=b', '/ocpp/a&cp=b'],
    ['behind a second slash', 'slashed', '/ocpp//slashed'],
    ['before a slash', 'trailing', '/ocpp/trailing/'],
    ['beside a query of the client', 'queried', '/ocpp/queried?cp=other&x=1'],
  ])('%s is whose it is', async (_, identity, path) => {
    await register({ securityProfile: 1, password: HEX }, identity)
    expect((await come(path, { authorization: basic(identity, BYTES) })).status).toBe(101)
    expect((await come(path, { authorization: basic('other', BYTES) })).status).toBe(401)
    expect(await refusals(identity)).toMatchObject([{ reason: 'WrongUser', address: '127.0.0.1' }])
  })

  it('with a colon is for the profiles without a user name', async () => {
    await register({ securityProfile: 0 }, '00:1B:44')
    expect((await come('/ocpp/00:1B:44', {})).status).toBe(101)
    const refused = await busbar.api('POST', '/charge-points', { chargePointId: '00:2C', securityProfile: 1 })
    expect([refused.status, refused.body.issues[0].path]).toEqual([400, 'securityProfile'])
    const raised = await busbar.api('PATCH', '/charge-points/00%3A1B%3A44', {
      securityProfile: 2,
      password: HEX,
    })
    expect([raised.status, raised.body.issues[0].path]).toEqual([400, 'securityProfile'])
  })

  it.each([
    ['/ocpp/%', 400],
    ['/ocpp/%zz', 400],
    ['/ocpp/%C3', 400],
    ['/ocpp/', 404],
    ['/ocpp/%00', 404],
    [`/ocpp/${'x'.repeat(4000)}`, 404],
    ['/ocpp/a/b', 404],
    ['/ocpp', 404],
    ['/', 404],
    ['/?cp=plain-1', 404],
    ['/api/charge-points', 404],
    ['/nobody', 404],
    ['/ocpp/Nobody', 404],
  ])('at %s is refused with %d, and nothing is said', async (path, status) => {
    const answer = await come(path, { authorization: basic('Nobody', BYTES) })
    expect([answer.status, answer.body]).toEqual([status, ''])
  })
})

describe('subprotocols', () => {
  it.each<[string | string[] | undefined, number]>([
    ['ocpp1.6', 101],
    [['ocpp1.6', 'ocpp2.0.1'], 101],
    [['ocpp2.0.1, ocpp2.1', 'ocpp1.6'], 101],
    [['ocpp0.1', 'ocpp2.0.1'], 400],
    ['ocpp1.6, ocpp2.0.1', 101],
    ['ocpp2.0.1,ocpp1.6', 101],
    ['ocpp0.1 , ocpp1.6', 101],
    ['ocpp0.1', 400],
    ['OCPP1.6', 400],
    ['ocpp1.6x', 400],
    [undefined, 400],
  ])('%s: %d', async (offered, status) => {
    const identity = await register({ securityProfile: 1, password: HEX })
    const authorization = basic(identity, BYTES)
    const answer = await come(`/ocpp/${identity}`, { authorization, 'sec-websocket-protocol': offered })
    expect(answer.status).toBe(status)
    expect(answer.headers['sec-websocket-protocol']).toBe(status === 101 ? 'ocpp1.6' : undefined)
    const wrong = { authorization: basic(identity, 'wrong'), 'sec-websocket-protocol': offered }
    expect((await come(`/ocpp/${identity}`, wrong)).status).toBe(401)
    expect((await come('/ocpp/Nobody', { 'sec-websocket-protocol': offered })).status).toBe(404)
  })

  it('may be missing where the charge point is allowed that, and then none is answered', async () => {
    const identity = await register({ allowMissingSubprotocol: true })
    const answer = await come(`/ocpp/${identity}`, { 'sec-websocket-protocol': undefined })
    expect([answer.status, answer.headers['sec-websocket-protocol']]).toEqual([101, undefined])
    const other = await come(`/ocpp/${identity}`, { 'sec-websocket-protocol': 'ocpp2.0.1' })
    expect(other.status).toBe(400)
    await busbar.api('PATCH', `/charge-points/${identity}`, { allowMissingSubprotocol: false })
    expect((await come(`/ocpp/${identity}`, { 'sec-websocket-protocol': undefined })).status).toBe(400)
  })
})

describe('a certificate', () => {
  const show = async (subject: (identity: string) => string) => {
    const identity = await register({ securityProfile: 3 })
    const shown = { 'x-test-scheme': 'https', 'x-test-certificate': subject(identity) }
    return (await come(`/ocpp/${identity}`, shown)).status
  }

  it.each<[string, (identity: string) => string, number]>([
    ['from its own name up', (id) => `CN=${id},OU=Stations,O=Example Charging,C=NL`, 101],
    ['from the root down', (id) => `C=NL, O=Example Charging, CN=${id}`, 101],
    ['with types by number', (id) => `2.5.4.3=${id},2.5.4.10=Example Charging`, 101],
    ['of another organization', (id) => `CN=${id},O=Example`, 401],
    ['without one', (id) => `CN=${id}`, 401],
    ['of another charge point', (id) => `CN=${id}0,O=Example Charging`, 401],
    ['with the name in another attribute', (id) => `CN=Other,OU=${id},O=Example Charging`, 401],
    ['with the name within another one', (id) => `CN=Other\\,CN=${id},O=Example Charging`, 401],
    ['with two common names', (id) => `CN=${id},CN=Other,O=Example Charging`, 401],
    ['that cannot be read', (id) => `CN=${id},O`, 401],
  ])('%s', async (_, subject, status) => {
    expect(await show(subject)).toBe(status)
  })

  it('is believed from no other edge', async () => {
    const identity = await register({ securityProfile: 3 })
    const made = { 'CloudFront-Viewer-Cert-Subject': `CN=${identity},O=Example Charging` }
    expect((await come(`/ocpp/${identity}`, { ...made, 'x-test-scheme': 'https' })).status).toBe(401)
  })
})

describe('around the edge', () => {
  it('nobody gets in, with whatever secret but the right one', async () => {
    const withoutSecret = await startBusbar((template) => {
      for (const { Type, Properties = {} } of Object.values(template.Resources)) {
        if (Type !== 'AWS::CloudFront::Distribution') continue
        const { Origins } = Properties.DistributionConfig as { Origins: Record<string, unknown>[] }
        for (const origin of Origins) delete origin.OriginCustomHeaders
      }
      return template
    })
    try {
      await withoutSecret.register('CP1')
      const url = withoutSecret.local.wsUrl
      for (const secret of [{}, { 'x-origin-verify': 'guessed' }, { 'x-origin-verify': '' }]) {
        const answer = await dial(url, '/ocpp/CP1', { ...OCPP, ...(secret as Record<string, string>) })
        expect(answer.status).toBe(401)
        expectNothingMore(answer, 'Unauthorized')
      }
    } finally {
      await withoutSecret.stop()
    }
  })

  it('what a viewer sends in the header of the secret does not arrive', async () => {
    const identity = await register()
    expect((await come(`/ocpp/${identity}`, { 'x-origin-verify': 'guessed' })).status).toBe(101)
  })
})

describe('a change of credentials', () => {
  const NEW = 'another password'
  const statusWith = async (identity: string, password: string | Buffer) =>
    (await come(`/ocpp/${identity}`, { authorization: basic(identity, password) })).status

  it('hangs up, and counts at once', async () => {
    const identity = await register({ securityProfile: 1, password: HEX })
    const headers = { authorization: basic(identity, BYTES) }
    const socket = new WebSocket(`${busbar.local.wsUrl}/ocpp/${identity}`, ['ocpp1.6'], { headers })
    await once(socket, 'open')
    const closed = once(socket, 'close')
    await busbar.api('PATCH', `/charge-points/${identity}`, { password: NEW })
    await closed
    expect([await statusWith(identity, BYTES), await statusWith(identity, NEW)]).toEqual([401, 101])
  })

  it('reaches whoever was let in by the ones before and is not through yet', async () => {
    const identity = await register({ securityProfile: 1, password: HEX })
    const { engine, tables } = busbar.local
    // As the authorizer would have found it just before the change.
    await dynamoDb(engine.url, 'UpdateItem', {
      TableName: tables[0],
      Key: { pk: { S: `CP#${identity}` }, sk: { S: 'CP' } },
      UpdateExpression: 'SET credentialsId = :before',
      ExpressionAttributeValues: { ':before': { S: 'before' } },
    })
    const answer = await come(`/ocpp/${identity}`, { authorization: basic(identity, BYTES) })
    expect([answer.status, answer.body]).toEqual([401, ''])
    await busbar.api('PATCH', `/charge-points/${identity}`, { password: NEW })
    expect(await statusWith(identity, NEW)).toBe(101)
  })
})

describe('wrong passwords', () => {
  it('again and again lock the address out, and are shown; the operator can let it in again', async () => {
    const identity = await register({ securityProfile: 1, password: HEX })
    const attempt = (password: string | Buffer) =>
      come(`/ocpp/${identity}`, { authorization: basic(identity, password) })
    for (let i = 0; i < 10; i++) expect((await attempt(`wrong-${i}`)).status).toBe(401)
    expect((await attempt(BYTES)).status).toBe(401)
    const [refusal, ...others] = await refusals(identity)
    expect(others).toEqual([])
    expect(refusal).toMatchObject({ address: '127.0.0.1', reason: 'WrongPassword', attempts: 10 })
    const lock = Date.parse(refusal.lockedUntil) - Date.parse(refusal.lastAt)
    expect(lock).toBe(60_000)
    expect((await busbar.api('DELETE', `/refused-charge-points/${identity}`)).status).toBe(204)
    expect((await attempt(BYTES)).status).toBe(101)
    expect(await refusals(identity)).toEqual([])
  })

  it('of one charge point are nothing to another one from the same address', async () => {
    const one = await register({ securityProfile: 1, password: HEX })
    const two = await register({ securityProfile: 1, password: HEX })
    for (let i = 0; i < 11; i++) await come(`/ocpp/${one}`, { authorization: basic(one, 'wrong') })
    expect((await come(`/ocpp/${two}`, { authorization: basic(two, BYTES) })).status).toBe(101)
  })

  it('are forgotten when the charge point gets in', async () => {
    const identity = await register({ securityProfile: 1, password: HEX })
    await come(`/ocpp/${identity}`, { authorization: basic(identity, 'wrong') })
    await come(`/ocpp/${identity}`, {})
    expect(await refusals(identity)).toMatchObject([{ attempts: 2, reason: 'NoCredentials' }])
    expect((await come(`/ocpp/${identity}`, { authorization: basic(identity, BYTES) })).status).toBe(101)
    expect(await refusals(identity)).toEqual([])
  })
})
