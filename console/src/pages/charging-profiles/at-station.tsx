import Autosuggest from '@cloudscape-design/components/autosuggest'
import Container from '@cloudscape-design/components/container'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Input from '@cloudscape-design/components/input'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { bodyOf, type Schemas } from '../../api/client.ts'
import { useClient } from '../../app/services.tsx'
import { MayButton } from '../../components/may-button.tsx'
import { ProblemAlert } from '../../components/problem.tsx'
import { CallView } from '../charge-points/actions/call-view.tsx'
import { useSend } from '../charge-points/actions/use-send.ts'
import { DAY_SECONDS, type Schedule, secondsIn } from './draft.ts'
import { profileIn } from './list.tsx'
import { CompositePlot } from './plot.tsx'

const OFFERED = 20

/** Gives a profile to one charge point, and asks it what it makes of all it has. */
export function AtStation({ template }: { template: Schemas['ChargingProfile'] }) {
  const { t } = useTranslation()
  const wholeOnly = profileIn(template).chargingProfilePurpose === 'ChargePointMaxProfile'
  const [chargePointId, setChargePointId] = useState('')
  const [connectorId, setConnectorId] = useState(wholeOnly ? '0' : '1')
  const [duration, setDuration] = useState('24:00')
  const { mutate, isPending, error, call } = useSend(chargePointId)
  const { chargingProfileId } = template
  const seconds = secondsIn(duration)
  const isConnector = /^\d+$/.test(connectorId)
  const ready = chargePointId !== '' && isConnector
  const set = () => {
    const payload = { connectorId: Number(connectorId), csChargingProfiles: { chargingProfileId } }
    mutate({ action: 'SetChargingProfile', payload })
  }
  const ask = () => {
    const { chargingRateUnit } = profileIn(template).chargingSchedule
    const payload = { connectorId: Number(connectorId), duration: seconds, chargingRateUnit }
    mutate({ action: 'GetCompositeSchedule', payload })
  }
  return (
    <Container
      fitHeight
      header={
        <Header variant="h2" description={t('chargingProfiles.atStationDescription')}>
          {t('chargingProfiles.atStation')}
        </Header>
      }
    >
      <SpaceBetween size="m">
        <div className="busbar-fields-grid">
          <FormField label={t('chargingProfiles.chargePoint')}>
            <ChargePointInput value={chargePointId} change={setChargePointId} />
          </FormField>
          <FormField
            label={t('chargingProfiles.connector')}
            constraintText={t('chargingProfiles.connectorHint')}
            errorText={isConnector ? undefined : t('chargingProfiles.issues.number')}
          >
            <Input value={connectorId} onChange={({ detail }) => setConnectorId(detail.value)} />
          </FormField>
          <FormField
            label={t('chargingProfiles.ahead')}
            errorText={seconds > 0 ? undefined : t('chargingProfiles.issues.time')}
          >
            <Input value={duration} onChange={({ detail }) => setDuration(detail.value)} />
          </FormField>
        </div>
        <SpaceBetween direction="horizontal" size="xs">
          <MayButton needs="operator" disabled={!ready || isPending} onClick={set}>
            {t('chargingProfiles.set')}
          </MayButton>
          <MayButton
            needs="operator"
            loading={isPending}
            disabled={!ready || !(seconds > 0 && seconds <= MAX_DAYS * DAY_SECONDS)}
            onClick={ask}
          >
            {t('chargingProfiles.ask')}
          </MayButton>
        </SpaceBetween>
        <div role="status" aria-live="polite">
          {error && <ProblemAlert error={error} />}
          {call && <Answer call={call} />}
        </div>
      </SpaceBetween>
    </Container>
  )
}

const MAX_DAYS = 366

interface Composite {
  status?: string
  scheduleStart?: string
  chargingSchedule?: Schedule
}

function Answer({ call }: { call: Schemas['Call'] }) {
  const { scheduleStart, chargingSchedule } = (call.response ?? {}) as Composite
  if (call.action !== 'GetCompositeSchedule' || !chargingSchedule) return <CallView call={call} />
  const start = scheduleStart ?? chargingSchedule.startSchedule ?? call.closedAt ?? call.createdAt
  return <CompositePlot schedule={chargingSchedule} start={start} />
}

/** An identity, with those that begin as it is typed. */
function ChargePointInput({ value, change }: { value: string; change: (chargePointId: string) => void }) {
  const { t } = useTranslation()
  const client = useClient()
  const { data } = useQuery({
    queryKey: ['charge-points', 'offered', value],
    queryFn: ({ signal }) => {
      const query = { limit: OFFERED, ...(value === '' ? {} : { prefix: value }) }
      return bodyOf(client.GET('/charge-points', { params: { query }, signal }))
    },
    placeholderData: keepPreviousData,
  })
  return (
    <Autosuggest
      value={value}
      options={(data?.items ?? []).map(({ chargePointId, connectionState }) => ({
        value: chargePointId,
        description: t(`connection.${connectionState}`),
      }))}
      ariaLabel={t('chargingProfiles.chargePoint')}
      onChange={({ detail }) => change(detail.value.trim())}
    />
  )
}
