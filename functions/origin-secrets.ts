import { createSecret } from './secrets.ts'

/** Which distribution a handshake came by: the one for everybody, or the one that asks for certificates. */
export type Origin = 'open' | 'certificates'

/** What the secret of a distribution allows it to send. */
export interface Known {
  origin: Origin
  values: string[]
}

/** What the distributions may send: all of them, or an error. */
export const readOriginSecrets = (secretIds: Partial<Record<Origin, string>>): Promise<Known[]> =>
  Promise.all(
    Object.entries(secretIds).map(async ([origin, id]) => ({
      origin: origin as Origin,
      values: valuesIn(await createSecret(id)(), id),
    })),
  )

/** The error says which secret it is, and nothing of what is in it. */
function valuesIn(text: string, id: string): string[] {
  const { current, previous } = parse(text) ?? {}
  if (typeof current !== 'string' || current === '')
    throw new Error(`the secret ${id} is not {"current": text, "previous"?: text}`)
  return typeof previous === 'string' && previous !== '' ? [current, previous] : [current]
}

function parse(text: string): { current?: unknown; previous?: unknown } | undefined {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
