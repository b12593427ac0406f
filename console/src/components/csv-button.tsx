import Button from '@cloudscape-design/components/button'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { fetchText } from '../api/client.ts'
import { useNotices } from '../app/notices.tsx'
import { useServices } from '../app/services.tsx'
import { saveFile } from './save-file.ts'

/** Everything that matches, as far as the API tells it at once, as a file. */
export function CsvButton({ path, query }: { path: string; query: Readonly<Record<string, string>> }) {
  const { t } = useTranslation()
  const { session } = useServices()
  const { notify, notifyProblem } = useNotices()
  const download = useMutation({
    mutationFn: async () => {
      const response = await fetchText(session, `${path}?${new URLSearchParams(query)}`, 'text/csv')
      return { text: await response.text(), partial: response.headers.has('link') }
    },
    onSuccess: ({ text, partial }) => {
      saveFile(new Blob([text], { type: 'text/csv' }), `${path.replaceAll('/', '-').slice(1)}.csv`)
      if (partial) notify({ type: 'info', header: t('listing.downloadPart', { rows: '10,000' }) })
    },
    onError: notifyProblem,
  })
  return (
    <Button iconName="download" loading={download.isPending} onClick={() => download.mutate()}>
      {t('listing.download')}
    </Button>
  )
}
