import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Input from '@cloudscape-design/components/input'
import Link from '@cloudscape-design/components/link'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Address } from './about.tsx'
import { addressOf, SECURITY_PROFILES } from './addresses.ts'

/** What is to be typed into a charge point, for each security profile. */
export function Connect({ stationUrl }: { stationUrl: string }) {
  const { t } = useTranslation()
  const [chargePointId, setChargePointId] = useState('CP001')
  return (
    <Container
      header={
        <Header variant="h2" description={t('about.connectDescription')}>
          {t('about.connect')}
        </Header>
      }
    >
      <SpaceBetween size="l">
        <FormField label={t('about.identity')} description={t('about.identityHint')}>
          <Input value={chargePointId} onChange={({ detail }) => setChargePointId(detail.value)} />
        </FormField>
        {SECURITY_PROFILES.map((securityProfile) => {
          const url = addressOf(stationUrl, chargePointId, securityProfile)
          return (
            <div key={securityProfile}>
              <Box variant="h3">
                {t('about.profile', { securityProfile })}:{' '}
                {t(`about.profiles.profile${securityProfile}.title`)}
              </Box>
              {url === undefined ? (
                <Box color="text-body-secondary">{t(`about.profiles.profile${securityProfile}.absent`)}</Box>
              ) : (
                <Address url={url} />
              )}
              <Box color="text-body-secondary">{t(`about.profiles.profile${securityProfile}.detail`)}</Box>
            </div>
          )
        })}
        <Box>
          {t('about.subprotocol')} <Link href="/unknown-charge-points">{t('about.inbox')}</Link>
        </Box>
      </SpaceBetween>
    </Container>
  )
}
