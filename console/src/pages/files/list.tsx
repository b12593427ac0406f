import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator'
import { useQueryClient } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { bodyOf, type Schemas } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { useNotices } from '../../app/notices.tsx'
import { usePlace } from '../../app/page.tsx'
import { useClient } from '../../app/services.tsx'
import { DownloadButton } from '../../components/download-button.tsx'
import { ConfirmModal } from '../../components/form-modal.tsx'
import { formatBytes } from '../../components/format.ts'
import { Copy } from '../../components/json.tsx'
import { Listing } from '../../components/listing.tsx'
import { MayButton } from '../../components/may-button.tsx'
import { Ago } from '../../components/time.tsx'
import { UploadModal } from './upload-modal.tsx'

type File = Schemas['File']

/** Firmware that charge points can be told to fetch. What they send is on their own pages. */
export default function Files() {
  const { t } = useTranslation()
  const client = useClient()
  const [adding, setAdding] = useState(false)
  const [removing, setRemoving] = useState<File>()
  usePlace(t('firmware.title'))
  const add = (
    <MayButton needs="administrator" variant="primary" onClick={() => setAdding(true)}>
      {t('firmware.add')}
    </MayButton>
  )
  return (
    <>
      <Listing<File>
        id="firmware"
        title={t('firmware.title')}
        description={t('firmware.description')}
        queryKey={keys.files}
        fetchPage={(query, signal) => bodyOf(client.GET('/files', { params: { query }, signal }))}
        rowId={({ fileId }) => fileId}
        columns={useColumns(setRemoving)}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button href="/tasks/new?action=UpdateFirmware">{t('firmware.roll')}</Button>
            {add}
          </SpaceBetween>
        }
        empty={{ title: t('firmware.empty'), detail: t('firmware.emptyDetail'), action: add }}
      />
      {adding && <UploadModal close={() => setAdding(false)} />}
      {removing && <Remove file={removing} close={() => setRemoving(undefined)} />}
    </>
  )
}

const STATUSES: Record<File['status'], StatusIndicatorProps.Type> = {
  Awaited: 'pending',
  Stored: 'success',
  TooLarge: 'error',
}

function useColumns(remove: (file: File) => void) {
  const { t } = useTranslation()
  return useMemo(
    () => [
      { id: 'name', header: t('firmware.name'), isRowHeader: true, cell: ({ name }: File) => name },
      {
        id: 'status',
        header: t('firmware.status'),
        cell: ({ status }: File) => (
          <StatusIndicator type={STATUSES[status]}>{t(`firmware.statuses.${status}`)}</StatusIndicator>
        ),
      },
      {
        id: 'bytes',
        header: t('firmware.size'),
        cell: ({ bytes }: File) => (bytes === undefined ? '–' : formatBytes(bytes)),
      },
      {
        id: 'uri',
        header: t('firmware.uri'),
        cell: ({ uri }: File) => (
          <span className="busbar-address">
            <code>{uri}</code>
            <Copy text={uri} />
          </span>
        ),
      },
      {
        id: 'createdAt',
        header: t('firmware.createdAt'),
        cell: ({ createdAt }: File) => <Ago at={createdAt} />,
      },
      { id: 'origin', header: t('firmware.origin'), cell: ({ origin }: File) => origin ?? '–' },
      {
        id: 'actions',
        header: t('common.actions'),
        minWidth: 180,
        cell: (file: File) => (
          <SpaceBetween direction="horizontal" size="xs">
            <DownloadButton file={file} label={t('firmware.download', { name: file.name })} />
            <MayButton
              needs="administrator"
              variant="inline-icon"
              iconName="remove"
              ariaLabel={t('firmware.remove', { name: file.name })}
              onClick={() => remove(file)}
            />
          </SpaceBetween>
        ),
      },
    ],
    [t, remove],
  )
}

function Remove({ file: { fileId, name }, close }: { file: File; close: () => void }) {
  const { t } = useTranslation()
  const client = useClient()
  const queries = useQueryClient()
  const { notify } = useNotices()
  const confirm = async () => {
    await bodyOf(client.DELETE('/files/{fileId}', { params: { path: { fileId } } }))
    void queries.invalidateQueries({ queryKey: keys.files })
    notify({ type: 'success', header: t('firmware.removed', { name }) })
  }
  return (
    <ConfirmModal
      title={t('firmware.removeTitle', { name })}
      confirmText={t('common.remove')}
      confirm={confirm}
      close={close}
    >
      {t('firmware.removeDetail')}
    </ConfirmModal>
  )
}
