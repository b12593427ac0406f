import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import RadioGroup from '@cloudscape-design/components/radio-group'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import Textarea from '@cloudscape-design/components/textarea'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { bodyOf, type Client } from '../../api/client.ts'
import { useClient } from '../../app/services.tsx'
import type { ErrorOf } from '../../components/form-modal.tsx'
import { formatCount } from '../../components/format.ts'
import { CONNECTOR_STATUSES } from '../../components/statuses.tsx'
import { FILTER_TEXTS, type Filter, type Targets, wishOf } from './targets.ts'

interface Props {
  value: Targets
  change: (targets: Targets) => void
  errorOf: ErrorOf
}

const WAYS = ['names', 'filter', 'all'] as const

/** Whom a task is for: named one by one, by what they have in common, or everybody. */
export function TargetFields({ value, change, errorOf }: Props) {
  const { t } = useTranslation()
  return (
    <SpaceBetween size="m">
      <FormField label={t('tasks.targetsBy')}>
        <RadioGroup
          value={value.by}
          items={WAYS.map((way) => ({ value: way, label: t(`tasks.ways.${way}`) }))}
          onChange={({ detail }) => change({ ...value, by: detail.value as Targets['by'] })}
        />
      </FormField>
      {value.by === 'names' && (
        <FormField
          label={t('tasks.names')}
          constraintText={t('tasks.namesHint')}
          errorText={errorOf('chargePointIds')}
          stretch
        >
          <Textarea
            value={value.names}
            rows={5}
            spellcheck={false}
            onChange={({ detail }) => change({ ...value, names: detail.value })}
          />
        </FormField>
      )}
      {value.by === 'filter' && <FilterFields value={value} change={change} errorOf={errorOf} />}
    </SpaceBetween>
  )
}

function FilterFields({ value, change, errorOf }: Props) {
  const { t } = useTranslation()
  const set = (name: string, text: string) => change({ ...value, filter: { ...value.filter, [name]: text } })
  const any = { value: '', label: t('tasks.any') }
  const statuses = CONNECTOR_STATUSES.map((status) => ({ value: status as string, label: status as string }))
  return (
    <div className="busbar-fields-grid">
      {FILTER_TEXTS.map((name) => (
        <FormField key={name} label={t(`tasks.filter.${name}`)} errorText={errorOf(`filter.${name}`)}>
          <Input
            value={value.filter[name] ?? ''}
            placeholder={t('tasks.any')}
            onChange={({ detail }) => set(name, detail.value)}
          />
        </FormField>
      ))}
      <FormField label={t('tasks.filter.connectorStatus')} errorText={errorOf('filter.connectorStatus')}>
        <Select
          options={[any, ...statuses]}
          selectedOption={statuses.find((each) => each.value === value.filter.connectorStatus) ?? any}
          onChange={({ detail }) => set('connectorStatus', detail.selectedOption.value ?? '')}
        />
      </FormField>
    </div>
  )
}

const PAGE = 200
/** After so many pages it is enough to know that there are more. */
const PAGES_MAX = 15

export interface TargetCount {
  count: number
  /** There are more. */
  partial: boolean
}

/** How many charge points a task would be for, as it is typed now. */
export function useTargetCount(targets: Targets) {
  const client = useClient()
  const wish = wishOf(targets)
  return useQuery({
    queryKey: ['charge-points', 'count', wish],
    queryFn: ({ signal }): TargetCount | Promise<TargetCount> => {
      if (wish?.chargePointIds) return { count: wish.chargePointIds.length, partial: false }
      return wish?.filter?.all ? countAll(client, signal) : countMatches(client, wish?.filter ?? {}, signal)
    },
    enabled: wish !== undefined,
    staleTime: 10_000,
  })
}

async function countAll(client: Client, signal: AbortSignal): Promise<TargetCount> {
  const { chargePoints } = await bodyOf(client.GET('/overview', { signal }))
  return { count: chargePoints.total, partial: false }
}

async function countMatches(client: Client, filter: Filter, signal: AbortSignal): Promise<TargetCount> {
  const { all: _, ...facts } = filter
  let count = 0
  let cursor: string | undefined
  for (let page = 0; page < PAGES_MAX; page++) {
    const query = { ...facts, limit: PAGE, ...(cursor === undefined ? {} : { cursor }) }
    const body = await bodyOf(client.GET('/charge-points', { params: { query }, signal }))
    count += body.items.length
    cursor = body.cursor
    if (cursor === undefined) return { count, partial: false }
  }
  return { count, partial: true }
}

/** The count in words. */
export function TargetSummary({ count }: { count: TargetCount | undefined }) {
  const { t } = useTranslation()
  if (count === undefined) return <StatusIndicator type="pending">{t('tasks.nobodyYet')}</StatusIndicator>
  if (count.count === 0 && !count.partial)
    return <StatusIndicator type="warning">{t('tasks.matchesNone')}</StatusIndicator>
  const text = count.partial
    ? t('tasks.matchesMore', { number: formatCount(count.count) })
    : t('tasks.matches', { count: count.count, number: formatCount(count.count) })
  return <StatusIndicator type="info">{text}</StatusIndicator>
}
