import { type IncomingHttpHeaders, request } from 'node:http'

export interface Dialled {
  /** 101 if it was let in. */
  status: number
  headers: IncomingHttpHeaders
  body: string
}

/** A handshake by hand, which says what a client would not, and hears what a client does not tell. */
export function dial(
  url: string,
  path: string,
  headers: Record<string, string | string[]> = {},
): Promise<Dialled> {
  const handshake = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  }
  return new Promise((resolve, reject) => {
    const asked = request(`${url.replace(/^ws/, 'http')}${path}`, { headers: { ...handshake, ...headers } })
    asked.once('error', reject)
    asked.once('upgrade', (response, socket) => {
      socket.on('error', () => {})
      socket.destroy()
      resolve({ status: 101, headers: response.headers, body: '' })
    })
    asked.once('response', (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text
      })
      response.once('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      )
    })
    asked.end()
  })
}

/** The Authorization header of Basic authentication. */
export const basic = (user: string, password: string | Buffer): string =>
  `Basic ${Buffer.concat([Buffer.from(`${user}:`), Buffer.from(password)]).toString('base64')}`
