import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'

export interface Units {
  write: number
  read: number
  requests: number
}

const READS = new Set(['GetItemCommand', 'QueryCommand', 'BatchGetItemCommand'])

/** Counts what the table bills from now on, by `ReturnConsumedCapacity`; `take` gives the count and begins anew. */
export function meter(client: DynamoDBClient): { take: () => Units } {
  let units: Units = { write: 0, read: 0, requests: 0 }
  client.middlewareStack.add(
    (next, context) => async (args) => {
      Object.assign(args.input, { ReturnConsumedCapacity: 'TOTAL' })
      const result = await next(args)
      const { ConsumedCapacity } = result.output as unknown as { ConsumedCapacity?: Capacity | Capacity[] }
      const total = [ConsumedCapacity ?? []]
        .flat()
        .reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0)
      units[READS.has(context.commandName ?? '') ? 'read' : 'write'] += total
      units.requests += 1
      return result
    },
    { step: 'initialize', name: 'meter' },
  )
  return {
    take() {
      const taken = units
      units = { write: 0, read: 0, requests: 0 }
      return taken
    },
  }
}

interface Capacity {
  CapacityUnits?: number
}
