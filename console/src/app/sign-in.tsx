import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ProblemAlert } from '../components/problem.tsx'
import { useServices } from './services.tsx'

/** What those see who are not signed in. */
export default function SignIn() {
  const { t } = useTranslation()
  const { session } = useServices()
  const [leaving, setLeaving] = useState(false)
  const [error, setError] = useState<unknown>()
  useEffect(() => {
    document.title = `${t('signIn.title')} · Busbar`
  }, [t])
  const signIn = () => {
    setLeaving(true)
    setError(undefined)
    session.signIn().catch((reason: unknown) => {
      setError(reason)
      setLeaving(false)
    })
  }
  return (
    <main className="busbar-sign-in">
      <Container>
        <SpaceBetween size="l">
          <Box textAlign="center">
            <img src="/icon.svg" alt="" width="56" height="56" />
            <Box variant="h1">Busbar</Box>
            <Box color="text-body-secondary">{t('signIn.what')}</Box>
          </Box>
          {session.why === 'ended' && <Alert type="info">{t('signIn.ended')}</Alert>}
          {session.why === 'failed' && <Alert type="error">{t('signIn.failed')}</Alert>}
          {!isSecureContext && <Alert type="warning">{t('signIn.insecure')}</Alert>}
          {error !== undefined && <ProblemAlert error={error} />}
          <Button variant="primary" fullWidth disabled={!isSecureContext} loading={leaving} onClick={signIn}>
            {t('signIn.button')}
          </Button>
        </SpaceBetween>
      </Container>
    </main>
  )
}
