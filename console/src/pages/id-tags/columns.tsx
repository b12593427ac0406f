import Link from '@cloudscape-design/components/link'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Schemas } from '../../api/client.ts'
import type { ListingColumn } from '../../components/listing.tsx'
import type { FilterDefinition } from '../../components/listing-filter.tsx'
import { When } from '../../components/time.tsx'
import { UserLink, useUserNames } from '../users/names.tsx'
import { idTagPath } from './paths.ts'
import { IdTagState } from './state.tsx'

type IdTag = Schemas['IdTag']

export function useIdTagColumns(): ListingColumn<IdTag>[] {
  const { t } = useTranslation()
  return useMemo(
    () => [
      {
        id: 'idTag',
        header: t('idTags.idTag'),
        isRowHeader: true,
        cell: ({ idTag }) => <Link href={idTagPath(idTag)}>{idTag}</Link>,
      },
      { id: 'state', header: t('idTags.state'), cell: (idTag) => <IdTagState idTag={idTag} /> },
      { id: 'userId', header: t('idTags.user'), cell: ({ userId }) => <UserLink userId={userId} /> },
      { id: 'parentIdTag', header: t('idTags.parentIdTag'), cell: ({ parentIdTag }) => parentIdTag ?? '–' },
      {
        id: 'expiryDate',
        header: t('idTags.expiryDate'),
        cell: ({ expiryDate }) => <When at={expiryDate} />,
      },
      {
        id: 'limit',
        header: t('idTags.limit'),
        cell: ({ maxActiveTransactions }) => limitText(maxActiveTransactions, t('idTags.noLimit')),
      },
      {
        id: 'allowed',
        header: t('idTags.allowed'),
        cell: ({ allowedSites = [], allowedChargePoints = [] }) =>
          [...allowedSites, ...allowedChargePoints].join(', ') || t('idTags.everywhere'),
      },
      { id: 'note', header: t('idTags.note'), cell: ({ note }) => note ?? '–' },
    ],
    [t],
  )
}

export const limitText = (max: number, noLimit: string): string => (max === -1 ? noLimit : `${max}`)

export function useIdTagFilters(): FilterDefinition<IdTag>[] {
  const { t } = useTranslation()
  const names = useUserNames()
  return useMemo(() => {
    const yesNo = (['true', 'false'] as const).map((value) => ({
      value,
      label: t(`idTags.yesNo.${value}`),
    }))
    return [
      { name: 'prefix', label: t('idTags.idTag'), operator: '^' },
      { name: 'blocked', label: t('idTags.blocked'), values: yesNo },
      { name: 'expired', label: t('idTags.expired'), values: yesNo },
      { name: 'inTransaction', label: t('idTags.inTransaction'), values: yesNo },
      {
        name: 'parentIdTag',
        label: t('idTags.parentIdTag'),
        suggest: ({ parentIdTag }) => [parentIdTag],
      },
      {
        name: 'userId',
        label: t('idTags.user'),
        values: [...names].map(([value, label]) => ({ value, label })),
      },
    ]
  }, [t, names])
}
