import * as z from 'zod'
import type { AvailabilityFact, Facts, Live } from '../store/port.ts'
import { defined } from './defined.ts'
import { instant, maybe } from './fields.ts'

const availability = z
  .strictObject({
    type: z.enum(['Operative', 'Inoperative']),
    status: z.enum(['Accepted', 'Scheduled']).meta({
      description: 'The charge point’s answer. Scheduled: it changes when the transaction is over',
    }),
    pending: z.boolean().meta({ description: 'Its status does not show it yet' }),
    at: instant('When the charge point answered'),
  })
  .meta({
    description: 'The latest change of availability, of this connector or of all (ChangeAvailability)',
  })

const unlock = z
  .strictObject({
    status: z.string().meta({ examples: ['Unlocked'] }),
    at: instant('When the charge point answered'),
  })
  .meta({ description: 'How the latest UnlockConnector ended' })

export const connectorSchema = z
  .strictObject({
    connectorId: z.int().meta({ description: '0 is the charge point itself' }),
    status: maybe(z.string()).meta({ examples: ['Available'] }),
    errorCode: maybe(z.string()).meta({ examples: ['NoError'] }),
    info: maybe(z.string()),
    vendorId: maybe(z.string()),
    vendorErrorCode: maybe(z.string()),
    timestamp: maybe(instant('When the charge point says it took this status')),
    receivedAt: maybe(instant('When the status was received')),
    transactionId: maybe(z.int()).meta({ description: 'The transaction that runs here' }),
    reservationId: maybe(z.int()).meta({
      description:
        'The reservation that keeps it, or asks for it; the first to expire, where there are several',
    }),
    availability: maybe(availability),
    unlock: maybe(unlock),
  })
  .meta({
    id: 'Connector',
    description: 'A list of charge points leaves `availability` and `unlock` out',
  })

export const connectorsSchema = z.strictObject({ items: z.array(connectorSchema) }).meta({ id: 'Connectors' })

type Connector = z.input<typeof connectorSchema>

export interface ConnectorContext {
  now: string
  /** What the charge point's answers told, where that was read. */
  facts?: Facts
}

export function viewConnectors(live: Live | undefined, { now, facts }: ConnectorContext): Connector[] {
  const reservations = reservationsOf(live, now)
  const ids = [
    ...Object.keys(live?.connectors ?? {}),
    ...reservations.keys(),
    ...Object.keys(facts?.availability ?? {}),
    ...Object.keys(facts?.unlocks ?? {}),
  ].map(Number)
  return [...new Set(ids)]
    .sort((a, b) => a - b)
    .map((connectorId) => {
      const { status, transactionId } = live?.connectors[connectorId] ?? {}
      return defined({
        connectorId,
        ...status,
        transactionId,
        reservationId: reservations.get(connectorId),
        availability: viewAvailability(facts, connectorId, status?.status),
        unlock: viewUnlock(facts?.unlocks[connectorId]),
      })
    })
}

/** By connector, those that the charge point holds and that have not expired; one of any connector is shown at 0. */
function reservationsOf(live: Live | undefined, now: string): Map<number, number> {
  const held = Object.entries(live?.reservations ?? {})
    .filter(([, { held, expiryDate }]) => held && expiryDate > now)
    .sort(([, a], [, b]) => (a.expiryDate < b.expiryDate ? 1 : -1))
  return new Map(held.map(([reservationId, { connectorId }]) => [connectorId, Number(reservationId)]))
}

/** A change of connector 0 is one of every connector (§5.2), unless a later one names the connector. */
function viewAvailability(
  facts: Facts | undefined,
  connectorId: number,
  status: string | undefined,
): Connector['availability'] {
  const fact = latest(facts?.availability[connectorId], facts?.availability[0])
  if (!fact) return undefined
  const shown = status !== undefined && (status === 'Unavailable') === (fact.type === 'Inoperative')
  return { type: fact.type, status: fact.status, pending: !shown, at: fact.at }
}

function latest(own: AvailabilityFact | undefined, all: AvailabilityFact | undefined) {
  if (!own || !all) return own ?? all
  return all.askedAt > own.askedAt ? all : own
}

function viewUnlock(fact: { status: string; at: string } | undefined): Connector['unlock'] {
  return fact && { status: fact.status, at: fact.at }
}
