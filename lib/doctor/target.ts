/** The deployment, as its users see it: one origin for operators and charge points. */
export interface Target {
  /** `https://host` or `http://host:port`, without a path. */
  url: string
  isTls: boolean
}

/** Of a station, and where stations with certificates dial in. All in PEM. */
export interface ClientCertificate {
  url: string
  cert: string
  key: string
  /** The authority of the server's own certificate, where this machine does not trust it anyway. */
  ca?: string
  commonName: string
}

export function readTarget(text: string): Target | undefined {
  if (!URL.canParse(text)) return undefined
  const { protocol, origin, username, password } = new URL(text)
  if (!/^https?:$/.test(protocol) || username || password) return undefined
  return { url: origin, isTls: protocol === 'https:' }
}

/** Whose own machine it is: the credentials file of `npm start` is for it alone. */
export const isLoopback = ({ url }: Target): boolean =>
  /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname)

/** Where charge points dial in, without their identity. */
export const stationUrl = ({ url }: Target): string => `${url.replace(/^http/, 'ws')}/ocpp`

/** The same without TLS, on port 80. */
export const plainStationUrl = ({ url }: Target): string => `ws://${new URL(url).hostname}/ocpp`
