import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useTranslation } from 'react-i18next'
import { bodyOf, type Schemas } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { useClient } from '../../../app/services.tsx'
import { Listing } from '../../../components/listing.tsx'
import { MayButton } from '../../../components/may-button.tsx'
import { ProblemAlert } from '../../../components/problem.tsx'
import { When } from '../../../components/time.tsx'
import type { Proposal } from '../actions/action-modal.tsx'
import { CallView } from '../actions/call-view.tsx'
import { useSend } from '../actions/use-send.ts'

interface Props {
  chargePointId: string
  propose: (proposal: Proposal) => void
}

const CERTIFICATE_TYPES = ['CentralSystemRootCertificate', 'ManufacturerRootCertificate'] as const

/** Certificates in the charge point, and what it has reported to be wrong. */
export function SecurityTab({ chargePointId, propose }: Props) {
  const { t } = useTranslation()
  return (
    <SpaceBetween size="l">
      <Container
        header={
          <Header
            variant="h2"
            description={t('security.certificatesDescription')}
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <MayButton
                  needs="operator"
                  onClick={() =>
                    propose({
                      action: 'ExtendedTriggerMessage',
                      preset: { requestedMessage: 'SignChargePointCertificate' },
                    })
                  }
                >
                  {t('security.renew')}
                </MayButton>
                <MayButton needs="operator" onClick={() => propose({ action: 'InstallCertificate' })}>
                  {t('security.install')}
                </MayButton>
              </SpaceBetween>
            }
          >
            {t('security.certificates')}
          </Header>
        }
      >
        <SpaceBetween size="l">
          {CERTIFICATE_TYPES.map((type) => (
            <Certificates key={type} type={type} chargePointId={chargePointId} propose={propose} />
          ))}
        </SpaceBetween>
      </Container>
      <SecurityEvents chargePointId={chargePointId} />
    </SpaceBetween>
  )
}

interface Hash {
  hashAlgorithm: string
  issuerNameHash: string
  issuerKeyHash: string
  serialNumber: string
}

/** Of one type; the charge point tells them when it is asked. */
function Certificates({ chargePointId, propose, type }: Props & { type: string }) {
  const { t } = useTranslation()
  const { mutate, isPending, error, call } = useSend(chargePointId)
  const { certificateHashData } = (call?.response ?? {}) as { certificateHashData?: Hash[] }
  return (
    <SpaceBetween size="s">
      <Box variant="h3">{type}</Box>
      <MayButton
        needs="operator"
        loading={isPending}
        onClick={() => mutate({ action: 'GetInstalledCertificateIds', payload: { certificateType: type } })}
      >
        {t('security.ask')}
      </MayButton>
      {error && <ProblemAlert error={error} />}
      {call && !certificateHashData && <CallView call={call} />}
      {certificateHashData?.map((hash) => (
        <SpaceBetween key={`${hash.issuerKeyHash} ${hash.serialNumber}`} size="xs">
          <KeyValuePairs
            columns={3}
            items={[
              { label: t('security.serialNumber'), value: hash.serialNumber },
              { label: t('security.algorithm'), value: hash.hashAlgorithm },
              { label: t('security.issuerKeyHash'), value: hash.issuerKeyHash },
            ]}
          />
          <MayButton
            needs="operator"
            onClick={() =>
              propose({ action: 'DeleteCertificate', preset: { certificateHashData: { ...hash } } })
            }
          >
            {t('security.delete')}
          </MayButton>
        </SpaceBetween>
      ))}
    </SpaceBetween>
  )
}

function SecurityEvents({ chargePointId }: { chargePointId: string }) {
  const { t } = useTranslation()
  const client = useClient()
  return (
    <Listing<Schemas['SecurityEventRecord']>
      id="security-events"
      variant="container"
      title={t('security.events')}
      queryKey={keys.part(chargePointId, 'security-events')}
      fetchPage={(query, signal) =>
        bodyOf(
          client.GET('/charge-points/{chargePointId}/security-events', {
            params: { path: { chargePointId }, query },
            signal,
          }),
        )
      }
      rowId={({ type, receivedAt, timestamp }) => `${type} ${receivedAt} ${timestamp}`}
      columns={[
        { id: 'type', header: t('security.type'), isRowHeader: true, cell: ({ type }) => type },
        { id: 'timestamp', header: t('timeline.at'), cell: ({ timestamp }) => <When at={timestamp} /> },
        { id: 'techInfo', header: t('common.details'), cell: ({ techInfo }) => techInfo ?? '–' },
      ]}
      empty={{ title: t('security.noEvents') }}
    />
  )
}
