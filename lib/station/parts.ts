import type { Authorization } from './authorization.ts'
import type { Configuration } from './configuration.ts'
import type { Connectors } from './connectors.ts'
import type { Diagnostics } from './diagnostics.ts'
import type { Maintenance } from './maintenance.ts'
import type { Send } from './messages.ts'
import type { Wiring } from './meter.ts'
import type { Profiles } from './profiles.ts'
import type { Registration } from './registration.ts'
import type { RemoteStarts } from './remote-starts.ts'
import type { Reservations } from './reservations.ts'
import type { Time } from './time.ts'
import type { Transactions } from './transactions.ts'

/** The station from the inside, as the requests of the central system see it. */
export interface Parts {
  readonly time: Time
  readonly vendor: string
  readonly maxWatts: number
  readonly wiring: Wiring
  readonly configuration: Configuration
  readonly authorization: Authorization
  readonly reservations: Reservations
  readonly profiles: Profiles
  readonly connectors: Connectors
  readonly transactions: Transactions
  readonly remoteStarts: RemoteStarts
  readonly registration: Registration
  readonly maintenance: Maintenance
  readonly diagnostics: Diagnostics
  readonly send: Send
}
