import { Agent, type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http'

const TIMEOUT_MILLISECONDS = 60_000

/** Connections are kept: most of what the runtime does is to ask the engine. */
const agent = new Agent({ keepAlive: true, maxSockets: 64, timeout: TIMEOUT_MILLISECONDS })

/** One request to the engine, with its answer yet to be read. Rejects where there is none. */
export function askEngine(engine: URL, headers: OutgoingHttpHeaders, body: Buffer): Promise<IncomingMessage> {
  const { hostname, port, host } = engine
  return new Promise((resolve, reject) => {
    const options = { agent, hostname, port, method: 'POST', path: '/' }
    const asked = request(
      { ...options, headers: { ...headers, host, 'content-length': body.length } },
      resolve,
    )
    asked.on('error', reject)
    asked.on('timeout', () => asked.destroy(new Error(`no answer within ${TIMEOUT_MILLISECONDS / 1000} s`)))
    asked.end(body)
  })
}
