import type { ButtonDropdownProps } from '@cloudscape-design/components/button-dropdown'
import TopNavigation from '@cloudscape-design/components/top-navigation'
import { useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { useNotices } from './notices.tsx'
import { type Preferences, preferences } from './preferences.ts'
import { useMe, useServices } from './services.tsx'

const MODES = ['system', 'light', 'dark'] as const
const DENSITIES = ['comfortable', 'compact'] as const

export function TopBar() {
  const { t } = useTranslation()
  const { session } = useServices()
  const { notifyProblem } = useNotices()
  const { data: me } = useMe()
  const { mode, density } = useSyncExternalStore(preferences.subscribe, preferences.get)
  const role = me?.role ? t(`roles.${me.role}`) : t('roles.none')
  return (
    <div id="busbar-top">
      <TopNavigation
        identity={{ href: '/', title: 'Busbar', logo: { src: '/icon.svg', alt: '' } }}
        utilities={[
          { type: 'button', text: t('shell.documentation'), href: '/api/docs', external: true },
          {
            type: 'menu-dropdown',
            iconName: 'settings',
            ariaLabel: t('shell.appearance'),
            title: t('shell.appearance'),
            items: [
              {
                id: 'mode',
                text: t('shell.mode'),
                items: MODES.map((id) => choice(id, id === mode, t(`shell.modes.${id}`))),
              },
              {
                id: 'density',
                text: t('shell.density'),
                items: DENSITIES.map((id) => choice(id, id === density, t(`shell.densities.${id}`))),
              },
            ],
            onItemClick: ({ detail }) => preferences.set(changeOf(detail.id)),
          },
          {
            type: 'menu-dropdown',
            iconName: 'user-profile',
            text: me?.name ?? '',
            description: role,
            ariaLabel: [me?.name, t('shell.account')].filter(Boolean).join(', '),
            items: [{ id: 'sign-out', text: t('shell.signOut') }],
            onItemClick: () => void session.signOut().catch(notifyProblem),
          },
        ]}
      />
    </div>
  )
}

function choice(id: string, checked: boolean, text: string): ButtonDropdownProps.CheckboxItem {
  return { id, text, checked, itemType: 'checkbox' }
}

function changeOf(id: string): Partial<Preferences> {
  const mode = MODES.find((each) => each === id)
  const density = DENSITIES.find((each) => each === id)
  return { ...(mode ? { mode } : {}), ...(density ? { density } : {}) }
}
