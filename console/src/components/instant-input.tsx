import DateInput from '@cloudscape-design/components/date-input'
import SpaceBetween from '@cloudscape-design/components/space-between'
import TimeInput from '@cloudscape-design/components/time-input'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'

interface Props {
  /** ISO 8601, in UTC. */
  value: string | undefined
  change: (value: string | undefined) => void
  ariaLabel?: string
}

/** An instant, in the time of this device. */
export function InstantInput({ value, change, ariaLabel = '' }: Props) {
  const { t } = useTranslation()
  const [text, setText] = useState(() => partsOf(value))
  useEffect(() => {
    setText((typed) => (instantOf(typed) === value ? typed : partsOf(value)))
  }, [value])
  const take = (typed: Parts) => {
    setText(typed)
    change(instantOf(typed))
  }
  return (
    <SpaceBetween direction="horizontal" size="xs">
      <DateInput
        value={text.date}
        placeholder="YYYY/MM/DD"
        ariaLabel={`${ariaLabel} ${t('common.date')}`}
        onChange={({ detail }) => take({ ...text, date: detail.value })}
      />
      <TimeInput
        value={text.time}
        format="hh:mm"
        placeholder="hh:mm"
        ariaLabel={`${ariaLabel} ${t('common.time')}`}
        onChange={({ detail }) => take({ ...text, time: detail.value })}
      />
    </SpaceBetween>
  )
}

interface Parts {
  /** `YYYY-MM-DD`. */
  date: string
  /** `hh:mm`; without it, midnight. */
  time: string
}

function partsOf(instant: string | undefined): Parts {
  if (instant === undefined || Number.isNaN(Date.parse(instant))) return { date: '', time: '' }
  const at = new Date(instant)
  const two = (count: number) => `${count}`.padStart(2, '0')
  return {
    date: `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`,
    time: `${two(at.getHours())}:${two(at.getMinutes())}`,
  }
}

function instantOf({ date, time }: Parts): string | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return undefined
  const at = new Date(`${date}T${/^\d{2}:\d{2}$/.test(time) ? time : '00:00'}`)
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString()
}
