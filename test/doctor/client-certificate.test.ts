import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run } from '../../lib/doctor/cli.ts'
import type { ViewerOf } from '../../lib/local/edge.ts'
import { type Authority, newAuthority } from '../station/authority.ts'
import { type TlsFront, tlsFront, viewerBehindFront } from '../station/tls-front.ts'
import { type Busbar, fetchToken, startBusbar } from '../support/e2e.ts'
import { synthesized } from '../support/synthesized.ts'

/** Of the certificates that a test's authority issues. */
const ORGANIZATION = 'Example Charging'

describe('the doctor, with the certificate of a station', () => {
  let folder: string
  let stack: ReturnType<typeof synthesized>
  let busbar: Busbar
  let authority: Authority
  /** The second one takes stations without a certificate, too. */
  let mutual: TlsFront
  let lax: TlsFront
  /** Whom an edge that makes certificates up takes everybody for. */
  let everybody: string | undefined

  const viewerOf: ViewerOf = (request) =>
    everybody === undefined || !viewerBehindFront(request).secure
      ? viewerBehindFront(request)
      : { secure: true, certificate: { subject: `CN=${everybody},O=${ORGANIZATION}` } }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'busbar-doctor-'))
    stack = synthesized({
      clientCertificates: 's3://authorities/stations.pem',
      certificateOrganization: ORGANIZATION,
    })
    busbar = await startBusbar(undefined, undefined, { cdkOut: stack.cdkOut, viewerOf })
    authority = newAuthority('Authority of the test')
    const given = { ...authority.issue('localhost'), upstream: busbar.local.wsUrl }
    mutual = await tlsFront({ ...given, clientsOf: authority.ca })
    lax = await tlsFront(given)
  }, 180_000)

  afterAll(async () => {
    await mutual?.close()
    await lax?.close()
    await busbar?.stop()
    stack?.remove()
    rmSync(folder, { recursive: true, force: true })
  })

  function file(name: string, content: string): string {
    const path = join(folder, name)
    writeFileSync(path, content)
    return path
  }

  async function examine(...args: string[]) {
    let out = ''
    let err = ''
    const code = await run([busbar.local.url, '--json', '--only', 'client-certificate', ...args], {
      write: (text) => {
        out += text
      },
      writeError: (text) => {
        err += text
      },
      width: 140,
      isColoured: false,
      onInterrupt: () => {},
      fetchToken: () => fetchToken(busbar.local),
    })
    return { code, err, found: out ? JSON.parse(out).checks.at(-1) : undefined }
  }

  const at = ({ port }: TlsFront, by = authority) => {
    const { cert, key } = by.issue('SN-0815')
    return [
      ...['--certificate-url', `wss://localhost:${port}/ocpp`, '--ca', file('ca.pem', authority.ca)],
      ...['--cert', file('station.pem', cert), '--key', file('station.key', key)],
    ]
  }

  it('passes where one is asked for, and is looked at', async () => {
    const { code, found } = await examine(...at(mutual))
    expect(found).toMatchObject({
      outcome: 'passed',
      seen: expect.stringMatching(
        /^without: TLS: .*certificate required; for another: HTTP 401; its own: opened$/,
      ),
    })
    expect(code).toBe(0)
    const left = (await busbar.api('GET', '/charge-points')).body.items
    expect(left).toEqual([])
    expect((await busbar.api('GET', '/refused-charge-points')).body.items).toEqual([])
  })

  it('fails where none is asked for', async () => {
    const { code, found } = await examine(...at(lax))
    expect(found).toMatchObject({
      outcome: 'failed',
      seen: 'with the certificate: HTTP 401, NoCertificate',
      set: expect.stringContaining('CloudFront-Viewer-Cert-Subject'),
    })
    expect(code).toBe(1)
  })

  it('fails with a certificate that the edge does not know', async () => {
    const { found } = await examine(...at(mutual, newAuthority('Authority of nobody')))
    expect(found).toMatchObject({
      outcome: 'failed',
      means: expect.stringContaining('the edge does not take'),
    })
  })

  it('fails where the edge makes certificates up', async () => {
    everybody = 'SN-0815'
    const { found } = await examine(...at(lax))
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
