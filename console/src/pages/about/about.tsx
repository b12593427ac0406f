import Link from '@cloudscape-design/components/link'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { bodyOf } from '../../api/client.ts'
import { loadConfig } from '../../api/config.ts'
import { Page } from '../../app/page.tsx'
import { useClient, useMe } from '../../app/services.tsx'
import { Facts } from '../../components/facts.tsx'
import { Copy } from '../../components/json.tsx'
import { ProblemAlert } from '../../components/problem.tsx'
import { Connect } from './connect.tsx'

/** What this is, where its parts are, and how a charge point finds it. */
export default function About() {
  const { t } = useTranslation()
  const config = useQuery({ queryKey: ['config'], queryFn: loadConfig, staleTime: Number.POSITIVE_INFINITY })
  const { protocol, host } = location
  const stationUrl = config.data?.stationUrl ?? `${protocol.replace('http', 'ws')}//${host}/ocpp/`
  return (
    <Page title={t('about.title')} description={t('about.what')}>
      <SpaceBetween size="l">
        {config.error && <ProblemAlert error={config.error} retry={config.refetch} />}
        <Versions />
        {config.data && <Endpoints issuer={config.data.issuer} stationUrl={stationUrl} />}
        {config.data && <Connect stationUrl={stationUrl} />}
        <You />
      </SpaceBetween>
    </Page>
  )
}

function Versions() {
  const { t } = useTranslation()
  const client = useClient()
  const { data } = useQuery({
    queryKey: ['openapi'],
    queryFn: ({ signal }) => bodyOf(client.GET('/openapi.json', { signal })),
    staleTime: Number.POSITIVE_INFINITY,
  })
  const { info, openapi } = (data ?? {}) as { openapi?: string; info?: { version?: string } }
  return (
    <Facts
      title={t('about.versions')}
      facts={[
        { label: t('about.version'), value: info?.version },
        { label: t('about.ocpp'), value: t('about.ocppVersion') },
        { label: t('about.openapi'), value: openapi },
        {
          label: t('about.licence'),
          value: (
            <Link external href="https://www.apache.org/licenses/LICENSE-2.0">
              Apache-2.0
            </Link>
          ),
        },
      ]}
    />
  )
}

function Endpoints({ issuer, stationUrl }: { issuer: string; stationUrl: string }) {
  const { t } = useTranslation()
  const endpoints = [
    { label: t('about.api'), url: `${location.origin}/api` },
    { label: t('about.stations'), url: stationUrl },
    { label: t('about.issuer'), url: issuer },
  ]
  return (
    <Facts
      title={t('about.endpoints')}
      columns={2}
      facts={[
        ...endpoints.map(({ label, url }) => ({ label, value: <Address url={url} /> })),
        {
          label: t('about.docs'),
          value: (
            <Link external href="/api/docs">
              {t('about.docsLink')}
            </Link>
          ),
        },
      ]}
    />
  )
}

export function Address({ url }: { url: string }) {
  return (
    <span className="busbar-address">
      <code>{url}</code>
      <Copy text={url} />
    </span>
  )
}

function You() {
  const { t } = useTranslation()
  const { data, error, refetch } = useMe()
  if (error) return <ProblemAlert error={error} retry={refetch} />
  return (
    <Facts
      title={t('about.you')}
      columns={2}
      facts={[
        { label: t('about.name'), value: data?.name },
        { label: t('about.role'), value: data && t(`roles.${data.role ?? 'none'}`) },
        { label: t('about.may'), value: data && t(`about.roles.${data.role ?? 'none'}`) },
      ]}
    />
  )
}
