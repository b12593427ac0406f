import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import FormField from '@cloudscape-design/components/form-field'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Toggle from '@cloudscape-design/components/toggle'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { bodyOf, type Schemas } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { ApiProblem } from '../../api/problem.ts'
import { useNotices } from '../../app/notices.tsx'
import { useClient } from '../../app/services.tsx'
import { FormModal } from '../../components/form-modal.tsx'
import { formatInstant } from '../../components/format.ts'
import { InstantInput } from '../../components/instant-input.tsx'
import { OfferInput } from '../../components/offer-input.tsx'
import { isOpen } from './status.tsx'

const WAIT_SECONDS = 20
const USUAL_MILLISECONDS = 3_600_000
const MINUTE = 60_000

type Outcome = Schemas['ReservationOutcome']

interface Draft {
  chargePointId: string
  connectorId: number
  idTag: string
  parentIdTag: string
  expiryDate: string | undefined
  queue: boolean
}

/** Whole minutes, which is what the form shows. */
const usualExpiry = () =>
  new Date(Math.ceil((Date.now() + USUAL_MILLISECONDS) / MINUTE) * MINUTE).toISOString()

interface Props {
  chargePointId?: string
  close: () => void
}

/** Asks a charge point to keep a connector; stays open to tell why it was not kept. */
export function NewReservation({ chargePointId = '', close }: Props) {
  const { t } = useTranslation()
  const send = useReserve()
  const { notify } = useNotices()
  const [conflict, setConflict] = useState(false)
  const [declined, setDeclined] = useState<Outcome>()
  const [draft, setDraft] = useState<Draft>(() => ({
    chargePointId,
    connectorId: 1,
    idTag: '',
    parentIdTag: '',
    expiryDate: usualExpiry(),
    queue: false,
  }))
  const headerOf = ({ status, reservationId, chargePointId, connectorId, idTag }: Outcome): string => {
    if (status === 'Waiting') return t('reservations.waiting', { reservationId, chargePointId })
    if (connectorId === 0) return t('reservations.acceptedAny', { chargePointId, idTag })
    return t('reservations.accepted', { chargePointId, connectorId, idTag })
  }
  const submit = async () => {
    setDeclined(undefined)
    setConflict(false)
    try {
      const outcome = await send(draft)
      if (!isOpen(outcome)) return setDeclined(outcome)
      notify({ type: outcome.status === 'Waiting' ? 'info' : 'success', header: headerOf(outcome) })
      close()
    } catch (error) {
      setConflict(error instanceof ApiProblem && error.kind === 'reserved')
      throw error
    }
  }
  return (
    <FormModal
      title={t('reservations.add')}
      submitText={t('reservations.addSubmit')}
      disabled={draft.chargePointId === '' || draft.idTag === '' || draft.expiryDate === undefined}
      submit={submit}
      cancel={close}
    >
      {(errorOf) => (
        <>
          <Fields draft={draft} change={setDraft} errorOf={errorOf} />
          {declined && (
            <Alert type="warning" header={t(`reservations.statuses.${declined.status}`)}>
              {t(`reservations.words.${declined.status}`)} {declined.reason}
            </Alert>
          )}
          {conflict && <Conflict chargePointId={draft.chargePointId} />}
        </>
      )}
    </FormModal>
  )
}

function useReserve() {
  const client = useClient()
  const queries = useQueryClient()
  return async ({ chargePointId, connectorId, idTag, parentIdTag, expiryDate = '', queue }: Draft) => {
    const outcome = await bodyOf(
      client.POST('/reservations', {
        params: { header: { Prefer: `wait=${WAIT_SECONDS}` } },
        headers: { 'Idempotency-Key': crypto.randomUUID() },
        body: {
          chargePointId,
          connectorId,
          idTag,
          expiryDate,
          ...(parentIdTag ? { parentIdTag } : {}),
          ...(queue ? { whenOffline: 'queue' as const } : {}),
        },
      }),
    )
    void queries.invalidateQueries({ queryKey: keys.reservations })
    void queries.invalidateQueries({ queryKey: keys.overview })
    return outcome
  }
}

interface FieldsProps {
  draft: Draft
  change: (draft: Draft) => void
  errorOf: (path: string) => string | undefined
}

function Fields({ draft, change, errorOf }: FieldsProps) {
  const { t } = useTranslation()
  const connectors = useConnectorOptions(draft.chargePointId)
  const { connectorId } = draft
  return (
    <>
      <FormField
        label={t('reservations.chargePoint')}
        description={t('reservations.chargePointHint')}
        errorText={errorOf('chargePointId')}
        stretch
      >
        <OfferInput
          noun="chargePoints"
          value={draft.chargePointId}
          change={(chargePointId) => change({ ...draft, chargePointId })}
          ariaLabel={t('reservations.chargePoint')}
        />
      </FormField>
      <FormField
        label={t('reservations.connector')}
        {...(connectorId === 0 ? { description: t('reservations.anyHint') } : {})}
        errorText={errorOf('connectorId')}
        stretch
      >
        <Select
          options={connectors}
          selectedOption={
            connectors.find(({ value }) => value === `${connectorId}`) ?? {
              value: `${connectorId}`,
              label: `${connectorId}`,
            }
          }
          ariaLabel={t('reservations.connector')}
          onChange={({ detail }) => change({ ...draft, connectorId: Number(detail.selectedOption.value) })}
        />
      </FormField>
      <FormField
        label={t('reservations.idTag')}
        description={t('reservations.idTagHint')}
        errorText={errorOf('idTag')}
        stretch
      >
        <OfferInput
          noun="idTags"
          value={draft.idTag}
          change={(idTag) => change({ ...draft, idTag })}
          ariaLabel={t('reservations.idTag')}
        />
      </FormField>
      <FormField
        label={t('reservations.parentIdTag')}
        description={t('reservations.parentHint')}
        errorText={errorOf('parentIdTag')}
        stretch
      >
        <OfferInput
          noun="idTags"
          value={draft.parentIdTag}
          change={(parentIdTag) => change({ ...draft, parentIdTag })}
          ariaLabel={t('reservations.parentIdTag')}
        />
      </FormField>
      <FormField
        label={t('reservations.until')}
        description={t('reservations.untilHint')}
        errorText={errorOf('expiryDate')}
      >
        <InstantInput
          value={draft.expiryDate}
          change={(expiryDate) => change({ ...draft, expiryDate })}
          ariaLabel={t('reservations.until')}
        />
      </FormField>
      <Toggle checked={draft.queue} onChange={({ detail }) => change({ ...draft, queue: detail.checked })}>
        {t('reservations.queue')}
      </Toggle>
    </>
  )
}

const CONNECTORS_MIN = 2

/** Those that are known of the charge point, with their status; else the first two; and any of them. */
function useConnectorOptions(chargePointId: string) {
  const { t } = useTranslation()
  const client = useClient()
  const { data } = useQuery({
    queryKey: [...keys.part(chargePointId, 'connectors'), 'offered'],
    queryFn: async ({ signal }) => {
      const params = { path: { chargePointId } }
      return (await bodyOf(client.GET('/charge-points/{chargePointId}', { params, signal }))).connectors
    },
    enabled: chargePointId !== '',
    retry: false,
  })
  const known = (data ?? []).filter(({ connectorId }) => connectorId > 0)
  const shown: { connectorId: number; status?: string }[] =
    known.length > 0
      ? known
      : Array.from({ length: CONNECTORS_MIN }, (_, index) => ({ connectorId: index + 1 }))
  return [
    ...shown.map(({ connectorId, status = '' }) => ({
      value: `${connectorId}`,
      label: `${t('reservations.connector')} ${connectorId}`,
      description: status,
    })),
    { value: '0', label: t('reservations.anyConnector') },
  ]
}

/** Why it cannot be reserved: what is held there already. */
function Conflict({ chargePointId }: { chargePointId: string }) {
  const { t } = useTranslation()
  const client = useClient()
  const { data } = useQuery({
    queryKey: [...keys.reservations, 'held', chargePointId],
    queryFn: ({ signal }) => {
      const params = { query: { chargePointId, active: 'true' as const } }
      return bodyOf(client.GET('/reservations', { params, signal }))
    },
  })
  return (
    <Alert type="info" header={t('reservations.conflict')}>
      <SpaceBetween size="xs">
        <Box>{t('reservations.conflictDetail')}</Box>
        {data && data.items.length > 0 && (
          <div>
            <Box variant="awsui-key-label">{t('reservations.held', { chargePointId })}</Box>
            <ul className="busbar-issues">
              {data.items.map(({ reservationId, connectorId, idTag, expiryDate }) => (
                <li key={reservationId}>
                  {connectorId === 0
                    ? t('reservations.anyConnector')
                    : `${t('reservations.connector')} ${connectorId}`}
                  {` · ${idTag} · ${t('reservations.until')} ${formatInstant(expiryDate)} · ${reservationId}`}
                </li>
              ))}
            </ul>
          </div>
        )}
      </SpaceBetween>
    </Alert>
  )
}
