import Button from '@cloudscape-design/components/button'
import Link from '@cloudscape-design/components/link'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { paths } from '../../../generated/api.ts'
import { bodyOf, type Schemas } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { usePlace } from '../../app/page.tsx'
import { useClient } from '../../app/services.tsx'
import { EventSummary, EventType } from '../../components/event-summary.tsx'
import { Listing } from '../../components/listing.tsx'
import type { Asked } from '../../components/listing-state.ts'
import { PERIOD_CONTROL } from '../../components/period-control.tsx'
import { When } from '../../components/time.tsx'
import { chargePointPath } from '../charge-points/paths.ts'
import { EventModal } from './event-modal.tsx'
import { EVENT_TYPES } from './types.ts'

type Event = Schemas['Event']
type Query = NonNullable<paths['/events']['get']['parameters']['query']>

/** What happens, as it happens, and what has happened as far back as it is kept. */
export default function Events() {
  const { t } = useTranslation()
  const client = useClient()
  const [opened, setOpened] = useState<Event>()
  usePlace(t('eventFeed.title'))
  return (
    <>
      <Listing<Event>
        id="events"
        title={t('eventFeed.title')}
        description={t('eventFeed.description')}
        queryKey={keys.events}
        fetchPage={(asked, signal) =>
          bodyOf(client.GET('/events', { params: { query: queryOf(asked) }, signal }))
        }
        rowId={({ eventId }) => eventId}
        columns={useColumns(setOpened)}
        filters={useFilters()}
        freeText="chargePointId"
        more={PERIOD_CONTROL}
        order={{ usual: 'desc', labels: { desc: t('listing.newest'), asc: t('listing.oldest') } }}
        empty={{
          title: t('eventFeed.empty'),
          detail: t('eventFeed.emptyDetail'),
          action: <Button href="/about">{t('eventFeed.connect')}</Button>,
        }}
      />
      {opened && <EventModal event={opened} close={() => setOpened(undefined)} />}
    </>
  )
}

/** The feed calls its period by other names than lists do. */
function queryOf({ from, to, ...asked }: Asked & { limit: number }): Query {
  return {
    ...asked,
    ...(from === undefined ? {} : { since: from }),
    ...(to === undefined ? {} : { until: to }),
  } as Query
}

function useFilters() {
  const { t } = useTranslation()
  return useMemo(
    () => [
      {
        name: 'type',
        label: t('eventFeed.type'),
        values: EVENT_TYPES.map((value) => ({ value, label: value })),
      },
      {
        name: 'chargePointId',
        label: t('eventFeed.chargePoint'),
        suggest: ({ chargePointId }: Event) => [chargePointId],
      },
    ],
    [t],
  )
}

function useColumns(open: (event: Event) => void) {
  const { t } = useTranslation()
  return useMemo(
    () => [
      { id: 'at', header: t('eventFeed.at'), width: 210, cell: ({ at }: Event) => <When at={at} /> },
      {
        id: 'type',
        header: t('eventFeed.type'),
        isRowHeader: true,
        width: 240,
        cell: (event: Event) => <EventType event={event} />,
      },
      {
        id: 'chargePointId',
        header: t('eventFeed.chargePoint'),
        width: 180,
        cell: ({ chargePointId }: Event) =>
          chargePointId === undefined ? (
            '–'
          ) : (
            <Link href={chargePointPath(chargePointId)}>{chargePointId}</Link>
          ),
      },
      {
        id: 'summary',
        header: t('eventFeed.what'),
        minWidth: 220,
        cell: (event: Event) => <EventSummary event={event} />,
      },
      {
        id: 'details',
        header: t('common.details'),
        width: 110,
        cell: (event: Event) => (
          <Button
            variant="inline-link"
            ariaLabel={t('eventFeed.open', { type: event.type })}
            onClick={() => open(event)}
          >
            {t('common.code')}
          </Button>
        ),
      },
    ],
    [t, open],
  )
}
