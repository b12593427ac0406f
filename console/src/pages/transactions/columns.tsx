import Link from '@cloudscape-design/components/link'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Schemas } from '../../api/client.ts'
import { formatEnergy, formatPower } from '../../components/format.ts'
import type { ListingColumn } from '../../components/listing.tsx'
import type { FilterDefinition } from '../../components/listing-filter.tsx'
import { When } from '../../components/time.tsx'
import { chargePointPath } from '../charge-points/paths.ts'
import { idTagPath } from '../id-tags/paths.ts'
import { sitePath } from '../sites/paths.ts'
import { UserLink, useUserNames } from '../users/names.tsx'
import { energyOf, FLAGS, powerOf, REASONS } from './facts-of.ts'
import { transactionPath } from './paths.ts'
import { Duration, Flags, TransactionState } from './state.tsx'

type Transaction = Schemas['Transaction']

export function useTransactionColumns(): ListingColumn<Transaction>[] {
  const { t } = useTranslation()
  return useMemo(
    () => [
      {
        id: 'transactionId',
        header: t('transactions.transactionId'),
        isRowHeader: true,
        cell: ({ transactionId }) => <Link href={transactionPath(transactionId)}>{transactionId}</Link>,
      },
      {
        id: 'state',
        header: t('transactions.state'),
        cell: (transaction) => <TransactionState transaction={transaction} />,
      },
      {
        id: 'chargePointId',
        header: t('transactions.chargePoint'),
        cell: ({ chargePointId, connectorId }) => (
          <>
            <Link href={chargePointPath(chargePointId)}>{chargePointId}</Link>
            {connectorId !== undefined && ` · ${connectorId}`}
          </>
        ),
      },
      {
        id: 'idTag',
        header: t('transactions.idTag'),
        cell: ({ idTag }) => (idTag ? <Link href={idTagPath(idTag)}>{idTag}</Link> : '–'),
      },
      { id: 'userId', header: t('transactions.user'), cell: ({ userId }) => <UserLink userId={userId} /> },
      {
        id: 'startedAt',
        header: t('transactions.startedAt'),
        cell: ({ startedAt }) => (startedAt === undefined ? '–' : <When at={startedAt} />),
      },
      {
        id: 'duration',
        header: t('transactions.duration'),
        cell: (transaction) => <Duration transaction={transaction} />,
      },
      {
        id: 'energy',
        header: t('transactions.energy'),
        cell: (transaction) => orDash(energyOf(transaction), formatEnergy),
      },
      {
        id: 'power',
        header: t('transactions.power'),
        cell: (transaction) => orDash(powerOf(transaction), formatPower),
      },
      { id: 'reason', header: t('transactions.reason'), cell: ({ reason }) => reason ?? '–' },
      { id: 'flags', header: t('transactions.flags'), cell: ({ flags }) => <Flags flags={flags} /> },
      {
        id: 'siteId',
        header: t('transactions.site'),
        cell: ({ siteId }) => (siteId === undefined ? '–' : <Link href={sitePath(siteId)}>{siteId}</Link>),
      },
    ],
    [t],
  )
}

export const orDash = (value: number | undefined, format: (value: number) => string): string =>
  value === undefined ? '–' : format(value)

export function useTransactionFilters(): FilterDefinition<Transaction>[] {
  const { t } = useTranslation()
  const names = useUserNames()
  return useMemo(() => {
    const yes = [{ value: 'true', label: t('transactions.yes') }]
    return [
      {
        name: 'chargePointId',
        label: t('transactions.chargePoint'),
        suggest: ({ chargePointId }) => [chargePointId],
      },
      {
        name: 'connectorId',
        label: t('transactions.connectorId'),
        suggest: ({ connectorId }) => [connectorId === undefined ? undefined : `${connectorId}`],
      },
      { name: 'idTag', label: t('transactions.idTag'), suggest: ({ idTag }) => [idTag] },
      {
        name: 'userId',
        label: t('transactions.user'),
        values: [...names].map(([value, label]) => ({ value, label })),
      },
      { name: 'siteId', label: t('transactions.site'), suggest: ({ siteId }) => [siteId] },
      {
        name: 'active',
        label: t('transactions.active'),
        values: [
          { value: 'true', label: t('transactions.running') },
          { value: 'false', label: t('transactions.stopped') },
        ],
      },
      { name: 'doubtful', label: t('transactions.doubtful'), values: yes },
      { name: 'flagged', label: t('transactions.flagged'), values: yes },
      {
        name: 'flag',
        label: t('transactions.flag'),
        values: FLAGS.map((value) => ({ value, label: t(`transactions.flagNames.${value}`) })),
      },
      {
        name: 'reason',
        label: t('transactions.reason'),
        values: REASONS.map((value) => ({ value, label: value })),
      },
    ]
  }, [t, names])
}
