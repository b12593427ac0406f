import Box from '@cloudscape-design/components/box'
import ButtonDropdown from '@cloudscape-design/components/button-dropdown'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import Link from '@cloudscape-design/components/link'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useTranslation } from 'react-i18next'
import type { Schemas } from '../../../api/client.ts'
import { useMay } from '../../../app/services.tsx'
import { MayButton } from '../../../components/may-button.tsx'
import { ConnectorStatus } from '../../../components/statuses.tsx'
import { Ago } from '../../../components/time.tsx'
import type { Proposal } from '../actions/action-modal.tsx'
import { Charging } from './charging.tsx'

type Connector = Schemas['Connector']

interface Props {
  chargePointId: string
  connector: Connector
  propose: (proposal: Proposal) => void
}

/** A connector as it is now, and what can be done with it. */
export function ConnectorCard({ chargePointId, connector, propose }: Props) {
  const { t } = useTranslation()
  const { connectorId, status, errorCode, info, vendorErrorCode, timestamp, transactionId } = connector
  const { reservationId, availability } = connector
  const faulty = errorCode !== undefined && errorCode !== 'NoError'
  return (
    <Container
      fitHeight
      header={
        <Header
          variant="h2"
          actions={<Commands connector={connector} propose={propose} />}
          description={timestamp && <Ago at={timestamp} />}
        >
          {t('chargePoint.connector', { connectorId })}
        </Header>
      }
    >
      <SpaceBetween size="s">
        <Box fontSize="heading-m">
          <ConnectorStatus status={status} />
        </Box>
        {faulty && (
          <Box color="text-status-error">
            {[errorCode, vendorErrorCode, info]
              .filter((each) => each !== undefined && each !== '')
              .join(' · ')}
          </Box>
        )}
        {!faulty && info && <Box color="text-body-secondary">{info}</Box>}
        {availability?.pending && <Box>{t('chargePoint.availabilityPending', availability)}</Box>}
        {reservationId !== undefined && (
          <Link href={`/reservations?chargePointId=${encodeURIComponent(chargePointId)}&active=true`}>
            {t('chargePoint.reserved', { reservationId })}
          </Link>
        )}
        {transactionId !== undefined && <Charging transactionId={transactionId} />}
      </SpaceBetween>
    </Container>
  )
}

function Commands({
  connector: { connectorId, transactionId, availability },
  propose,
}: Omit<Props, 'chargePointId'>) {
  const { t } = useTranslation()
  const operator = useMay('operator')
  const type = availability?.type === 'Inoperative' ? 'Operative' : 'Inoperative'
  const proposals: Record<string, Proposal> = {
    unlock: { action: 'UnlockConnector', preset: { connectorId } },
    availability: { action: 'ChangeAvailability', preset: { connectorId, type } },
    reserve: { action: 'ReserveNow', preset: { connectorId } },
    trigger: { action: 'TriggerMessage', preset: { requestedMessage: 'StatusNotification', connectorId } },
    schedule: { action: 'GetCompositeSchedule', preset: { connectorId, duration: 86_400 } },
  }
  return (
    <SpaceBetween direction="horizontal" size="xs">
      {transactionId === undefined ? (
        <MayButton
          needs="operator"
          onClick={() => propose({ action: 'RemoteStartTransaction', preset: { connectorId } })}
        >
          {t('chargePoint.start')}
        </MayButton>
      ) : (
        <MayButton
          needs="operator"
          onClick={() => propose({ action: 'RemoteStopTransaction', preset: { transactionId } })}
        >
          {t('chargePoint.stop')}
        </MayButton>
      )}
      <ButtonDropdown
        variant="icon"
        expandToViewport
        ariaLabel={t('chargePoint.connectorActions', { connectorId })}
        items={Object.entries(proposals).map(([id, { action }]) => ({
          id,
          text: id === 'availability' ? t(`chargePoint.make${type}`) : action,
          disabled: !operator,
          ...(operator ? {} : { disabledReason: t('roles.needs.operator') }),
        }))}
        onItemClick={({ detail: { id } }) => {
          const proposal = proposals[id]
          if (proposal) propose(proposal)
        }}
      />
    </SpaceBetween>
  )
}
