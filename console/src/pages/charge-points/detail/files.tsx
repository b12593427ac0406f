import Badge from '@cloudscape-design/components/badge'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator'
import { useTranslation } from 'react-i18next'
import { bodyOf, type Schemas } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { useClient } from '../../../app/services.tsx'
import { DownloadButton } from '../../../components/download-button.tsx'
import { formatBytes, formatClock } from '../../../components/format.ts'
import { Listing } from '../../../components/listing.tsx'
import { MayButton } from '../../../components/may-button.tsx'
import { Ago } from '../../../components/time.tsx'
import type { Proposal } from '../actions/action-modal.tsx'

type Job = Schemas['Job']
type File = Schemas['File']

interface Props {
  chargePointId: string
  propose: (proposal: Proposal) => void
}

/** Updates and uploads, with their steps, and the files that came of them. */
export function FilesTab({ chargePointId, propose }: Props) {
  return (
    <SpaceBetween size="l">
      <Jobs chargePointId={chargePointId} propose={propose} />
      <Files chargePointId={chargePointId} />
    </SpaceBetween>
  )
}

function Jobs({ chargePointId, propose }: Props) {
  const { t } = useTranslation()
  const client = useClient()
  const ask = (action: string) => (
    <MayButton needs="operator" onClick={() => propose({ action })}>
      {action}
    </MayButton>
  )
  return (
    <Listing<Job>
      id="jobs"
      variant="container"
      title={t('files.jobs')}
      description={t('files.jobsDescription')}
      actions={
        <SpaceBetween direction="horizontal" size="xs">
          {ask('GetDiagnostics')}
          {ask('GetLog')}
          {ask('UpdateFirmware')}
        </SpaceBetween>
      }
      queryKey={keys.part(chargePointId, 'jobs')}
      fetchPage={(query, signal) =>
        bodyOf(
          client.GET('/charge-points/{chargePointId}/jobs', {
            params: { path: { chargePointId }, query },
            signal,
          }),
        )
      }
      rowId={({ messageId }) => messageId}
      refreshSeconds={5}
      columns={[
        {
          id: 'kind',
          header: t('files.kind'),
          isRowHeader: true,
          cell: ({ kind }) => t(`files.kinds.${kind}`),
        },
        { id: 'status', header: t('files.status'), cell: (job) => <JobStatus job={job} /> },
        {
          id: 'steps',
          header: t('files.steps'),
          cell: ({ steps }) => (
            <SpaceBetween direction="horizontal" size="xxs">
              {steps.map(({ status, at }) => (
                <span key={`${status} ${at}`} title={formatClock(at)}>
                  <Badge>{status}</Badge>
                </span>
              ))}
            </SpaceBetween>
          ),
        },
        {
          id: 'file',
          header: t('files.file'),
          cell: ({ fileName, location }) => fileName ?? location ?? '–',
        },
        { id: 'createdAt', header: t('calls.createdAt'), cell: ({ createdAt }) => <Ago at={createdAt} /> },
        { id: 'origin', header: t('calls.origin'), cell: ({ origin }) => origin ?? '–' },
      ]}
      empty={{ title: t('files.noJobs'), detail: t('files.noJobsDetail') }}
    />
  )
}

function JobStatus({ job: { status, endedAt } }: { job: Job }) {
  const look = (): StatusIndicatorProps.Type => {
    if (/Fail|Invalid|Revoked|Rejected|NotSupported|TimedOut|Unanswered/i.test(status)) return 'error'
    return endedAt === undefined ? 'in-progress' : 'success'
  }
  return <StatusIndicator type={look()}>{status}</StatusIndicator>
}

function Files({ chargePointId }: { chargePointId: string }) {
  const { t } = useTranslation()
  const client = useClient()
  return (
    <Listing<File>
      id="charge-point-files"
      variant="container"
      title={t('files.title')}
      queryKey={keys.part(chargePointId, 'files')}
      fetchPage={(query, signal) =>
        bodyOf(
          client.GET('/charge-points/{chargePointId}/files', {
            params: { path: { chargePointId }, query },
            signal,
          }),
        )
      }
      rowId={({ fileId }) => fileId}
      columns={[
        { id: 'name', header: t('files.file'), isRowHeader: true, cell: ({ name }) => name },
        {
          id: 'status',
          header: t('files.status'),
          cell: ({ status }) => t(`files.statuses.${status}`),
        },
        {
          id: 'bytes',
          header: t('files.size'),
          cell: ({ bytes }) => (bytes === undefined ? '–' : formatBytes(bytes)),
        },
        { id: 'createdAt', header: t('calls.createdAt'), cell: ({ createdAt }) => <Ago at={createdAt} /> },
        {
          id: 'download',
          header: t('common.actions'),
          cell: (file) => <DownloadButton file={file} label={t('files.download', { name: file.name })} />,
        },
      ]}
      empty={{ title: t('files.empty'), detail: t('files.emptyDetail') }}
    />
  )
}
