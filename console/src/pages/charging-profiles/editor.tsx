import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useParams } from 'react-router'
import { bodyOf, type Schemas } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { useNotices } from '../../app/notices.tsx'
import { Page } from '../../app/page.tsx'
import { useClient } from '../../app/services.tsx'
import { issueAt } from '../../components/form-modal.tsx'
import { MayButton } from '../../components/may-button.tsx'
import { ProblemAlert } from '../../components/problem.tsx'
import { type Draft, draftOf, EMPTY, issuesOf, profileOf } from './draft.ts'
import { ProfileFields } from './fields.tsx'
import { profileIn } from './list.tsx'
import { chargingProfilePath } from './paths.ts'
import { Periods } from './periods.tsx'
import { ProfilePlot } from './plot.tsx'
import { useTemplate } from './use-template.ts'

/** A charging profile is made, or one that is kept is edited; its plot follows what is typed. */
export default function ProfileEditor() {
  const { t } = useTranslation()
  const { chargingProfileId } = useParams()
  const id = chargingProfileId === undefined ? undefined : Number(chargingProfileId)
  const { data, error, refetch } = useTemplate(id)
  const above = [{ text: t('chargingProfiles.title'), href: '/charging-profiles' }]
  const title =
    id === undefined ? t('chargingProfiles.new') : t('chargingProfiles.editTitle', { chargingProfileId: id })
  return (
    <Page title={title} above={above}>
      {error && <ProblemAlert error={error} retry={refetch} />}
      {id !== undefined && !data && !error && <Spinner size="large" />}
      {(id === undefined || data) && <Editor {...data} />}
    </Page>
  )
}

interface EditorProps {
  template?: Schemas['ChargingProfile']
  etag?: string
}

function Editor({ template, etag = '*' }: EditorProps) {
  const { t } = useTranslation()
  // As it was when it was opened: what changes meanwhile must not be undone unseen.
  const [opened] = useState({ template, etag })
  const [draft, setDraft] = useState<Draft>(() =>
    template ? draftOf(profileIn(template), template.description) : EMPTY,
  )
  const { mutate, isPending, error } = useSave(opened.template, opened.etag)
  const issues = issuesOf(draft)
  const errorOf = (path: string): string | undefined => {
    const issue = issues[path]
    return issue ? t(`chargingProfiles.issues.${issue}`) : issueAt(error, PLACES[path] ?? path)
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (Object.keys(issues).length === 0 && !isPending) mutate(draft)
      }}
    >
      <SpaceBetween size="l">
        <Container header={<Header variant="h2">{t('chargingProfiles.profile')}</Header>}>
          <ProfileFields draft={draft} change={setDraft} errorOf={errorOf} />
        </Container>
        <div className="busbar-halves">
          <Container fitHeight header={<Header variant="h2">{t('chargingProfiles.periods')}</Header>}>
            <Periods
              value={draft.periods}
              unit={draft.unit}
              change={(periods) => setDraft({ ...draft, periods })}
              errorOf={errorOf}
            />
          </Container>
          <Container fitHeight header={<Header variant="h2">{t('chargingProfiles.plot')}</Header>}>
            <ProfilePlot profile={profileOf(draft)} />
          </Container>
        </div>
        <div role="status" aria-live="polite">
          {error && <ProblemAlert error={error} />}
        </div>
        <SpaceBetween direction="horizontal" size="xs">
          <Button
            variant="link"
            formAction="none"
            href={template ? chargingProfilePath(template.chargingProfileId) : '/charging-profiles'}
          >
            {t('common.cancel')}
          </Button>
          <MayButton
            needs="administrator"
            variant="primary"
            formAction="submit"
            loading={isPending}
            disabled={Object.keys(issues).length > 0}
          >
            {t('common.save')}
          </MayButton>
        </SpaceBetween>
      </SpaceBetween>
    </form>
  )
}

/** Where the API tells of what is typed here. */
const PLACES: Readonly<Record<string, string>> = {
  purpose: 'profile.chargingProfilePurpose',
  kind: 'profile.chargingProfileKind',
  recurrency: 'profile.recurrencyKind',
  stackLevel: 'profile.stackLevel',
  validFrom: 'profile.validFrom',
  validTo: 'profile.validTo',
  unit: 'profile.chargingSchedule.chargingRateUnit',
  duration: 'profile.chargingSchedule.duration',
  startSchedule: 'profile.chargingSchedule.startSchedule',
  minChargingRate: 'profile.chargingSchedule.minChargingRate',
}

function useSave(template: Schemas['ChargingProfile'] | undefined, etag: string) {
  const { t } = useTranslation()
  const client = useClient()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const { notify } = useNotices()
  return useMutation({
    mutationFn: ({ description, ...draft }: Draft) => {
      const profile = { ...profileOf({ ...draft, description }) }
      if (!template) {
        const told = description.trim() === '' ? {} : { description }
        return bodyOf(client.POST('/charging-profiles', { body: { ...told, profile } }))
      }
      const { chargingProfileId } = template
      return bodyOf(
        client.PATCH('/charging-profiles/{chargingProfileId}', {
          params: { path: { chargingProfileId }, header: { 'If-Match': etag } },
          body: { description: description.trim() === '' ? null : description, profile },
        }),
      )
    },
    onSuccess: ({ chargingProfileId }) => {
      for (const queryKey of [keys.chargingProfiles, keys.chargingProfile(chargingProfileId)])
        void queries.invalidateQueries({ queryKey })
      notify({ type: 'success', header: t('chargingProfiles.saved', { chargingProfileId }) })
      void navigate(chargingProfilePath(chargingProfileId))
    },
  })
}
