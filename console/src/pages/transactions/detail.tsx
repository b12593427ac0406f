import Alert from '@cloudscape-design/components/alert'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useParams } from 'react-router'
import { bodyOf, type Schemas } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { Page } from '../../app/page.tsx'
import { useClient, useRefresh } from '../../app/services.tsx'
import { ProblemAlert } from '../../components/problem.tsx'
import { TransactionActions } from './actions.tsx'
import { StartFacts, StopFacts, Summary } from './facts.tsx'
import { Plots } from './plots.tsx'
import { TransactionState } from './state.tsx'

type Transaction = Schemas['Transaction']

/** A transaction: how it stands, what is unusual about it, its start and stop, its meter values as plots. */
export default function TransactionPage() {
  const { t } = useTranslation()
  const { transactionId: named = '' } = useParams()
  const transactionId = Number(named)
  const client = useClient()
  const { data, error, refetch } = useQuery({
    queryKey: keys.transaction(transactionId),
    queryFn: ({ signal }) =>
      bodyOf(client.GET('/transactions/{transactionId}', { params: { path: { transactionId } }, signal })),
    refetchInterval: useRefresh(15),
  })
  return (
    <Page
      title={t('transactions.one', { transactionId: named })}
      above={[{ text: t('transactions.title'), href: '/transactions' }]}
      description={data && <TransactionState transaction={data} />}
      actions={data && <TransactionActions transaction={data} />}
    >
      {error && <ProblemAlert error={error} retry={refetch} />}
      {!data && !error && <Spinner size="large" />}
      {data && (
        <SpaceBetween size="l">
          <Unusual transaction={data} />
          <Summary transaction={data} />
          <Plots transaction={data} />
          <div className="busbar-halves">
            <StartFacts transaction={data} />
            <StopFacts transaction={data} />
          </div>
        </SpaceBetween>
      )}
    </Page>
  )
}

/** What is unusual about it, in words. */
function Unusual({ transaction: { flags, doubt } }: { transaction: Transaction }) {
  const { t } = useTranslation()
  if (flags.length === 0 && doubt === undefined) return null
  return (
    <SpaceBetween size="xs">
      {doubt !== undefined && (
        <Alert type="warning" header={t('transactions.doubtTitle')}>
          {t(`transactions.doubts.${doubt}`)} {t('transactions.doubtDetail')}
        </Alert>
      )}
      {flags
        .filter((flag) => !(flag === 'zombie' && doubt !== undefined))
        .map((flag) => (
          <Alert
            key={flag}
            type={flag === 'late' ? 'info' : 'warning'}
            header={t(`transactions.flagNames.${flag}`)}
          >
            {t(`transactions.flagWords.${flag}`)}
          </Alert>
        ))}
    </SpaceBetween>
  )
}
