import { I18nProvider } from '@cloudscape-design/components/i18n'
import messages from '@cloudscape-design/components/i18n/messages/all.en'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { Suspense, useEffect, useState } from 'react'
import { BrowserRouter } from 'react-router'
import { Live, type LiveState } from '../api/live.ts'
import { isPassing } from '../api/problem.ts'
import { ErrorBoundary } from './error-boundary.tsx'
import { lazily } from './lazily.ts'
import { NoticesProvider } from './notices.tsx'
import { LiveContext, type Services, ServicesProvider, useSignedIn } from './services.tsx'
import { Shell } from './shell.tsx'

const SignIn = lazily(() => import('./sign-in.tsx'))

const RETRIES = 2

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 2_000,
      retry: (failures, error) => failures < RETRIES && isPassing(error),
    },
  },
})

export function App({ services }: { services: Services }) {
  return (
    <I18nProvider locale="en" messages={[messages]}>
      <ServicesProvider value={services}>
        <QueryClientProvider client={queries}>
          <BrowserRouter>
            <NoticesProvider>
              <ErrorBoundary place="">
                <Inside services={services} />
              </ErrorBoundary>
            </NoticesProvider>
          </BrowserRouter>
        </QueryClientProvider>
      </ServicesProvider>
    </I18nProvider>
  )
}

function Inside({ services }: { services: Services }) {
  const signedIn = useSignedIn()
  useEffect(() => {
    if (!signedIn) queries.clear()
  }, [signedIn])
  if (signedIn) return <SignedIn services={services} />
  return (
    <Suspense>
      <SignIn />
    </Suspense>
  )
}

function SignedIn({ services: { session, client } }: { services: Services }) {
  const [state, setState] = useState<LiveState>('streaming')
  useEffect(() => {
    const ended = new AbortController()
    void new Live(session, client, queries, setState).follow(ended.signal)
    return () => ended.abort()
  }, [session, client])
  return (
    <LiveContext.Provider value={state}>
      <Shell />
    </LiveContext.Provider>
  )
}
