import type { Check } from '../check.ts'
import { ACCESS } from './access.ts'
import { CERTIFICATES } from './certificates.ts'
import { CONNECTIONS } from './connections.ts'
import { CREDENTIALS } from './credentials.ts'
import { FRAMES } from './frames.ts'
import { HANDSHAKE } from './handshake.ts'
import { MESSAGES } from './messages.ts'
import { SERVICES } from './services.ts'

/** All checks, in the order in which they are made. */
export const CHECKS: readonly Check[] = [
  ...ACCESS,
  ...HANDSHAKE,
  ...CREDENTIALS,
  ...CERTIFICATES,
  ...MESSAGES,
  ...FRAMES,
  ...SERVICES,
  ...CONNECTIONS,
]

/** Without these nothing else can be looked at, whatever was asked for. */
export const NEEDED = ['api', 'sign-in']
