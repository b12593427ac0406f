import Alert from '@cloudscape-design/components/alert'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs, { type KeyValuePairsProps } from '@cloudscape-design/components/key-value-pairs'
import Link from '@cloudscape-design/components/link'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useTranslation } from 'react-i18next'
import type { Schemas } from '../../../api/client.ts'
import { Empty } from '../../../components/listing.tsx'
import { ConnectionStatus, Registration } from '../../../components/statuses.tsx'
import { Ago, When } from '../../../components/time.tsx'
import { sitePath } from '../../sites/paths.ts'
import type { Proposal } from '../actions/action-modal.tsx'
import { Tags } from '../columns.tsx'
import { ConnectorCard } from './connector-card.tsx'
import { Onboarding } from './onboarding.tsx'

type ChargePoint = Schemas['ChargePoint']

interface Props {
  chargePoint: ChargePoint
  propose: (proposal: Proposal) => void
}

/** How the charge point is right now: its connectors, and the facts. */
export function NowTab({ chargePoint, propose }: Props) {
  const { t } = useTranslation()
  const { connectors, chargePointId } = chargePoint
  const whole = connectors.find(({ connectorId }) => connectorId === 0)
  const shown = connectors.filter(({ connectorId }) => connectorId > 0)
  return (
    <SpaceBetween size="l">
      {chargePoint.registrationStatus === 'Pending' && <Onboarding chargePointId={chargePointId} />}
      {whole?.status === 'Faulted' && (
        <Alert type="error" header={t('chargePoint.faulted', { errorCode: whole.errorCode ?? '' })}>
          {whole.info}
        </Alert>
      )}
      {shown.length === 0 && (
        <Container>
          <Empty title={t('chargePoint.noConnectors')} detail={t('chargePoint.noConnectorsDetail')} />
        </Container>
      )}
      {shown.length > 0 && (
        <div className="busbar-tiles">
          {shown.map((connector) => (
            <ConnectorCard
              key={connector.connectorId}
              chargePointId={chargePointId}
              connector={connector}
              propose={propose}
            />
          ))}
        </div>
      )}
      <Facts chargePoint={chargePoint} />
    </SpaceBetween>
  )
}

function Facts({ chargePoint }: { chargePoint: ChargePoint }) {
  const { t } = useTranslation()
  const { boot, violations, calls, firmware, diagnostics, log } = chargePoint
  const fact = (name: keyof FactNames, value: React.ReactNode): KeyValuePairsProps.Item[] =>
    value === undefined || value === null ? [] : [{ label: t(`chargePoint.facts.${name}`), value }]
  const progress = (name: keyof FactNames, at: typeof firmware) =>
    fact(
      name,
      at && (
        <>
          {at.status}, <Ago at={at.at} />
        </>
      ),
    )
  return (
    <Container header={<Header variant="h2">{t('chargePoint.factsTitle')}</Header>}>
      <KeyValuePairs
        columns={4}
        minColumnWidth={170}
        items={[
          ...fact('connection', <ConnectionStatus state={chargePoint.connectionState} />),
          ...fact('lastSeenAt', <Ago at={chargePoint.lastSeenAt} />),
          ...fact('connectedAt', chargePoint.connectedAt && <When at={chargePoint.connectedAt} />),
          ...fact('connectedFrom', chargePoint.connectedFrom),
          ...fact('registration', <Registration status={chargePoint.registrationStatus} />),
          ...fact('securityProfile', t(`chargePoints.profiles.p${chargePoint.securityProfile}`)),
          ...fact('vendor', boot?.chargePointVendor),
          ...fact('model', boot?.chargePointModel),
          ...fact('serialNumber', boot?.chargePointSerialNumber ?? boot?.chargeBoxSerialNumber),
          ...fact('firmwareVersion', boot?.firmwareVersion),
          ...fact('meter', boot?.meterType ?? boot?.meterSerialNumber),
          ...fact('sim', boot?.iccid),
          ...fact('bootedAt', boot && <Ago at={boot.at} />),
          ...fact(
            'site',
            chargePoint.siteId && <Link href={sitePath(chargePoint.siteId)}>{chargePoint.siteId}</Link>,
          ),
          ...fact('address', chargePoint.address),
          ...fact('tags', chargePoint.tags && <Tags tags={chargePoint.tags} />),
          ...fact('heartbeatInterval', chargePoint.heartbeatInterval),
          ...progress('firmware', firmware),
          ...progress('diagnostics', diagnostics),
          ...progress('log', log),
          ...fact('queued', calls.queued > 0 ? calls.queued : undefined),
          ...fact('violations', violations.count > 0 ? <Violations {...violations} /> : undefined),
          ...fact('createdAt', <When at={chargePoint.createdAt} />),
        ]}
      />
    </Container>
  )
}

type FactNames = Record<
  | 'connection'
  | 'lastSeenAt'
  | 'connectedAt'
  | 'connectedFrom'
  | 'registration'
  | 'securityProfile'
  | 'vendor'
  | 'model'
  | 'serialNumber'
  | 'firmwareVersion'
  | 'meter'
  | 'sim'
  | 'bootedAt'
  | 'site'
  | 'address'
  | 'tags'
  | 'heartbeatInterval'
  | 'firmware'
  | 'diagnostics'
  | 'log'
  | 'queued'
  | 'violations'
  | 'createdAt',
  string
>

function Violations({ count, last }: ChargePoint['violations']) {
  const { t } = useTranslation()
  if (!last) return <>{count}</>
  return (
    <>
      {count}. {t('chargePoint.lastViolation', last)} (<Ago at={last.at} />)
    </>
  )
}
