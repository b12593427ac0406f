import { useTranslation } from 'react-i18next'
import { bodyOf, type Schemas } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { useClient } from '../../app/services.tsx'
import { Listing } from '../../components/listing.tsx'
import { useTransactionColumns } from './columns.tsx'

interface Props {
  /** What the table's preferences are kept under. */
  id: string
  title: string
  /** Whose they are. */
  query: { idTag?: string; userId?: string; siteId?: string }
  empty: { title: string; detail?: string }
}

const REDUNDANT: Record<string, true | undefined> = { idTag: true, userId: true, siteId: true }

/** The transactions of one thing, as a part of its page. */
export function TransactionsOf({ id, title, query: own, empty }: Props) {
  const { t } = useTranslation()
  const client = useClient()
  const columns = useTransactionColumns().filter((column) => !(REDUNDANT[column.id] && column.id in own))
  return (
    <Listing<Schemas['Transaction']>
      id={id}
      variant="container"
      title={title}
      queryKey={[...keys.transactions, 'of', own]}
      fetchPage={(query, signal) =>
        bodyOf(client.GET('/transactions', { params: { query: { ...query, ...own } }, signal }))
      }
      rowId={({ transactionId }) => `${transactionId}`}
      columns={columns}
      order={{ usual: 'desc', labels: { desc: t('listing.newest'), asc: t('listing.oldest') } }}
      empty={empty}
    />
  )
}
