import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ViewerOf } from '../../lib/local/edge.ts'
import { type Busbar, startBusbar } from '../support/e2e.ts'
import { synthesized } from '../support/synthesized.ts'
import { type Authority, newAuthority, ORGANIZATION_NAME } from './authority.ts'
import { type TlsFront, tlsFront, viewerBehindFront } from './tls-front.ts'

/** The local runtime as it is deployed for stations with certificates, behind servers that end TLS for it. */
export interface BehindTls {
  busbar: Busbar
  authority: Authority
  /** With a certificate of the authority for localhost; the second one wants a certificate of each station. */
  front: TlsFront
  mutual: TlsFront
  /** Writes it down, and gives its path. */
  file(name: string, content: string): string
  stop(): Promise<void>
}

export async function startBehindTls(viewerOf: ViewerOf = viewerBehindFront): Promise<BehindTls> {
  const folder = mkdtempSync(join(tmpdir(), 'busbar-tls-'))
  const stack = synthesized({
    clientCertificates: 's3://authorities/stations.pem',
    certificateOrganization: ORGANIZATION_NAME,
  })
  const busbar = await startBusbar(undefined, undefined, { cdkOut: stack.cdkOut, viewerOf })
  const authority = newAuthority('Authority of the test')
  const given = { ...authority.issue('localhost'), upstream: busbar.local.wsUrl }
  const front = await tlsFront(given)
  const mutual = await tlsFront({ ...given, clientsOf: authority.ca })
  return {
    ...{ busbar, authority, front, mutual },
    file(name, content) {
      const path = join(folder, name)
      writeFileSync(path, content)
      return path
    },
    async stop() {
      await front.close()
      await mutual.close()
      await busbar.stop()
      stack.remove()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
