import Box from '@cloudscape-design/components/box'
import Link from '@cloudscape-design/components/link'
import Spinner from '@cloudscape-design/components/spinner'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { bodyOf, type Client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { useClient, useRefresh } from '../../../app/services.tsx'
import { formatEnergy, formatPercent, formatPower, formatSpan } from '../../../components/format.ts'
import { useNow } from '../../../components/time.tsx'
import { Sparkline } from './sparkline.tsx'

const POINTS = 60

/** What a running transaction delivers, live. */
export function Charging({ transactionId }: { transactionId: number }) {
  const { t } = useTranslation()
  const client = useClient()
  const now = useNow()
  const refetchInterval = useRefresh(20)
  const { data: transaction } = useQuery({
    queryKey: keys.transaction(transactionId),
    queryFn: ({ signal }) =>
      bodyOf(client.GET('/transactions/{transactionId}', { params: { path: { transactionId } }, signal })),
    refetchInterval,
  })
  const power = useSeries(transactionId, 'Power.Active.Import')
  const soc = useSeries(transactionId, 'SoC')
  if (!transaction) return <Spinner />
  const { startedAt, idTag, meter } = transaction
  const watts = power?.at(-1)?.value ?? (meter?.powerKw === undefined ? undefined : meter.powerKw * 1000)
  const charge = soc?.at(-1)?.value
  const energyWh = meter?.energyWh ?? transaction.energyWh
  return (
    <div>
      <dl className="busbar-figures">
        <Figure name={t('chargePoint.power')} value={watts === undefined ? undefined : formatPower(watts)} />
        <Figure
          name={t('chargePoint.energy')}
          value={energyWh === undefined ? undefined : formatEnergy(energyWh)}
        />
        {charge !== undefined && <Figure name={t('chargePoint.soc')} value={formatPercent(charge)} />}
        <Figure
          name={t('chargePoint.since')}
          value={startedAt && formatSpan(Math.max(now, Date.now()) - Date.parse(startedAt))}
        />
      </dl>
      {power && power.length > 1 && (
        <Sparkline points={power.map(({ value }) => value)} label={t('chargePoint.powerOverTime')} />
      )}
      <Box color="text-body-secondary">
        <Link href={`/transactions/${transactionId}`}>{t('chargePoint.transaction', { transactionId })}</Link>
        {idTag !== undefined && ` · ${idTag}`}
      </Box>
    </div>
  )
}

function Figure({ name, value }: { name: string; value: string | undefined }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className="busbar-value">{value ?? '–'}</dd>
    </div>
  )
}

/** The points of a measurand that are for all phases. */
function useSeries(transactionId: number, measurand: string) {
  const client = useClient()
  const { data } = useQuery({
    queryKey: [...keys.transaction(transactionId), 'series', measurand],
    queryFn: ({ signal }) => readSeries(client, transactionId, measurand, signal),
    refetchInterval: useRefresh(20),
  })
  return data
}

async function readSeries(client: Client, transactionId: number, measurand: string, signal: AbortSignal) {
  const params = { path: { transactionId }, query: { measurand, points: POINTS } }
  const { series } = await bodyOf(
    client.GET('/transactions/{transactionId}/meter-values/series', { params, signal }),
  )
  return series.find(({ phase }) => phase === undefined)?.points ?? []
}
