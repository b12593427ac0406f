import { useTranslation } from 'react-i18next'
import type { paths } from '../../../../generated/api.ts'
import { bodyOf, type Schemas } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { useClient } from '../../../app/services.tsx'
import { EventSummary, EventType } from '../../../components/event-summary.tsx'
import { Listing } from '../../../components/listing.tsx'
import { When } from '../../../components/time.tsx'

type Event = Schemas['Event']
type Query = NonNullable<paths['/events']['get']['parameters']['query']>

const TYPES: Event['type'][] = [
  'ChargePointConnected',
  'ChargePointDisconnected',
  'ChargePointBooted',
  'ConnectorStatusChanged',
  'TransactionStarted',
  'TransactionStopped',
  'MeterValuesReceived',
  'CallClosed',
  'ReservationChanged',
  'SecurityEvent',
  'ChargePointChanged',
]

/** A page of the feed is looked through at once: most of a busy charge point's events are readings of its meter. */
const LOOKED_AT = 100

/** What has happened to a charge point, as far back as events are kept; readings only if they are asked for. */
export function TimelineTab({ chargePointId }: { chargePointId: string }) {
  const { t } = useTranslation()
  const client = useClient()
  return (
    <Listing<Event>
      id="timeline"
      variant="container"
      title={t('timeline.title')}
      queryKey={[...keys.events, chargePointId]}
      filters={[
        {
          name: 'type',
          label: t('timeline.what'),
          values: TYPES.map((value) => ({ value, label: value })),
        },
      ]}
      fetchPage={async (asked, signal) => {
        const query = { ...asked, chargePointId, limit: LOOKED_AT } as Query
        const { items, ...page } = await bodyOf(client.GET('/events', { params: { query }, signal }))
        const shown = asked.type ? items : items.filter(({ type }) => type !== 'MeterValuesReceived')
        return { ...page, items: shown }
      }}
      rowId={({ eventId }) => eventId}
      columns={[
        { id: 'at', header: t('timeline.at'), width: 220, cell: ({ at }) => <When at={at} /> },
        {
          id: 'type',
          header: t('timeline.what'),
          isRowHeader: true,
          width: 240,
          cell: (event) => <EventType event={event} />,
        },
        { id: 'summary', header: t('common.details'), cell: (event) => <EventSummary event={event} /> },
      ]}
      empty={{ title: t('timeline.empty'), detail: t('timeline.emptyDetail') }}
    />
  )
}
