import { pageOfRows } from '../paging.ts'
import type { Page, PageRequest } from '../port.ts'
import type { Key, Query, TableClient } from '../table-client.ts'
import { listPartition, recordIn } from './places.ts'

/** Rows of a list, read consistently, and with each the record that it names. */
export function pageOfPlaces<T>(
  table: TableClient,
  { list, ...range }: { list: string } & Pick<Query, 'prefix' | 'from' | 'to' | 'newestFirst'>,
  request: PageRequest,
  find: (records: Key[]) => Promise<(T | undefined)[]>,
): Promise<Page<T>> {
  const query = { partition: listPartition(list), consistent: true, ...range }
  return pageOfRows(table, query, request, (rows) => find(rows.map(recordIn)), recordIn)
}
