import { keys } from '../keys.ts'
import type { Figures } from '../port.ts'
import type { Item, TableClient, Update } from '../table-client.ts'

/**
 * A sum lies in so many parts, and a write goes to any one of them: parts are written to a thousand times a second each,
 * and transactions that meet at one are tried again.
 */
export const SHARDS = 16

/** Beyond its day, days that what is counted for it is kept: only today and yesterday are ever asked for. */
const DAYS_KEPT = 8

const OF_DAY = /^(.+)\.(\d{4}-\d{2}-\d{2})$/

type Counts = Readonly<Record<string, number>>

/** What has to be added to turn the one into the other. */
export function difference(from: Counts, to: Counts): Counts {
  const names = new Set([...Object.keys(from), ...Object.keys(to)])
  const changes = [...names].map((name) => [name, (to[name] ?? 0) - (from[name] ?? 0)] as const)
  return Object.fromEntries(changes.filter(([, change]) => change !== 0))
}

/** Writes that add to the sums of a generation. */
export function additions(generation: number, counts: Counts): Update[] {
  const shard = Math.floor(Math.random() * SHARDS)
  const byDay = new Map<string | undefined, [string, number][]>()
  for (const [name, change] of Object.entries(counts)) {
    const [, ofDay = name, day] = OF_DAY.exec(name) ?? []
    byDay.set(day, [...(byDay.get(day) ?? []), [ofDay, change]])
  }
  return [...byDay].map(([day, changes]) => addition(generation, shard, day, changes))
}

function addition(
  generation: number,
  shard: number,
  day: string | undefined,
  changes: [string, number][],
): Update {
  const ttl = day === undefined ? undefined : endOfDay(day) + DAYS_KEPT * 24 * 3600
  return {
    key: keys.figures(generation, shard, day),
    update: [
      ...(ttl === undefined ? [] : ['SET #ttl = :ttl']),
      `ADD ${changes.map((_, place) => `#n${place} :n${place}`).join(', ')}`,
    ].join(' '),
    names: Object.fromEntries(changes.map(([name], place) => [`n${place}`, name])),
    values: {
      ...Object.fromEntries(changes.map(([, change], place) => [`n${place}`, change])),
      ...(ttl === undefined ? {} : { ttl }),
    },
  }
}

/** A day that is none, such as the 31st of June, is never asked for. */
const endOfDay = (day: string): number => (Date.parse(day) || 0) / 1000 + 24 * 3600

/** The sums of some generations together, those of these days among them. */
export async function sumOf(table: TableClient, generations: number[], days: string[]): Promise<Figures> {
  const parts = generations.flatMap((generation) =>
    Array.from({ length: SHARDS }, (_, shard) =>
      [undefined, ...days].map((day) => keys.figures(generation, shard, day)),
    ).flat(),
  )
  const figures: Figures = {}
  for (const item of await table.getMany(parts)) {
    for (const [name, value] of item ? countsIn(item) : []) figures[name] = (figures[name] ?? 0) + value
  }
  return figures
}

function countsIn({ pk: _, sk, ttl: __, ...counts }: Item): [string, number][] {
  return Object.entries(counts).map(([name, value]) => [
    sk === keys.figures(0, 0).sk ? name : `${name}.${sk}`,
    Number(value),
  ])
}

/** Removes the sums of a generation that counts no more. Those of days expire. */
export async function dropSums(table: TableClient, generation: number): Promise<void> {
  const parts = Array.from({ length: SHARDS }, (_, shard) => keys.figures(generation, shard))
  await Promise.all(parts.map((key) => table.delete(key)))
}
