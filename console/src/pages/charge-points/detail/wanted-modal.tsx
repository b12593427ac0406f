import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { bodyOf } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { useClient } from '../../../app/services.tsx'
import { FormModal } from '../../../components/form-modal.tsx'
import type { ConfigurationRow } from './configuration-rows.ts'

interface Props {
  chargePointId: string
  /** Without one, any key. */
  row?: ConfigurationRow
  close: () => void
}

/** Says what a key is to be, whatever it is; an empty value leaves it to the charge point. */
export function WantedModal({ chargePointId, row, close }: Props) {
  const { t } = useTranslation()
  const client = useClient()
  const queries = useQueryClient()
  const [key, setKey] = useState(row?.key ?? '')
  const [value, setValue] = useState(row?.wanted ?? row?.value ?? '')
  const submit = async () => {
    await bodyOf(
      client.PATCH('/charge-points/{chargePointId}', {
        params: { path: { chargePointId } },
        body: { wantedConfiguration: { [key]: value === '' ? null : value } },
      }),
    )
    void queries.invalidateQueries({ queryKey: keys.chargePoint(chargePointId) })
    close()
  }
  return (
    <FormModal
      title={t('configuration.want')}
      submitText={t('common.save')}
      disabled={key.trim() === ''}
      submit={submit}
      cancel={close}
    >
      {(errorOf) => (
        <>
          <FormField label={t('configuration.key')} errorText={errorOf('wantedConfiguration')} stretch>
            <Input value={key} disabled={row !== undefined} onChange={({ detail }) => setKey(detail.value)} />
          </FormField>
          <FormField
            label={t('configuration.wanted')}
            description={t('configuration.wantHint')}
            errorText={errorOf(`wantedConfiguration.${key}`)}
            stretch
          >
            <Input value={value} onChange={({ detail }) => setValue(detail.value)} />
          </FormField>
        </>
      )}
    </FormModal>
  )
}
