import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Toggle from '@cloudscape-design/components/toggle'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { ErrorOf } from '../../components/form-modal.tsx'
import { InstantInput } from '../../components/instant-input.tsx'
import { OfferInput, OfferInputs, OfferSelect } from '../../components/offer-input.tsx'
import { useUserNames } from '../users/names.tsx'
import type { Draft } from './draft.ts'

interface Props {
  draft: Draft
  change: (draft: Draft) => void
  errorOf: ErrorOf
}

/** All that is kept of an id tag, as a form. */
export function IdTagFields({ draft, change, errorOf }: Props) {
  const { t } = useTranslation()
  const names = useUserNames()
  const set = <K extends keyof Draft>(name: K) => {
    return (value: Draft[K]) => change({ ...draft, [name]: value })
  }
  const field = (name: string, label: string, control: ReactNode, hint?: string) => (
    <FormField label={label} {...(hint ? { description: hint } : {})} errorText={errorOf(name)} stretch>
      {control}
    </FormField>
  )
  return (
    <>
      {field(
        'userId',
        t('idTags.user'),
        <OfferSelect
          noun="users"
          value={draft.userId}
          label={names.get(draft.userId)}
          change={set('userId')}
          ariaLabel={t('idTags.user')}
        />,
      )}
      {field(
        'parentIdTag',
        t('idTags.parentIdTag'),
        <OfferInput
          noun="idTags"
          value={draft.parentIdTag}
          change={set('parentIdTag')}
          ariaLabel={t('idTags.parentIdTag')}
        />,
        t('idTags.parentHint'),
      )}
      {field(
        'expiryDate',
        t('idTags.expiryDate'),
        <InstantInput
          value={draft.expiryDate || undefined}
          change={(value = '') => set('expiryDate')(value)}
          ariaLabel={t('idTags.expiryDate')}
        />,
        t('idTags.expiryHint'),
      )}
      {field(
        'maxActiveTransactions',
        t('idTags.limit'),
        <Limit draft={draft} change={change} />,
        t('idTags.limitHint'),
      )}
      {field(
        'allowedSites',
        t('idTags.allowedSites'),
        <OfferInputs
          noun="sites"
          values={draft.allowedSites}
          change={set('allowedSites')}
          ariaLabel={t('idTags.allowedSites')}
        />,
        t('idTags.allowedHint'),
      )}
      {field(
        'allowedChargePoints',
        t('idTags.allowedChargePoints'),
        <OfferInputs
          noun="chargePoints"
          values={draft.allowedChargePoints}
          change={set('allowedChargePoints')}
          ariaLabel={t('idTags.allowedChargePoints')}
        />,
      )}
      {field(
        'note',
        t('idTags.note'),
        <Input value={draft.note} onChange={({ detail }) => set('note')(detail.value)} />,
      )}
      <Toggle
        checked={draft.blocked}
        description={t('idTags.blockedHint')}
        onChange={({ detail }) => set('blocked')(detail.checked)}
      >
        {t('idTags.blocked')}
      </Toggle>
    </>
  )
}

function Limit({ draft, change }: Omit<Props, 'errorOf'>) {
  const { t } = useTranslation()
  return (
    <SpaceBetween direction="horizontal" size="m" alignItems="center">
      <Input
        type="number"
        inputMode="numeric"
        value={draft.limited ? draft.limit : ''}
        disabled={!draft.limited}
        ariaLabel={t('idTags.limit')}
        onChange={({ detail }) => change({ ...draft, limit: detail.value })}
      />
      <Toggle
        checked={!draft.limited}
        onChange={({ detail }) => change({ ...draft, limited: !detail.checked })}
      >
        {t('idTags.noLimit')}
      </Toggle>
    </SpaceBetween>
  )
}
