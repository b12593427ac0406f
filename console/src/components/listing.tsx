import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import Pagination from '@cloudscape-design/components/pagination'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table, { type TableProps } from '@cloudscape-design/components/table'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { memo, type ReactNode, useDeferredValue, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useRefresh } from '../app/services.tsx'
import { CsvButton } from './csv-button.tsx'
import { type FilterDefinition, ListingFilter } from './listing-filter.tsx'
import { ListingSettings } from './listing-settings.tsx'
import { type Asked, useAsked, useListingPreferences, usePages } from './listing-state.ts'
import { ProblemAlert } from './problem.tsx'

export interface PageOf<T> {
  items: T[]
  cursor?: string
}

export type ListingColumn<T> = TableProps.ColumnDefinition<T> & { id: string; header: string }

export interface ListingProps<T> {
  /** What preferences are kept under. */
  id: string
  title: string
  description?: ReactNode
  /** What the query is filed under; see api/keys.ts. */
  queryKey: readonly unknown[]
  /** One request for one page: the filters asked for, `limit`, `order` and `cursor`. */
  fetchPage: (query: Asked & { limit: number }, signal: AbortSignal) => Promise<PageOf<T>>
  columns: ListingColumn<T>[]
  rowId: (item: T) => string
  filters?: readonly FilterDefinition<T>[]
  freeText?: string
  /** Filters that are asked for in another way: their names, and what stands beside the other filters for them. */
  more?: { names: readonly string[]; control: (asked: Asked, change: (asked: Asked) => void) => ReactNode }
  /** Where the API has both orders: which one is usual, and what they are called. */
  order?: { usual: 'asc' | 'desc'; labels?: Record<'asc' | 'desc', string> }
  actions?: ReactNode
  /** What to say, and to do next, where there is nothing at all. */
  empty: { title: string; detail?: ReactNode; action?: ReactNode }
  /** The path of the list, where the API tells it as CSV. */
  csv?: string
  /** `full-page` is for a page that is nothing but the table: its filters live in the address. */
  variant?: 'full-page' | 'container'
  refreshSeconds?: number
}

/** How many pages that are short of matches are gone through by itself. */
const HOPS = 5
const NO_FILTERS: readonly never[] = []

/** A list of the API, a page of it at a time: filters, both orders, live, CSV. */
export function Listing<T>(props: ListingProps<T>) {
  const { id, columns, rowId, filters = NO_FILTERS, order, variant = 'full-page' } = props
  const { t } = useTranslation()
  const others = props.more?.names ?? NO_FILTERS
  const names = useMemo(() => [...filters.map(({ name }) => name), ...others, 'order'], [filters, others])
  const [asked, setAsked] = useAsked(names, variant === 'full-page')
  const [preferences, setPreferences] = useListingPreferences(id)
  const { pageSize, visible, wrapLines } = preferences
  const pages = usePages(JSON.stringify([props.queryKey, asked, pageSize]), variant === 'full-page')
  const refresh = useRefresh(props.refreshSeconds)
  const query = useQuery({
    queryKey: [...props.queryKey, 'page', asked, pageSize, pages.cursor],
    queryFn: ({ signal }) => matchesFrom(props, asked, pageSize, pages.cursor, signal),
    placeholderData: keepPreviousData,
    refetchInterval: refresh,
  })
  // Drawing many rows takes its time, in which one can go on typing and clicking.
  const data = useDeferredValue(query.data)
  const items = data?.items ?? []
  const columnDefinitions = useMemo(() => columns.map(withMemory), [columns])
  const next = query.isPlaceholderData ? undefined : query.data?.cursor
  const filtered = names.some((name) => name !== 'order' && asked[name] !== undefined)
  const usualOrder = order?.usual ?? 'asc'
  return (
    <Table<T>
      variant={variant}
      stickyHeader={variant === 'full-page'}
      header={<ListingHeader {...props} asked={asked} />}
      columnDefinitions={columnDefinitions}
      {...(visible
        ? { columnDisplay: columns.map((c) => ({ id: c.id, visible: visible.includes(c.id) })) }
        : {})}
      items={items}
      trackBy={rowId}
      wrapLines={wrapLines}
      loading={data === undefined && !query.isError}
      loadingText={t('listing.loading')}
      ariaLabels={{ tableLabel: props.title }}
      enableKeyboardNavigation
      empty={
        query.isError ? (
          <ProblemAlert error={query.error} retry={query.refetch} />
        ) : (
          <Nothing
            {...props}
            filtered={filtered}
            further={next === undefined ? undefined : () => pages.open(pages.page + 1, next)}
            clear={() => setAsked(asked.order ? { order: asked.order } : {})}
          />
        )
      }
      filter={
        (filters.length > 0 || order || props.more) && (
          <div className="busbar-filters">
            {filters.length > 0 && (
              <ListingFilter
                filters={filters}
                freeText={props.freeText}
                asked={asked}
                items={items}
                change={setAsked}
              />
            )}
            {props.more?.control(asked, setAsked)}
            {order && (
              <OrderSelect
                value={asked.order ?? usualOrder}
                {...(order.labels ? { labels: order.labels } : {})}
                change={(value) => {
                  const { order: _, ...rest } = asked
                  setAsked(value === usualOrder ? rest : { ...rest, order: value })
                }}
              />
            )}
          </div>
        )
      }
      pagination={
        <Pagination
          currentPageIndex={pages.page + 1}
          pagesCount={Math.max(pages.known, pages.page + (next === undefined ? 1 : 2))}
          openEnd={next !== undefined && pages.page + 1 === pages.known}
          disabled={query.isPlaceholderData}
          onChange={({ detail }) => pages.open(detail.currentPageIndex - 1, next)}
        />
      }
      preferences={<ListingSettings columns={columns} value={preferences} change={setPreferences} />}
    />
  )
}

/** A cell is drawn anew for another item only: the table renders all of them, and twice, for whatever changes. */
const Cell = memo(({ draw, item }: { draw: (item: never) => ReactNode; item: unknown }) =>
  draw(item as never),
)

const withMemory = <T,>(column: ListingColumn<T>): ListingColumn<T> => ({
  ...column,
  cell: (item) => <Cell draw={column.cell} item={item} />,
})

/** A page, and where it has no match, the next ones, until one has. */
async function matchesFrom<T>(
  { fetchPage }: Pick<ListingProps<T>, 'fetchPage'>,
  asked: Asked,
  limit: number,
  from: string | undefined,
  signal: AbortSignal,
): Promise<PageOf<T>> {
  let cursor = from
  for (let hop = 1; ; hop++) {
    const query = { ...asked, ...(cursor === undefined ? {} : { cursor }) }
    const page = await fetchPage({ ...query, limit } as Asked & { limit: number }, signal)
    if (page.items.length > 0 || page.cursor === undefined || hop === HOPS) return page
    cursor = page.cursor
  }
}

function ListingHeader<T>({
  title,
  description,
  actions,
  csv,
  asked,
  variant = 'full-page',
}: ListingProps<T> & { asked: Asked }) {
  const fullPage = variant === 'full-page'
  return (
    <Header
      variant={fullPage ? 'awsui-h1-sticky' : 'h2'}
      description={description}
      actions={
        (actions || csv) && (
          <SpaceBetween direction="horizontal" size="xs">
            {csv && <CsvButton path={csv} query={asked} />}
            {actions}
          </SpaceBetween>
        )
      }
    >
      {title}
    </Header>
  )
}

function Nothing<T>({
  empty,
  filtered,
  further,
  clear,
}: ListingProps<T> & { filtered: boolean; further: (() => void) | undefined; clear: () => void }) {
  const { t } = useTranslation()
  if (further) {
    const action = <Button onClick={further}>{t('listing.searchFurther')}</Button>
    return <Empty title={t('listing.noMatchYet')} detail={t('listing.noMatchYetDetail')} action={action} />
  }
  if (!filtered) return <Empty {...empty} />
  const action = <Button onClick={clear}>{t('listing.clearFilter')}</Button>
  return <Empty title={t('listing.noMatch')} detail={t('listing.noMatchDetail')} action={action} />
}

/** Nothing is here, and what to do next. */
export function Empty({ title, detail, action }: { title: string; detail?: ReactNode; action?: ReactNode }) {
  return (
    <Box textAlign="center" margin={{ vertical: 's' }}>
      <SpaceBetween size="xs">
        <Box variant="strong">{title}</Box>
        {detail && <Box color="text-body-secondary">{detail}</Box>}
        {action}
      </SpaceBetween>
    </Box>
  )
}

function OrderSelect({
  value,
  labels,
  change,
}: {
  value: string
  labels?: Record<'asc' | 'desc', string>
  change: (value: string) => void
}) {
  const { t } = useTranslation()
  const options = [
    { value: 'asc', label: labels?.asc ?? t('listing.ascending') },
    { value: 'desc', label: labels?.desc ?? t('listing.descending') },
  ]
  return (
    <Select
      options={options}
      selectedOption={options.find((option) => option.value === value) ?? null}
      ariaLabel={t('listing.order')}
      onChange={({ detail }) => change(detail.selectedOption.value ?? '')}
    />
  )
}
