import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run } from '../../lib/doctor/cli.ts'
import type { ViewerOf } from '../../lib/local/edge.ts'
import { newAuthority, ORGANIZATION_NAME } from '../station/authority.ts'
import { type BehindTls, startBehindTls } from '../station/behind-tls.ts'
import { type TlsFront, viewerBehindFront } from '../station/tls-front.ts'
import { fetchToken } from '../support/e2e.ts'
import { listener } from '../support/listener.ts'

describe('the doctor, with the certificate of a station', () => {
  let behind: BehindTls
  /** Whom an edge that makes certificates up takes everybody for. */
  let everybody: string | undefined

  const viewerOf: ViewerOf = (request) =>
    everybody === undefined || !viewerBehindFront(request).secure
      ? viewerBehindFront(request)
      : { secure: true, certificate: { subject: `CN=${everybody},O=${ORGANIZATION_NAME}` } }

  beforeAll(async () => {
    behind = await startBehindTls(viewerOf)
  })
  afterAll(() => behind?.stop())

  async function examine(...args: string[]) {
    const { said, ...written } = listener()
    const { local } = behind.busbar
    const code = await run([local.url, '--json', '--only', 'client-certificate', ...args], {
      ...written,
      width: 140,
      isColoured: false,
      onInterrupt: () => {},
      fetchToken: () => fetchToken(local),
    })
    const found = said.out === '' ? undefined : JSON.parse(said.out).checks.at(-1)
    return { code, err: said.err, found }
  }

  const at = ({ port }: TlsFront, by = behind.authority) => {
    const { authority, file } = behind
    const { cert, key } = by.issue('SN-0815')
    return [
      ...['--certificate-url', `wss://localhost:${port}/ocpp`, '--ca', file('ca.pem', authority.ca)],
      ...['--cert', file('station.pem', cert), '--key', file('station.key', key)],
    ]
  }

  it('passes where one is asked for, and is looked at', async () => {
    const { code, found } = await examine(...at(behind.mutual))
    expect(found).toMatchObject({
      outcome: 'passed',
      seen: expect.stringMatching(
        /^without: TLS: .*certificate required; for another: HTTP 401; its own: opened$/,
      ),
    })
    expect(code).toBe(0)
    for (const path of ['/charge-points', '/refused-charge-points'])
      expect((await behind.busbar.api('GET', path)).body.items, path).toEqual([])
  })

  it('fails where none is asked for', async () => {
    const { code, found } = await examine(...at(behind.front))
    expect(found).toMatchObject({
      outcome: 'failed',
      seen: 'with the certificate: HTTP 401, NoCertificate',
      set: expect.stringContaining('CloudFront-Viewer-Cert-Subject'),
    })
    expect(code).toBe(1)
  })

  it('fails with a certificate that the edge does not know', async () => {
    const { found } = await examine(...at(behind.mutual, newAuthority('Authority of nobody')))
    expect(found).toMatchObject({
      outcome: 'failed',
      means: expect.stringContaining('the edge does not take'),
    })
  })

  it('fails where the edge makes certificates up', async () => {
    everybody = 'SN-0815'
    const { found } = await examine(...at(behind.front))
    everybody = undefined
    expect(found).toMatchObject({ outcome: 'failed', seen: 'opened without a certificate' })
  })

  it('is skipped where there is none, and says what to give', async () => {
    const { code, found } = await examine()
    expect(found).toMatchObject({ outcome: 'skipped', seen: expect.stringContaining('--certificate-url') })
    expect(code).toBe(0)
  })

  it.each([
    [['--certificate-url', 'wss://host/ocpp'], '--certificate-url, --cert and --key go together'],
    [['--cert', '/nowhere.pem'], 'It cannot be read'],
    [['--cert', 'package.json'], 'It must be a certificate in PEM'],
  ])('refuses %j', async (args, reason) => {
    const { code, err } = await examine(...args)
    expect(code).toBe(1)
    expect(err).toContain(reason)
  })
})
