import Button from '@cloudscape-design/components/button'
import { useTranslation } from 'react-i18next'
import { bodyOf, type Schemas } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { usePlace } from '../../app/page.tsx'
import { useClient } from '../../app/services.tsx'
import { Listing } from '../../components/listing.tsx'
import { PERIOD_CONTROL } from '../../components/period-control.tsx'
import { useTransactionColumns, useTransactionFilters } from './columns.tsx'

export default function Transactions() {
  const { t } = useTranslation()
  const client = useClient()
  usePlace(t('transactions.title'))
  return (
    <Listing<Schemas['Transaction']>
      id="transactions"
      title={t('transactions.title')}
      queryKey={keys.transactions}
      fetchPage={(query, signal) => bodyOf(client.GET('/transactions', { params: { query }, signal }))}
      rowId={({ transactionId }) => `${transactionId}`}
      columns={useTransactionColumns()}
      filters={useTransactionFilters()}
      freeText="chargePointId"
      more={PERIOD_CONTROL}
      order={{ usual: 'desc', labels: { desc: t('listing.newest'), asc: t('listing.oldest') } }}
      csv="/transactions"
      refreshSeconds={15}
      empty={{
        title: t('transactions.empty'),
        detail: t('transactions.emptyDetail'),
        action: <Button href="/charge-points">{t('transactions.toChargePoints')}</Button>,
      }}
    />
  )
}
