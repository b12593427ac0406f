import Box from '@cloudscape-design/components/box'
import { useTranslation } from 'react-i18next'
import type { Change } from './diff.ts'

/** What has changed, place by place: signs and words tell it, colours only help. */
export function DiffView({ changes }: { changes: readonly Change[] }) {
  const { t } = useTranslation()
  if (changes.length === 0) return <Box color="text-body-secondary">{t('audit.nothingChanged')}</Box>
  return (
    <table className="busbar-diff">
      <thead>
        <tr>
          <th scope="col">{t('audit.property')}</th>
          <th scope="col">{t('audit.before')}</th>
          <th scope="col">{t('audit.after')}</th>
        </tr>
      </thead>
      <tbody>
        {changes.map(({ path, before, after }) => (
          <tr key={path}>
            <th scope="row">
              <code>{path || t('audit.whole')}</code>
            </th>
            <td>{before !== undefined && <del>{textOf(before)}</del>}</td>
            <td>{after !== undefined && <ins>{textOf(after)}</ins>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value || '""' : JSON.stringify(value, null, 1)
