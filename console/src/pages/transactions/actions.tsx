import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { bodyOf, type Schemas } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { useNotices } from '../../app/notices.tsx'
import { useClient } from '../../app/services.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { FormModal } from '../../components/form-modal.tsx'
import { InstantInput } from '../../components/instant-input.tsx'
import { MayButton } from '../../components/may-button.tsx'
import { ProblemAlert } from '../../components/problem.tsx'
import { CallView } from '../charge-points/actions/call-view.tsx'
import { useSend } from '../charge-points/actions/use-send.ts'
import { REASONS } from './facts-of.ts'

interface Props {
  transaction: Schemas['Transaction']
}

/** How a transaction that runs is brought to its end. */
export function TransactionActions({ transaction }: Props) {
  const { t } = useTranslation()
  const [open, setOpen] = useState<'stop' | 'close'>()
  const close = () => setOpen(undefined)
  return (
    <SpaceBetween direction="horizontal" size="xs">
      {transaction.active && (
        <MayButton needs="operator" onClick={() => setOpen('close')}>
          {t('transactions.close')}
        </MayButton>
      )}
      {transaction.active && (
        <MayButton needs="operator" variant="primary" onClick={() => setOpen('stop')}>
          {t('transactions.stop')}
        </MayButton>
      )}
      {open === 'stop' && <Stop transaction={transaction} close={close} />}
      {open === 'close' && <CloseByHand transaction={transaction} close={close} />}
    </SpaceBetween>
  )
}

/** Asks the charge point to stop it, and shows its answer. */
function Stop({ transaction: { transactionId, chargePointId }, close }: Props & { close: () => void }) {
  const { t } = useTranslation()
  const { mutate, isPending, error, call } = useSend(chargePointId)
  const send = () => mutate({ action: 'RemoteStopTransaction', payload: { transactionId } })
  return (
    <Dialog
      header={t('transactions.stopTitleOf', { transactionId })}
      onDismiss={close}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={close}>
              {t(call ? 'common.close' : 'common.cancel')}
            </Button>
            {!call && (
              <Button variant="primary" loading={isPending} onClick={send}>
                {t('transactions.stopSubmit')}
              </Button>
            )}
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        {!call && <Box>{t('transactions.stopDetail', { chargePointId })}</Box>}
        <div role="status">{call && <CallView call={call} />}</div>
        {error && <ProblemAlert error={error} />}
      </SpaceBetween>
    </Dialog>
  )
}

/** Writes down that it is over, for want of a stop. */
function CloseByHand({ transaction, close }: Props & { close: () => void }) {
  const { t } = useTranslation()
  const client = useClient()
  const queries = useQueryClient()
  const { notify } = useNotices()
  const [meterStop, setMeterStop] = useState('')
  const [timestamp, setTimestamp] = useState<string>()
  const [reason, setReason] = useState('Other')
  const { transactionId } = transaction
  const submit = async () => {
    const closed = await bodyOf(
      client.POST('/transactions/{transactionId}/close', {
        params: { path: { transactionId } },
        body: {
          reason,
          ...(meterStop === '' ? {} : { meterStop: Number(meterStop) }),
          ...(timestamp === undefined ? {} : { timestamp }),
        },
      }),
    )
    queries.setQueryData(keys.transaction(transactionId), closed)
    for (const queryKey of [keys.transactions, keys.overview]) void queries.invalidateQueries({ queryKey })
    notify({ type: 'success', header: t('transactions.closed', { transactionId }) })
    close()
  }
  const reasons = REASONS.map((value) => ({
    value,
    label: value,
    description: t(`transactions.reasons.${value}`),
  }))
  return (
    <FormModal
      title={t('transactions.closeTitle', { transactionId })}
      submitText={t('transactions.closeSubmit')}
      submit={submit}
      cancel={close}
    >
      {(errorOf) => (
        <>
          <Box>{t('transactions.closeDetail')}</Box>
          <FormField
            label={t('transactions.closeMeter')}
            description={t('transactions.closeMeterHint')}
            errorText={errorOf('meterStop')}
          >
            <Input
              type="number"
              inputMode="numeric"
              value={meterStop}
              onChange={({ detail }) => setMeterStop(detail.value)}
            />
          </FormField>
          <FormField
            label={t('transactions.closeTimestamp')}
            description={t('transactions.closeTimestampHint')}
            errorText={errorOf('timestamp')}
          >
            <InstantInput
              value={timestamp}
              change={setTimestamp}
              ariaLabel={t('transactions.closeTimestamp')}
            />
          </FormField>
          <FormField label={t('transactions.reason')} errorText={errorOf('reason')}>
            <Select
              options={reasons}
              selectedOption={reasons.find(({ value }) => value === reason) ?? null}
              onChange={({ detail }) => setReason(detail.selectedOption.value ?? 'Other')}
            />
          </FormField>
        </>
      )}
    </FormModal>
  )
}
