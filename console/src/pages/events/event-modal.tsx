import Box from '@cloudscape-design/components/box'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useTranslation } from 'react-i18next'
import type { Schemas } from '../../api/client.ts'
import { Dialog } from '../../components/dialog.tsx'
import { Json } from '../../components/json.tsx'
import { When } from '../../components/time.tsx'

/** An event as webhooks and buses are given it. */
export function EventModal({ event, close }: { event: Schemas['Event']; close: () => void }) {
  const { t } = useTranslation()
  return (
    <Dialog size="large" header={event.type} onDismiss={close}>
      <SpaceBetween size="m">
        <KeyValuePairs
          columns={3}
          items={[
            { label: t('eventFeed.at'), value: <When at={event.at} /> },
            { label: t('eventFeed.chargePoint'), value: event.chargePointId ?? '–' },
            { label: t('eventFeed.eventId'), value: <Box variant="code">{event.eventId}</Box> },
          ]}
        />
        <Json value={event} label={event.type} />
      </SpaceBetween>
    </Dialog>
  )
}
