import '@cloudscape-design/global-styles/index.css'
import './styles.css'
import { createRoot } from 'react-dom/client'
import { createApiClient } from './api/client.ts'
import { loadConfig } from './api/config.ts'
import { Session } from './api/session.ts'
import { App } from './app/app.tsx'
import { preferences } from './app/preferences.ts'
import { ProblemAlert } from './components/problem.tsx'
import './texts/index.ts'

async function main(): Promise<void> {
  const element = document.getElementById('root')
  if (!element) throw new Error('the page has no root')
  const root = createRoot(element)
  preferences.start()
  try {
    const session = new Session(await loadConfig())
    const goOn = await session.start(location)
    if (goOn !== undefined) history.replaceState(null, '', goOn)
    root.render(<App services={{ session, client: createApiClient(session) }} />)
  } catch (error) {
    root.render(<ProblemAlert error={error} retry={() => location.reload()} />)
  }
}

void main()
