import Link from '@cloudscape-design/components/link'
import { useTranslation } from 'react-i18next'
import type { Schemas } from '../../api/client.ts'
import { type Fact, Facts } from '../../components/facts.tsx'
import { formatEnergy, formatInstant, formatPower } from '../../components/format.ts'
import { When } from '../../components/time.tsx'
import { chargePointPath } from '../charge-points/paths.ts'
import { idTagPath } from '../id-tags/paths.ts'
import { sitePath } from '../sites/paths.ts'
import { UserLink } from '../users/names.tsx'
import { energyOf } from './facts-of.ts'
import { Duration, useReason } from './state.tsx'

interface Props {
  transaction: Schemas['Transaction']
}

/** What one wants to know first. */
export function Summary({ transaction }: Props) {
  const { t } = useTranslation()
  const { chargePointId, connectorId, idTag, userId, siteId, meter, averageKw, peakKw } = transaction
  const energyWh = energyOf(transaction)
  const facts: Fact[] = [
    { label: t('transactions.energy'), value: big(energyWh === undefined ? '–' : formatEnergy(energyWh)) },
    { label: t('transactions.duration'), value: big(<Duration transaction={transaction} />) },
    {
      label: t('transactions.power'),
      value: meter?.powerKw !== undefined && big(formatPower(meter.powerKw * 1000)),
    },
    {
      label: t('transactions.averagePower'),
      value: averageKw !== undefined && big(formatPower(averageKw * 1000)),
    },
    { label: t('transactions.peakPower'), value: peakKw !== undefined && big(formatPower(peakKw * 1000)) },
    {
      label: t('transactions.chargePoint'),
      value: <Link href={chargePointPath(chargePointId)}>{chargePointId}</Link>,
    },
    { label: t('transactions.connector'), value: connectorId },
    { label: t('transactions.idTag'), value: idTag && <Link href={idTagPath(idTag)}>{idTag}</Link> },
    { label: t('transactions.user'), value: userId && <UserLink userId={userId} /> },
    { label: t('transactions.site'), value: siteId && <Link href={sitePath(siteId)}>{siteId}</Link> },
  ]
  return <Facts facts={facts} />
}

const big = (value: React.ReactNode) => <span className="busbar-value">{value}</span>

/** What the charge point said of the start, and what it was answered. */
export function StartFacts({ transaction }: Props) {
  const { t } = useTranslation()
  const { chargePointId, reservationId, remoteStart, startedAt, idTagInfo } = transaction
  const calls = `${chargePointPath(chargePointId)}?tab=calls`
  if (startedAt === undefined)
    return <Facts title={t('transactions.startTitle')} facts={[]} nothing={t('transactions.noStart')} />
  return (
    <Facts
      title={t('transactions.startTitle')}
      columns={2}
      facts={[
        { label: t('transactions.startedAt'), value: <When at={startedAt} /> },
        { label: t('transactions.receivedAt'), value: <Instant at={transaction.startReceivedAt} /> },
        { label: t('transactions.meterStart'), value: wh(transaction.meterStart) },
        { label: t('transactions.verdict'), value: idTagInfo?.status },
        {
          label: t('transactions.reservation'),
          value: reservationId !== undefined && (
            <Link href={`/reservations?chargePointId=${encodeURIComponent(chargePointId)}`}>
              {reservationId}
            </Link>
          ),
        },
        {
          label: t('transactions.remoteStart'),
          value: remoteStart && <Link href={calls}>{t('transactions.remoteStartCall')}</Link>,
        },
      ]}
    />
  )
}

/** What the charge point said of the stop, or who closed it in its place. */
export function StopFacts({ transaction }: Props) {
  const { t } = useTranslation()
  const reasonOf = useReason()
  const { stoppedAt, reason, meter, stopIdTag, stopIdTagInfo, guessedStop: guess } = transaction
  if (transaction.active) {
    const now = { label: t('transactions.meterNow'), value: wh(meter?.registerWh) }
    return (
      <Facts
        title={t('transactions.stopTitle')}
        columns={2}
        facts={[now]}
        nothing={t('transactions.noStop')}
      />
    )
  }
  return (
    <Facts
      title={t('transactions.stopTitle')}
      columns={2}
      facts={[
        { label: t('transactions.stoppedAt'), value: <Instant at={stoppedAt} /> },
        { label: t('transactions.receivedAt'), value: <Instant at={transaction.stopReceivedAt} /> },
        { label: t('transactions.meterStop'), value: wh(transaction.meterStop) },
        { label: t('transactions.reason'), value: reason && `${reasonOf(reason)} (${reason})` },
        { label: t('transactions.closedBy'), value: transaction.closedBy },
        {
          label: t('transactions.stopTag'),
          value: stopIdTag && <Link href={idTagPath(stopIdTag)}>{stopIdTag}</Link>,
        },
        { label: t('transactions.stopVerdict'), value: stopIdTagInfo?.status },
        { label: t('transactions.reportedTransactionId'), value: transaction.reportedTransactionId },
        {
          label: t('transactions.guess'),
          value:
            guess &&
            t('transactions.guessText', {
              at: formatInstant(guess.timestamp),
              meter: wh(guess.meterStop) ?? '–',
            }),
        },
      ]}
    />
  )
}

const Instant = ({ at }: { at: string | undefined }) => (at === undefined ? '–' : <When at={at} />)

/** As the register shows it. */
const wh = (value: number | undefined): string | undefined =>
  value === undefined ? undefined : formatEnergy(value)
