import { asNumber, asObject, asText, asTexts } from './json.ts'
import type { Stack } from './template.ts'

/** A client of the template's user pool: an application that asks for tokens. */
export interface Client {
  /** Its logical id. */
  id: string
  scopes: string[]
  /** Of its access tokens. */
  lifetimeSeconds: number
}

export interface WebClient extends Client {
  clientId: string
  /** Where a browser may be sent with a code, and where after signing out. */
  redirectUris: string[]
  signedOutUris: string[]
  refreshSeconds: number
}

/** Who may ask the local issuer for tokens, by the template. */
export interface Clients {
  /** The one with a secret (`client_credentials`). */
  machine?: Client
  /** The one in people's browsers (`code`). */
  web?: WebClient
  /** The groups of the user pool, which are the roles of people. */
  groups: string[]
}

const UNITS: Record<string, number> = { seconds: 1, minutes: 60, hours: 3_600, days: 86_400 }

export function clientsOf(stack: Stack): Clients {
  const ids = stack.ids('AWS::Cognito::UserPoolClient')
  const withFlow = (flow: string) =>
    ids.find((id) => asTexts(stack.read(id, 'AllowedOAuthFlows')).includes(flow))
  const machine = withFlow('client_credentials')
  const web = withFlow('code')
  return {
    ...(machine === undefined ? {} : { machine: clientOf(stack, machine) }),
    ...(web === undefined ? {} : { web: webClientOf(stack, web) }),
    groups: stack.ids('AWS::Cognito::UserPoolGroup').map((id) => stack.required(id, 'GroupName')),
  }
}

function clientOf(stack: Stack, id: string): Client {
  return {
    id,
    scopes: asTexts(stack.read(id, 'AllowedOAuthScopes')),
    lifetimeSeconds: secondsOf(stack, id, 'AccessToken', 'hours') ?? UNITS.hours ?? 3_600,
  }
}

function webClientOf(stack: Stack, id: string): WebClient {
  return {
    ...clientOf(stack, id),
    clientId: stack.refOf(id),
    redirectUris: asTexts(stack.read(id, 'CallbackURLs')),
    signedOutUris: asTexts(stack.read(id, 'LogoutURLs')),
    refreshSeconds: secondsOf(stack, id, 'RefreshToken', 'days') ?? 30 * 86_400,
  }
}

function secondsOf(stack: Stack, id: string, token: string, usual: string): number | undefined {
  const validity = asNumber(stack.read(id, `${token}Validity`))
  const unit = asText(asObject(stack.read(id, 'TokenValidityUnits'))[token]) ?? usual
  return validity === undefined ? undefined : validity * (UNITS[unit] ?? 1)
}
