import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import FileUpload from '@cloudscape-design/components/file-upload'
import FormField from '@cloudscape-design/components/form-field'
import ProgressBar from '@cloudscape-design/components/progress-bar'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { bodyOf } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { useNotices } from '../../app/notices.tsx'
import { useClient } from '../../app/services.tsx'
import { FormModal } from '../../components/form-modal.tsx'
import { Json } from '../../components/json.tsx'
import { commandOf, put } from './upload.ts'

/** Firmware from this device: it is announced, then sent. */
export function UploadModal({ close }: { close: () => void }) {
  const { t } = useTranslation()
  const client = useClient()
  const queries = useQueryClient()
  const { notify } = useNotices()
  const [files, setFiles] = useState<File[]>([])
  const [share, setShare] = useState<number>()
  const [command, setCommand] = useState<string>()
  const [file] = files
  const submit = async () => {
    if (!file) return
    const { name, size: bytes } = file
    const made = await bodyOf(client.POST('/files', { body: { name, bytes } }))
    void queries.invalidateQueries({ queryKey: keys.files })
    if (!made.upload) throw new Error(t('firmware.noUpload'))
    setShare(0)
    try {
      await put(made.upload.url, file, setShare)
    } catch (error) {
      setShare(undefined)
      setCommand(commandOf(made.upload.url, name))
      throw error
    }
    // Nobody tells the API that it has come: it looks when the file is read.
    await bodyOf(client.GET('/files/{fileId}', { params: { path: { fileId: made.fileId } } }))
    void queries.invalidateQueries({ queryKey: keys.files })
    notify({ type: 'success', header: t('firmware.uploaded', { name }) })
    close()
  }
  return (
    <FormModal
      title={t('firmware.add')}
      submitText={t('firmware.upload')}
      disabled={!file || command !== undefined}
      submit={submit}
      cancel={close}
    >
      {(errorOf) => (
        <>
          <FormField label={t('firmware.file')} errorText={errorOf('bytes') ?? errorOf('name')}>
            <FileUpload
              value={files}
              onChange={({ detail }) => setFiles(detail.value)}
              showFileSize
              i18nStrings={{
                uploadButtonText: () => t('firmware.chooseFile'),
                dropzoneText: () => t('firmware.drop'),
                removeFileAriaLabel: () => t('common.remove'),
                limitShowFewer: t('common.close'),
                limitShowMore: t('common.more'),
                errorIconAriaLabel: t('firmware.error'),
              }}
            />
          </FormField>
          {share !== undefined && <ProgressBar value={share * 100} label={t('firmware.sending')} />}
          {command && (
            <Alert type="info" header={t('firmware.byHand')}>
              <SpaceBetween size="xs">
                <Box>{t('firmware.byHandDetail')}</Box>
                <Json value={command} label={t('firmware.command')} />
              </SpaceBetween>
            </Alert>
          )}
        </>
      )}
    </FormModal>
  )
}
