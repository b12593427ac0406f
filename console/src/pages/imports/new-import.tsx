import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import FileUpload from '@cloudscape-design/components/file-upload'
import FormField from '@cloudscape-design/components/form-field'
import RadioGroup from '@cloudscape-design/components/radio-group'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { bodyOf, type Client, type Schemas } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { useClient } from '../../app/services.tsx'
import { FormModal } from '../../components/form-modal.tsx'
import { saveFile } from '../../components/save-file.ts'

type Kind = Schemas['NewImport']['kind']
type Mode = NonNullable<Schemas['NewImport']['mode']>

const KINDS: Kind[] = ['charge-points', 'id-tags']
const MODES: Mode[] = ['create', 'upsert']

const EXAMPLES: Record<Kind, string> = {
  'charge-points':
    'chargePointId,description,siteId,tags\r\nCP101,"Car park, level 1",,fast;indoor\r\nCP102,,,\r\n',
  'id-tags': 'idTag,parentIdTag,blocked\r\n04A3B2C1,,\r\n04A3B2C2,,true\r\n',
}

/** A file with many charge points or id tags; then the page that shows how it goes. */
export function NewImport({ kind: given = 'charge-points', close }: { kind?: Kind; close: () => void }) {
  const { t } = useTranslation()
  const client = useClient()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [kind, setKind] = useState<Kind>(given)
  const [mode, setMode] = useState<Mode>('create')
  const [files, setFiles] = useState<File[]>([])
  const [file] = files
  const submit = async () => {
    if (!file) return
    const { importId } = await send(client, file, kind, mode, t('imports.noJson'))
    void queries.invalidateQueries({ queryKey: keys.imports })
    navigate(`/imports/${importId}`)
    close()
  }
  return (
    <FormModal
      title={t('imports.newTitle')}
      submitText={t('imports.start')}
      disabled={!file}
      submit={submit}
      cancel={close}
    >
      <Box>{t('imports.newDetail')}</Box>
      <FormField label={t('imports.kind')}>
        <RadioGroup
          value={kind}
          items={KINDS.map((value) => ({ value, label: t(`imports.kinds.${value}`) }))}
          onChange={({ detail }) => setKind(detail.value as Kind)}
        />
      </FormField>
      <FormField label={t('imports.mode')}>
        <RadioGroup
          value={mode}
          items={MODES.map((value) => ({ value, label: t(`imports.modes.${value}`) }))}
          onChange={({ detail }) => setMode(detail.value as Mode)}
        />
      </FormField>
      <FormField label={t('imports.file')} description={t('imports.formats')}>
        <FileUpload
          value={files}
          accept=".csv,.json,text/csv,application/json"
          showFileSize
          i18nStrings={{ uploadButtonText: () => t('imports.choose') }}
          onChange={({ detail }) => setFiles(detail.value)}
        />
      </FormField>
      <Button
        formAction="none"
        variant="inline-link"
        onClick={() => saveFile(new Blob([EXAMPLES[kind]], { type: 'text/csv' }), `${kind}.csv`)}
      >
        {t('imports.example')}
      </Button>
    </FormModal>
  )
}

async function send(
  client: Client,
  file: File,
  kind: Kind,
  mode: Mode,
  noJson: string,
): Promise<Schemas['Import']> {
  const text = await file.text()
  const headers = { 'Idempotency-Key': crypto.randomUUID() }
  if (/^\s*[[{]/.test(text)) {
    const rows = rowsOf(text)
    if (!rows) throw new Error(noJson)
    return bodyOf(client.POST('/imports', { headers, body: { kind, mode, rows } }))
  }
  return bodyOf(
    client.POST('/imports', {
      headers: { ...headers, 'content-type': 'text/csv' },
      params: { query: { kind, mode } },
      body: text as never,
      bodySerializer: (body: unknown) => String(body),
    }),
  )
}

/** A list of objects, or what the API itself takes. */
function rowsOf(text: string): Record<string, unknown>[] | undefined {
  try {
    const value = JSON.parse(text) as { rows?: unknown }
    const rows = Array.isArray(value) ? value : value.rows
    return Array.isArray(rows) ? rows : undefined
  } catch {
    return undefined
  }
}
