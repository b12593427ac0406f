import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import Link from '@cloudscape-design/components/link'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Dialog } from '../../components/dialog.tsx'
import { formatClock, formatInstant } from '../../components/format.ts'
import { MayButton } from '../../components/may-button.tsx'
import { When } from '../../components/time.tsx'
import { chargePointPath } from '../charge-points/paths.ts'
import { idTagPath } from '../id-tags/paths.ts'
import { transactionPath } from '../transactions/paths.ts'
import { CancelReservation } from './cancel.tsx'
import { isOpen, type Reservation, ReservationStatus, STATUSES } from './status.tsx'
import { type Bar, type Row, spanOf, type TimeWindow, ticksOf } from './timeline-layout.ts'

interface Props {
  rows: readonly Row[]
  shown: TimeWindow
  now: number
}

const TICKS = 8
const DAY = 24 * 3_600_000
const percent = (part: number): string => `${(part * 100).toFixed(3)}%`

const day = new Intl.DateTimeFormat('en', { weekday: 'short', day: 'numeric', month: 'short' })

/** Connectors down, time across. Each reservation is a button that opens what is known of it. */
export function TimelineChart({ rows, shown, now }: Props) {
  const { t } = useTranslation()
  const [opened, setOpened] = useState<Reservation>()
  const length = shown.to - shown.from
  const at = (instant: number) => ({ insetInlineStart: percent((instant - shown.from) / length) })
  const ticks = ticksOf(shown, TICKS, -new Date(now).getTimezoneOffset() * 60_000)
  const fits = (tick: number) => (tick - shown.from) / length < LABEL_BEFORE
  const inWindow = now >= shown.from && now <= shown.to
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard */}
      <section className="busbar-timeline" aria-label={t('reservations.chart')} tabIndex={0}>
        <div className="busbar-timeline-row busbar-timeline-axis" aria-hidden>
          <div />
          <div className="busbar-timeline-track">
            {ticks.filter(fits).map((tick) => (
              <span key={tick} style={at(tick)}>
                {length > 2 * DAY ? day.format(tick) : labelOf(tick)}
              </span>
            ))}
          </div>
        </div>
        {rows.map((row) => (
          <div key={`${row.chargePointId} ${row.connectorId}`} className="busbar-timeline-row">
            <div className="busbar-timeline-name">
              <Link variant="primary" href={chargePointPath(row.chargePointId)}>
                {row.chargePointId}
              </Link>{' '}
              {row.connectorId === 0 ? t('reservations.wholeRow') : `· ${row.connectorId}`}
            </div>
            <div className="busbar-timeline-track" style={{ blockSize: `${row.lanes * LANE + GAP}px` }}>
              {ticks.map((tick) => (
                <i key={tick} style={at(tick)} />
              ))}
              {inWindow && <i className="busbar-timeline-now" style={at(now)} />}
              {row.bars.map((bar) => (
                <BarButton key={bar.reservation.reservationId} bar={bar} open={setOpened} />
              ))}
            </div>
          </div>
        ))}
      </section>
      {rows.length > 0 && <Legend rows={rows} />}
      {opened && <Details reservation={opened} close={() => setOpened(undefined)} />}
    </>
  )
}

/** Further right there is no room for what is written at a tick. */
const LABEL_BEFORE = 0.95

/** Pixels. */
const LANE = 30
const GAP = 6

/** At midnight the day, else the hour. */
function labelOf(tick: number): string {
  const clock = formatClock(new Date(tick).toISOString()).slice(0, 5)
  return clock === '00:00' ? day.format(tick) : clock
}

function BarButton({ bar, open }: { bar: Bar; open: (reservation: Reservation) => void }) {
  const { t } = useTranslation()
  const { reservation, start, width, lane, from, to } = bar
  const { idTag, status, reservationId } = reservation
  const words = t('reservations.bar', {
    idTag,
    reservationId,
    status: t(`reservations.statuses.${status}`),
    from: formatInstant(new Date(from).toISOString()),
    to: formatInstant(new Date(to).toISOString()),
  })
  return (
    <button
      type="button"
      className="busbar-timeline-bar"
      data-status={status}
      title={words}
      aria-label={words}
      style={{
        insetInlineStart: percent(start),
        inlineSize: percent(width),
        insetBlockStart: `${lane * LANE + GAP / 2}px`,
      }}
      onClick={() => open(reservation)}
    >
      {idTag}
    </button>
  )
}

function Legend({ rows }: { rows: readonly Row[] }) {
  const there = new Set(rows.flatMap(({ bars }) => bars.map(({ reservation }) => reservation.status)))
  return (
    <SpaceBetween direction="horizontal" size="m">
      {STATUSES.filter((status) => there.has(status)).map((status) => (
        <span key={status} className="busbar-timeline-legend">
          <span className="busbar-timeline-swatch" data-status={status} />
          <ReservationStatus status={status} />
        </span>
      ))}
    </SpaceBetween>
  )
}

function Details({ reservation, close }: { reservation: Reservation; close: () => void }) {
  const { t } = useTranslation()
  const [cancelling, setCancelling] = useState(false)
  if (cancelling) return <CancelReservation reservation={reservation} close={close} />
  const { reservationId, chargePointId, connectorId, idTag, status, transactionId } = reservation
  const ended = new Date(spanOf(reservation).to).toISOString()
  return (
    <Dialog
      header={t('reservations.one', { reservationId })}
      onDismiss={close}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            {isOpen(reservation) && (
              <MayButton needs="operator" onClick={() => setCancelling(true)}>
                {t('reservations.cancelSubmit')}
              </MayButton>
            )}
            <Button variant="primary" onClick={close}>
              {t('common.close')}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        <Box>
          <ReservationStatus status={status} /> – {reservation.reason ?? t(`reservations.words.${status}`)}
        </Box>
        <KeyValuePairs
          columns={2}
          items={[
            {
              label: t('reservations.chargePoint'),
              value: <Link href={chargePointPath(chargePointId)}>{chargePointId}</Link>,
            },
            {
              label: t('reservations.connector'),
              value: connectorId === 0 ? t('reservations.anyConnector') : connectorId,
            },
            { label: t('reservations.idTag'), value: <Link href={idTagPath(idTag)}>{idTag}</Link> },
            { label: t('reservations.parentIdTag'), value: reservation.parentIdTag ?? '–' },
            { label: t('reservations.createdAt'), value: <When at={reservation.createdAt} /> },
            { label: t('reservations.until'), value: <When at={reservation.expiryDate} /> },
            ...(isOpen(reservation)
              ? []
              : [{ label: t('reservations.endedAt'), value: <When at={ended} /> }]),
            ...(transactionId === undefined
              ? []
              : [
                  {
                    label: t('reservations.transaction'),
                    value: <Link href={transactionPath(transactionId)}>{transactionId}</Link>,
                  },
                ]),
            { label: t('reservations.origin'), value: reservation.origin ?? '–' },
          ]}
        />
      </SpaceBetween>
    </Dialog>
  )
}
