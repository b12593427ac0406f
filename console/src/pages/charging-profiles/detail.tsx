import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useParams } from 'react-router'
import { bodyOf, type Schemas } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { Page } from '../../app/page.tsx'
import { useClient } from '../../app/services.tsx'
import { EditOrRemove } from '../../components/edit-or-remove.tsx'
import { Facts } from '../../components/facts.tsx'
import { MayButton } from '../../components/may-button.tsx'
import { ProblemAlert } from '../../components/problem.tsx'
import { RemoveModal } from '../../components/remove-modal.tsx'
import { When } from '../../components/time.tsx'
import { AtStation } from './at-station.tsx'
import { kindOf, profileIn } from './list.tsx'
import { chargingProfilePath } from './paths.ts'
import { ProfilePlot } from './plot.tsx'
import { useTemplate } from './use-template.ts'

type Template = Schemas['ChargingProfile']

/** A charging profile that is kept: its plot, and what a charge point makes of it. */
export default function ProfileDetail() {
  const { t } = useTranslation()
  const { chargingProfileId = '' } = useParams()
  const { data, error, refetch } = useTemplate(Number(chargingProfileId))
  return (
    <Page
      title={data?.template.description ?? t('chargingProfiles.one', { chargingProfileId })}
      above={[{ text: t('chargingProfiles.title'), href: '/charging-profiles' }]}
      actions={data && <Actions {...data} />}
    >
      {error && <ProblemAlert error={error} retry={refetch} />}
      {!data && !error && <Spinner size="large" />}
      {data && (
        <SpaceBetween size="l">
          <ProfileFacts template={data.template} />
          <div className="busbar-halves">
            <Container fitHeight header={<Header variant="h2">{t('chargingProfiles.plot')}</Header>}>
              <ProfilePlot profile={profileIn(data.template)} />
            </Container>
            <AtStation template={data.template} />
          </div>
        </SpaceBetween>
      )}
    </Page>
  )
}

function ProfileFacts({ template }: { template: Template }) {
  const { t } = useTranslation()
  const profile = profileIn(template)
  const { validFrom, validTo, chargingSchedule } = profile
  const { startSchedule, minChargingRate, chargingRateUnit: unit } = chargingSchedule
  return (
    <Facts
      title={t('chargingProfiles.profile')}
      facts={[
        { label: t('chargingProfiles.id'), value: template.chargingProfileId },
        { label: t('chargingProfiles.purpose'), value: profile.chargingProfilePurpose },
        { label: t('chargingProfiles.kind'), value: kindOf(profile) },
        { label: t('chargingProfiles.stackLevel'), value: `${profile.stackLevel}` },
        { label: t('chargingProfiles.startSchedule'), value: startSchedule && <When at={startSchedule} /> },
        { label: t('chargingProfiles.validFrom'), value: validFrom && <When at={validFrom} /> },
        { label: t('chargingProfiles.validTo'), value: validTo && <When at={validTo} /> },
        {
          label: t('chargingProfiles.minChargingRate'),
          value: minChargingRate !== undefined && `${minChargingRate} ${unit}`,
        },
        { label: t('chargingProfiles.updatedAt'), value: <When at={template.updatedAt} /> },
      ]}
    />
  )
}

function Actions({ template, etag }: { template: Template; etag: string }) {
  const { t } = useTranslation()
  const client = useClient()
  const navigate = useNavigate()
  const [removing, setRemoving] = useState(false)
  const { chargingProfileId } = template
  const params = { path: { chargingProfileId }, header: { 'If-Match': etag } }
  return (
    <SpaceBetween direction="horizontal" size="xs">
      <MayButton needs="operator" onClick={() => void navigate(taskFor(template))}>
        {t('chargingProfiles.toMany')}
      </MayButton>
      <EditOrRemove
        open={(what) =>
          what === 'remove'
            ? setRemoving(true)
            : void navigate(`${chargingProfilePath(chargingProfileId)}/edit`)
        }
      />
      {removing && (
        <RemoveModal
          title={t('chargingProfiles.removeTitle', { chargingProfileId })}
          detail={t('chargingProfiles.removeDetail')}
          removed={t('chargingProfiles.removed', { chargingProfileId })}
          list="/charging-profiles"
          listKey={keys.chargingProfiles}
          ownKey={keys.chargingProfile(chargingProfileId)}
          remove={() => bodyOf(client.DELETE('/charging-profiles/{chargingProfileId}', { params }))}
          close={() => setRemoving(false)}
        />
      )}
    </SpaceBetween>
  )
}

/** The form of a task that gives it to many, filled in. */
function taskFor({ chargingProfileId }: Template): string {
  const payload = { connectorId: 0, csChargingProfiles: { chargingProfileId } }
  return `/tasks/new?${new URLSearchParams({ action: 'SetChargingProfile', payload: JSON.stringify(payload) })}`
}
