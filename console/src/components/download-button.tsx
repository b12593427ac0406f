import Button from '@cloudscape-design/components/button'
import { useMutation } from '@tanstack/react-query'
import { bodyOf, type Schemas } from '../api/client.ts'
import { useNotices } from '../app/notices.tsx'
import { useClient } from '../app/services.tsx'

interface Props {
  file: Pick<Schemas['File'], 'fileId' | 'status'>
  label: string
}

/** The content of a file, by a URL that is made when it is asked for, and is good for minutes. */
export function DownloadButton({ file: { fileId, status }, label }: Props) {
  const client = useClient()
  const { notifyProblem } = useNotices()
  const download = useMutation({
    mutationFn: () => bodyOf(client.GET('/files/{fileId}', { params: { path: { fileId } } })),
    onSuccess: (file) => {
      if (file.download) location.assign(file.download.url)
    },
    onError: notifyProblem,
  })
  return (
    <Button
      variant="inline-icon"
      iconName="download"
      disabled={status !== 'Stored'}
      loading={download.isPending}
      ariaLabel={label}
      onClick={() => download.mutate()}
    />
  )
}
