import CollectionPreferences from '@cloudscape-design/components/collection-preferences'
import { useTranslation } from 'react-i18next'
import type { ListingColumn } from './listing.tsx'
import type { ListingPreferences } from './listing-state.ts'

const PAGE_SIZES = [10, 25, 50, 100]

interface Props<T> {
  columns: readonly ListingColumn<T>[]
  value: ListingPreferences
  change: (preferences: ListingPreferences) => void
}

export function ListingSettings<T>({ columns, value, change }: Props<T>) {
  const { t } = useTranslation()
  const all = columns.map(({ id }) => id)
  return (
    <CollectionPreferences
      title={t('listing.preferences')}
      confirmLabel={t('common.save')}
      cancelLabel={t('common.cancel')}
      preferences={{
        pageSize: value.pageSize,
        wrapLines: value.wrapLines,
        visibleContent: value.visible ?? all,
      }}
      pageSizePreference={{
        title: t('listing.pageSize'),
        options: PAGE_SIZES.map((size) => ({ value: size, label: t('listing.perPage', { count: size }) })),
      }}
      wrapLinesPreference={{ label: t('listing.wrap') }}
      visibleContentPreference={{
        title: t('listing.columns'),
        options: [
          {
            label: t('listing.columns'),
            options: columns.map(({ id, header }, index) => ({ id, label: header, editable: index > 0 })),
          },
        ],
      }}
      onConfirm={({ detail: { pageSize, wrapLines, visibleContent } }) => {
        const visible = visibleContent?.length === all.length ? undefined : visibleContent
        change({
          pageSize: pageSize ?? value.pageSize,
          wrapLines: wrapLines ?? value.wrapLines,
          ...(visible ? { visible } : {}),
        })
      }}
    />
  )
}
