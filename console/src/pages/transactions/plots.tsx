import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Multiselect from '@cloudscape-design/components/multiselect'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { bodyOf, type Schemas } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { useClient, useRefresh } from '../../app/services.tsx'
import { CsvButton } from '../../components/csv-button.tsx'
import { Empty } from '../../components/listing.tsx'
import { ProblemAlert } from '../../components/problem.tsx'
import { Plot } from './plot.tsx'
import { measurandsOf, phasesOf, type Track, usualOf, WHOLE } from './series.ts'

type Transaction = Schemas['Transaction']

const POINTS = 300

/** The readings of a measurand, thinned to what a plot can show; and what else was measured. */
export function useSeries(transactionId: number, measurand: string | undefined) {
  const client = useClient()
  return useQuery({
    queryKey: [...keys.transaction(transactionId), 'plot', measurand],
    queryFn: ({ signal }) => {
      const query = { points: POINTS, ...(measurand === undefined ? {} : { measurand }) }
      const params = { path: { transactionId }, query }
      return bodyOf(client.GET('/transactions/{transactionId}/meter-values/series', { params, signal }))
    },
    placeholderData: keepPreviousData,
    refetchInterval: useRefresh(30),
  })
}

/** What the meter said over time: the measurands and phases that are chosen, each measurand a plot of its own. */
export function Plots({ transaction: { transactionId } }: { transaction: Transaction }) {
  const { t } = useTranslation()
  const { data, error, refetch } = useSeries(transactionId, undefined)
  const [chosen, setChosen] = useState<readonly string[]>()
  const [phases, setPhases] = useState<readonly string[]>([])
  const available = data?.available ?? []
  const shown = chosen ?? usualOf(available)
  return (
    <Container
      header={
        <Header
          variant="h2"
          actions={<CsvButton path={`/transactions/${transactionId}/meter-values`} query={NOTHING_ASKED} />}
        >
          {t('transactions.plots')}
        </Header>
      }
    >
      {error && <ProblemAlert error={error} retry={refetch} />}
      {!data && !error && <Spinner size="large" />}
      {data && available.length === 0 && (
        <Empty title={t('transactions.noValues')} detail={t('transactions.noValuesDetail')} />
      )}
      {available.length > 0 && (
        <SpaceBetween size="l">
          {data?.truncated && <Alert type="info">{t('transactions.truncated')}</Alert>}
          <Choices
            available={available}
            shown={shown}
            setShown={setChosen}
            phases={phases}
            setPhases={setPhases}
          />
          {shown.length === 0 && <Box color="text-body-secondary">{t('transactions.choose')}</Box>}
          <div className="busbar-plots">
            {shown.map((measurand) => (
              <Plot key={measurand} transactionId={transactionId} measurand={measurand} phases={phases} />
            ))}
          </div>
        </SpaceBetween>
      )}
    </Container>
  )
}

const NOTHING_ASKED = {}

interface ChoicesProps {
  available: readonly Track[]
  shown: readonly string[]
  setShown: (measurands: string[]) => void
  phases: readonly string[]
  setPhases: (phases: string[]) => void
}

function Choices({ available, shown, setShown, phases, setPhases }: ChoicesProps) {
  const { t } = useTranslation()
  const measurands = measurandsOf(available).map((value) => ({ value, label: value }))
  const named = phasesOf(available).map((value) => ({ value, label: value }))
  const phaseOptions = [{ value: WHOLE, label: t('transactions.whole') }, ...named]
  return (
    <div className="busbar-choices">
      <FormField label={t('transactions.measurands')}>
        <Multiselect
          options={measurands}
          selectedOptions={measurands.filter(({ value }) => shown.includes(value))}
          placeholder={t('transactions.choose')}
          onChange={({ detail }) => setShown(detail.selectedOptions.map(({ value = '' }) => value))}
        />
      </FormField>
      {named.length > 0 && (
        <FormField label={t('transactions.phases')}>
          <Multiselect
            options={phaseOptions}
            selectedOptions={phaseOptions.filter(({ value }) => phases.includes(value))}
            placeholder={t('transactions.allPhases')}
            onChange={({ detail }) => setPhases(detail.selectedOptions.map(({ value = '' }) => value))}
          />
        </FormField>
      )}
    </div>
  )
}
