import type { Quirk } from './quirk.ts'

export const HANDSHAKE: readonly Quirk[] = [
  {
    name: 'no-subprotocol',
    about: 'offers no Sec-WebSocket-Protocol',
    source: 'OCPP.Core #43, steve #1109, lbbrhzn #442',
    twist: () => ({ dial: (dial) => ({ ...dial, subprotocols: [] }) }),
  },
  {
    name: 'many-subprotocols',
    about: 'offers OCPP 1.2 and 1.5 before 1.6',
    source: 'OCPP-J §3.1.2 leaves the order open',
    twist: () => ({ dial: (dial) => ({ ...dial, subprotocols: ['ocpp1.2', 'ocpp1.5', 'ocpp1.6'] }) }),
  },
  {
    name: 'double-slash',
    about: 'has a second slash before its identity',
    source: 'voltbras, openems',
    twist: () => ({ dial: (dial) => ({ ...dial, url: dial.url.replace(/\/([^/]+)$/, '//$1') }) }),
  },
  {
    name: 'trailing-slash',
    about: 'has a slash after its identity',
    source: 'OCPP-J §3.1.1 in the field',
    twist: () => ({ dial: (dial) => ({ ...dial, url: `${dial.url}/` }) }),
  },
  {
    name: 'hex-password',
    about: 'sends its password as hexadecimal text',
    source: 'steve #260 and #1895, Java-OCA #143',
    twist: () => ({
      dial: (dial) => {
        const { authorization } = dial.headers
        return authorization
          ? { ...dial, headers: { ...dial.headers, authorization: inHex(authorization) } }
          : dial
      },
    }),
  },
]

function inHex(authorization: string): string {
  const credentials = Buffer.from(authorization.replace(/^Basic /, ''), 'base64')
  const colon = credentials.indexOf(':')
  const hex = credentials.subarray(colon + 1).toString('hex')
  const text = Buffer.concat([credentials.subarray(0, colon + 1), Buffer.from(hex)])
  return `Basic ${text.toString('base64')}`
}
