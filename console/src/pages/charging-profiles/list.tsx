import Link from '@cloudscape-design/components/link'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { bodyOf, type Schemas } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { usePlace } from '../../app/page.tsx'
import { useClient } from '../../app/services.tsx'
import { Listing } from '../../components/listing.tsx'
import { MayButton } from '../../components/may-button.tsx'
import { Ago } from '../../components/time.tsx'
import type { Profile } from './draft.ts'
import { chargingProfilePath } from './paths.ts'

type Template = Schemas['ChargingProfile']

/** The charging profiles that are kept, to be given to charge points. */
export default function ChargingProfiles() {
  const { t } = useTranslation()
  const client = useClient()
  const navigate = useNavigate()
  usePlace(t('chargingProfiles.title'))
  const create = (
    <MayButton
      needs="administrator"
      variant="primary"
      onClick={() => void navigate('/charging-profiles/new')}
    >
      {t('chargingProfiles.new')}
    </MayButton>
  )
  return (
    <Listing<Template>
      id="charging-profiles"
      title={t('chargingProfiles.title')}
      description={t('chargingProfiles.listDescription')}
      queryKey={keys.chargingProfiles}
      fetchPage={(query, signal) => bodyOf(client.GET('/charging-profiles', { params: { query }, signal }))}
      rowId={({ chargingProfileId }) => `${chargingProfileId}`}
      columns={useColumns()}
      order={{ usual: 'asc' }}
      actions={create}
      empty={{
        title: t('chargingProfiles.empty'),
        detail: t('chargingProfiles.emptyDetail'),
        action: create,
      }}
    />
  )
}

export const profileIn = (template: Template): Profile => template.profile as unknown as Profile

function useColumns() {
  const { t } = useTranslation()
  return useMemo(
    () => [
      {
        id: 'id',
        header: t('chargingProfiles.id'),
        isRowHeader: true,
        cell: ({ chargingProfileId }: Template) => (
          <Link href={chargingProfilePath(chargingProfileId)}>{chargingProfileId}</Link>
        ),
      },
      {
        id: 'description',
        header: t('chargingProfiles.description'),
        cell: ({ description }: Template) => description ?? '–',
      },
      {
        id: 'purpose',
        header: t('chargingProfiles.purpose'),
        cell: (template: Template) => profileIn(template).chargingProfilePurpose,
      },
      {
        id: 'kind',
        header: t('chargingProfiles.kind'),
        cell: (template: Template) => kindOf(profileIn(template)),
      },
      {
        id: 'level',
        header: t('chargingProfiles.stackLevel'),
        cell: (template: Template) => profileIn(template).stackLevel,
      },
      {
        id: 'limits',
        header: t('chargingProfiles.limits'),
        cell: (template: Template) => limitsOf(profileIn(template)),
      },
      {
        id: 'updatedAt',
        header: t('chargingProfiles.updatedAt'),
        cell: ({ updatedAt }: Template) => <Ago at={updatedAt} />,
      },
    ],
    [t],
  )
}

export const kindOf = ({ chargingProfileKind: kind, recurrencyKind }: Profile): string =>
  recurrencyKind === undefined ? kind : `${kind}, ${recurrencyKind}`

/** `6–16 A`. */
function limitsOf({
  chargingSchedule: { chargingSchedulePeriod: periods, chargingRateUnit: unit },
}: Profile) {
  const limits = periods.map(({ limit }) => limit)
  const [least, most] = [Math.min(...limits), Math.max(...limits)]
  return least === most ? `${most} ${unit}` : `${least}–${most} ${unit}`
}
