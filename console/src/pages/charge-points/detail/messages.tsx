import Box from '@cloudscape-design/components/box'
import ButtonDropdown from '@cloudscape-design/components/button-dropdown'
import ExpandableSection from '@cloudscape-design/components/expandable-section'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { bodyOf, type Schemas } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { useNotices } from '../../../app/notices.tsx'
import { useClient, useMay } from '../../../app/services.tsx'
import { formatClock, formatInstant } from '../../../components/format.ts'
import { Json } from '../../../components/json.tsx'
import { Listing } from '../../../components/listing.tsx'
import { When } from '../../../components/time.tsx'

type Message = Schemas['Message']

/** Frames are told by no event: while they are logged, the list is read again so often. */
const REFRESH_SECONDS = 3
const IDLE_SECONDS = 60

/** Every frame, both ways, while they are logged. */
export function MessagesTab({ chargePoint }: { chargePoint: Schemas['ChargePoint'] }) {
  const { t } = useTranslation()
  const client = useClient()
  const { chargePointId, messageLogUntil } = chargePoint
  const logs = messageLogUntil !== undefined && Date.parse(messageLogUntil) > Date.now()
  return (
    <Listing<Message>
      id="messages"
      variant="container"
      title={t('messages.title')}
      description={
        logs ? (
          <>
            {t('messages.until')} <When at={messageLogUntil} />
          </>
        ) : (
          t('messages.off')
        )
      }
      actions={<LogSwitch chargePointId={chargePointId} logs={logs} />}
      queryKey={keys.part(chargePointId, 'messages')}
      fetchPage={(query, signal) =>
        bodyOf(
          client.GET('/charge-points/{chargePointId}/messages', {
            params: { path: { chargePointId }, query },
            signal,
          }),
        )
      }
      rowId={({ at, direction, frame }) => `${at} ${direction} ${frame.slice(0, 60)}`}
      refreshSeconds={logs ? REFRESH_SECONDS : IDLE_SECONDS}
      columns={[
        {
          id: 'at',
          header: t('messages.at'),
          width: 100,
          cell: ({ at }) => (
            <time dateTime={at} title={formatInstant(at)}>
              {formatClock(at)}
            </time>
          ),
        },
        {
          id: 'direction',
          header: t('messages.direction'),
          width: 130,
          cell: ({ direction, messageType }) => (
            <>
              <span aria-hidden="true">{direction === 'in' ? '←' : '→'}</span>{' '}
              {t(`messages.types.${messageType ?? 'other'}`)}
              <span className="busbar-hidden"> {t(`messages.directions.${direction}`)}</span>
            </>
          ),
        },
        {
          id: 'action',
          header: t('calls.action'),
          width: 190,
          cell: ({ action }) => action ?? '–',
        },
        {
          id: 'frame',
          header: t('messages.frame'),
          minWidth: 320,
          cell: ({ frame }) => <Frame frame={frame} />,
        },
      ]}
      empty={{ title: t('messages.empty'), detail: t('messages.emptyDetail') }}
    />
  )
}

const PREVIEW = 110

/** What it carries in a line, and on demand the whole, set out to be read. */
function Frame({ frame }: { frame: string }) {
  const { t } = useTranslation()
  const content = parsed(frame)
  const preview = previewOf(content)
  return (
    <ExpandableSection
      variant="inline"
      headerText={
        <Box variant="code" fontSize="body-s">
          {preview.length > PREVIEW ? `${preview.slice(0, PREVIEW)}…` : preview}
        </Box>
      }
    >
      <Json value={content} label={t('messages.frame')} />
    </ExpandableSection>
  )
}

/** The payload of a CALL or a CALLRESULT; of anything else, all. */
function previewOf(content: unknown): string {
  const [type, , third, fourth] = Array.isArray(content) ? content : []
  if (type === 2) return JSON.stringify(fourth)
  if (type === 3) return JSON.stringify(third)
  return typeof content === 'string' ? content : JSON.stringify(content)
}

function parsed(frame: string): unknown {
  try {
    return JSON.parse(frame)
  } catch {
    return frame
  }
}

const HOURS = { hour: 1, day: 24, week: 7 * 24 } as const
type Choice = keyof typeof HOURS | 'off'

function LogSwitch({ chargePointId, logs }: { chargePointId: string; logs: boolean }) {
  const { t } = useTranslation()
  const client = useClient()
  const queries = useQueryClient()
  const { notifyProblem } = useNotices()
  const may = useMay('administrator')
  const change = useMutation({
    mutationFn: (choice: Choice) =>
      bodyOf(
        client.PATCH('/charge-points/{chargePointId}', {
          params: { path: { chargePointId } },
          body: {
            messageLogUntil:
              choice === 'off' ? null : new Date(Date.now() + HOURS[choice] * 3_600_000).toISOString(),
          },
        }),
      ),
    onError: notifyProblem,
    onSettled: () => queries.invalidateQueries({ queryKey: keys.chargePoint(chargePointId) }),
  })
  const choices: Choice[] = [...(Object.keys(HOURS) as Choice[]), ...(logs ? (['off'] as const) : [])]
  return (
    <ButtonDropdown
      loading={change.isPending}
      items={choices.map((id) => ({
        id,
        text: t(`messages.log.${id}`),
        disabled: !may,
        ...(may ? {} : { disabledReason: t('roles.needs.administrator') }),
      }))}
      onItemClick={({ detail }) => change.mutate(detail.id as Choice)}
    >
      {t('messages.logging')}
    </ButtonDropdown>
  )
}
