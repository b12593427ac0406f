import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LocalOptions } from '../../../lib/local/runtime.ts'
import { type Busbar, startBusbar } from '../e2e.ts'
import type { Station } from '../fleet.ts'
import type { Person } from '../sign-in.ts'
import { AWAY, aShownFleet, CLOSE_UP, ID_TAGS } from './fleet.ts'
import { afterTheFleet, beforeTheFleet, type Records } from './records.ts'

export type Role = 'viewer' | 'operator' | 'administrator'

/** What there is to look at. */
export interface Shown extends Records {
  userId: string
  idTag: string
  chargePointId: string
}

/** The whole system on this machine, with a fleet that one could believe in. */
export interface Showcase extends Shown {
  busbar: Busbar
  stations: Map<string, Station>
  people: Record<Role, Person>
  stop: () => Promise<void>
}

const PASSWORD = 'a password for pictures'

/** A gateway gives up what says nothing for ten minutes. */
const HEARTBEAT_MILLISECONDS = 240_000

function heartbeats(stations: Map<string, Station>): void {
  for (const [chargePointId, station] of stations) {
    if (!AWAY.includes(chargePointId))
      station.send(JSON.stringify([2, `beat-${Date.now()}`, 'Heartbeat', {}]))
  }
}

/** In a folder of its own, which goes with it. `few`: what every page needs, and no more. */
export async function startShowcase({
  few = false,
  ...options
}: Partial<LocalOptions> & { few?: boolean } = {}): Promise<Showcase> {
  const dataDir = mkdtempSync(join(tmpdir(), 'busbar-showcase-'))
  const people = {
    administrator: { name: 'Marijke', password: PASSWORD },
    operator: { name: 'Olaf', password: PASSWORD },
    viewer: { name: 'Vera', password: PASSWORD },
  }
  const credentials = {
    clientId: 'showcase',
    clientSecret: 'a secret for pictures',
    administrator: people.administrator,
    people: [
      { ...people.operator, role: 'operator' },
      { ...people.viewer, role: 'viewer' },
    ],
  }
  writeFileSync(join(dataDir, 'credentials.json'), JSON.stringify(credentials), { mode: 0o600 })
  const busbar = await startBusbar(undefined, undefined, { dataDir, ...options })
  const { userId } = await beforeTheFleet(busbar)
  const stations = await aShownFleet(busbar, Date.now(), few)
  const beat = setInterval(() => heartbeats(stations), HEARTBEAT_MILLISECONDS)
  const records = await afterTheFleet(busbar, stations)
  return {
    ...records,
    busbar,
    stations,
    people,
    userId,
    idTag: ID_TAGS[0] ?? '',
    chargePointId: CLOSE_UP,
    async stop() {
      clearInterval(beat)
      for (const station of stations.values()) station.hangUp()
      await busbar.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
