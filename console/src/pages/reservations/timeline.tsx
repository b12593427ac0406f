import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import SegmentedControl from '@cloudscape-design/components/segmented-control'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { bodyOf, type Client } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { Page } from '../../app/page.tsx'
import { useClient, useRefresh } from '../../app/services.tsx'
import { Empty } from '../../components/listing.tsx'
import { MayButton } from '../../components/may-button.tsx'
import { ProblemAlert } from '../../components/problem.tsx'
import { useNow } from '../../components/time.tsx'
import { NewReservation } from './new.tsx'
import type { Reservation } from './status.tsx'
import { TimelineChart } from './timeline-chart.tsx'
import { layoutOf, type TimeWindow } from './timeline-layout.ts'

const HOUR = 3_600_000
const LENGTHS = { h6: 6 * HOUR, h24: 24 * HOUR, d7: 7 * 24 * HOUR } as const

type Length = keyof typeof LENGTHS

/** Now stands at this part of the window. */
const NOW_AT = 0.25

/** The connectors that are kept, or were, over time. */
export default function Timeline() {
  const { t } = useTranslation()
  const now = useNow()
  const [length, setLength] = useState<Length>('h24')
  const [pages, setPages] = useState(0)
  const [adding, setAdding] = useState(false)
  const from = now + (pages / 2 - NOW_AT) * LENGTHS[length]
  const shown = { from, to: from + LENGTHS[length] }
  const { data, error, refetch } = useReservationsIn(shown)
  const rows = layoutOf(data?.reservations ?? [], shown)
  const add = (
    <MayButton needs="operator" variant="primary" onClick={() => setAdding(true)}>
      {t('reservations.add')}
    </MayButton>
  )
  return (
    <Page
      title={t('reservations.timelineTitle')}
      above={[{ text: t('reservations.title'), href: '/reservations' }]}
      actions={
        <SpaceBetween direction="horizontal" size="xs">
          <Button href="/reservations">{t('reservations.list')}</Button>
          {add}
        </SpaceBetween>
      }
    >
      <Container>
        <SpaceBetween size="m">
          <div className="busbar-choices">
            <SegmentedControl
              label={t('reservations.window')}
              selectedId={length}
              options={(Object.keys(LENGTHS) as Length[]).map((id) => ({
                id,
                text: t(`reservations.windows.${id}`),
              }))}
              onChange={({ detail }) => {
                setLength(detail.selectedId as Length)
                setPages(0)
              }}
            />
            <SpaceBetween direction="horizontal" size="xs">
              <Button iconName="angle-left" onClick={() => setPages(pages - 1)}>
                {t('reservations.earlier')}
              </Button>
              <Button disabled={pages === 0} onClick={() => setPages(0)}>
                {t('reservations.now')}
              </Button>
              <Button iconName="angle-right" iconAlign="right" onClick={() => setPages(pages + 1)}>
                {t('reservations.later')}
              </Button>
            </SpaceBetween>
          </div>
          {error && <ProblemAlert error={error} retry={refetch} />}
          {data?.truncated && <Alert type="info">{t('reservations.truncated')}</Alert>}
          {!data && !error && <Spinner size="large" />}
          {data && <TimelineChart rows={rows} shown={shown} now={now} />}
          {data && rows.length === 0 && (
            <Empty
              title={t('reservations.emptyWindow')}
              detail={t('reservations.emptyWindowDetail')}
              action={add}
            />
          )}
        </SpaceBetween>
      </Container>
      {adding && <NewReservation close={() => setAdding(false)} />}
    </Page>
  )
}

/** What is asked for is rounded, so that it is not another question with every tick of the clock. */
const ROUND = HOUR

/** Those asked for in the window, or up to so long before it; and those that hold now. */
const BEFORE = 7 * 24 * HOUR

function useReservationsIn({ from, to }: TimeWindow) {
  const client = useClient()
  const asked = {
    from: new Date(Math.floor((from - BEFORE) / ROUND) * ROUND).toISOString(),
    to: new Date(Math.ceil(to / ROUND) * ROUND).toISOString(),
  }
  return useQuery({
    queryKey: [...keys.reservations, 'timeline', asked],
    queryFn: async ({ signal }) => {
      const [open, recent] = await Promise.all([
        readAll(client, { active: 'true' }, signal),
        readAll(client, asked, signal),
      ])
      const all = [...open.items, ...recent.items]
      const byId = new Map(all.map((each) => [`${each.chargePointId} ${each.reservationId}`, each]))
      return { reservations: [...byId.values()], truncated: open.truncated || recent.truncated }
    },
    placeholderData: keepPreviousData,
    refetchInterval: useRefresh(10),
  })
}

const PAGE = 100
const PAGES_MAX = 5

async function readAll(
  client: Client,
  asked: { active?: 'true'; from?: string; to?: string },
  signal: AbortSignal,
): Promise<{ items: Reservation[]; truncated: boolean }> {
  const items: Reservation[] = []
  let cursor: string | undefined
  for (let page = 0; page < PAGES_MAX; page++) {
    const query = { ...asked, limit: PAGE, ...(cursor === undefined ? {} : { cursor }) }
    const body = await bodyOf(client.GET('/reservations', { params: { query }, signal }))
    items.push(...body.items)
    cursor = body.cursor
    if (cursor === undefined) return { items, truncated: false }
  }
  return { items, truncated: true }
}
