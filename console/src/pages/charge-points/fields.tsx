import Autosuggest from '@cloudscape-design/components/autosuggest'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import Select from '@cloudscape-design/components/select'
import Toggle from '@cloudscape-design/components/toggle'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { bodyOf } from '../../api/client.ts'
import { useClient } from '../../app/services.tsx'
import type { ErrorOf } from '../../components/form-modal.tsx'
import type { Draft, RegistrationStatus, SecurityProfile } from './draft.ts'

interface Props {
  draft: Draft
  change: (draft: Draft) => void
  errorOf: ErrorOf
  /** An edit keeps the password unless another one is given; for a new one, one is made. */
  editing?: boolean
}

const REGISTRATIONS: RegistrationStatus[] = ['Accepted', 'Pending', 'Rejected']
const PROFILES: SecurityProfile[] = [0, 1, 2, 3]

/** The operator's part of a charge point, as a form. */
export function ChargePointFields({ draft, change, errorOf, editing = false }: Props) {
  const { t } = useTranslation()
  const field = (name: keyof typeof LABELS, control: ReactNode, hint?: string) => (
    <FormField
      label={t(LABELS[name])}
      {...(hint ? { description: hint } : {})}
      errorText={errorOf(name)}
      stretch
    >
      {control}
    </FormField>
  )
  const text = (name: 'description' | 'address' | 'tags') => (
    <Input value={draft[name]} onChange={({ detail }) => change({ ...draft, [name]: detail.value })} />
  )
  const registrations = REGISTRATIONS.map((value) => ({
    value,
    label: value,
    description: t(`chargePoints.registrations.${value}`),
  }))
  const profiles = PROFILES.map((profile) => ({
    value: `${profile}`,
    label: t(`chargePoints.profiles.p${profile}`),
  }))
  return (
    <>
      {field(
        'registrationStatus',
        <Select
          options={registrations}
          selectedOption={registrations.find(({ value }) => value === draft.registrationStatus) ?? null}
          onChange={({ detail }) =>
            change({ ...draft, registrationStatus: detail.selectedOption.value as RegistrationStatus })
          }
        />,
      )}
      {field(
        'securityProfile',
        <Select
          options={profiles}
          selectedOption={profiles[draft.securityProfile] ?? null}
          onChange={({ detail }) =>
            change({ ...draft, securityProfile: Number(detail.selectedOption.value) as SecurityProfile })
          }
        />,
        editing ? t('chargePoints.profileEdit') : undefined,
      )}
      {draft.securityProfile > 0 &&
        field(
          'password',
          <Input
            type="password"
            autoComplete={false}
            value={draft.password}
            onChange={({ detail }) => change({ ...draft, password: detail.value })}
          />,
          t(editing ? 'chargePoints.passwordEdit' : 'chargePoints.passwordNew'),
        )}
      {field('description', text('description'))}
      {field('address', text('address'))}
      {field('siteId', <SiteInput value={draft.siteId} change={(siteId) => change({ ...draft, siteId })} />)}
      {field('tags', text('tags'), t('chargePoints.tagsHint'))}
      {field(
        'heartbeatInterval',
        <Input
          type="number"
          inputMode="numeric"
          value={draft.heartbeatInterval}
          onChange={({ detail }) => change({ ...draft, heartbeatInterval: detail.value })}
        />,
        t('chargePoints.heartbeatHint'),
      )}
      <Toggle checked={draft.strict} onChange={({ detail }) => change({ ...draft, strict: detail.checked })}>
        {t('chargePoints.strict')}
      </Toggle>
    </>
  )
}

const LABELS = {
  registrationStatus: 'chargePoints.registrationStatus',
  securityProfile: 'chargePoints.securityProfile',
  password: 'chargePoints.password',
  description: 'chargePoints.description',
  address: 'chargePoints.address',
  siteId: 'chargePoints.site',
  tags: 'chargePoints.tags',
  heartbeatInterval: 'chargePoints.heartbeatInterval',
} as const

const SITES_OFFERED = 100

function SiteInput({ value, change }: { value: string; change: (value: string) => void }) {
  const { t } = useTranslation()
  const client = useClient()
  const { data } = useQuery({
    queryKey: ['sites', 'offered'],
    queryFn: ({ signal }) =>
      bodyOf(client.GET('/sites', { params: { query: { limit: SITES_OFFERED } }, signal })),
  })
  return (
    <Autosuggest
      value={value}
      options={(data?.items ?? []).map(({ siteId, name }) => ({ value: siteId, description: name }))}
      empty={t('chargePoints.noSites')}
      ariaLabel={t('chargePoints.site')}
      onChange={({ detail }) => change(detail.value)}
    />
  )
}
