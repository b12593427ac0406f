import type { ComponentType, LazyExoticComponent } from 'react'
import type { shell } from '../texts/en/shell.ts'
import { loadTexts } from '../texts/index.ts'
import { lazily } from './lazily.ts'

export interface RouteDefinition {
  path: string
  page: LazyExoticComponent<ComponentType>
  /** What it is called in the side navigation; those without are reached from other pages. */
  link?: keyof typeof shell.navigation
  /** The heading above it there. */
  section?: keyof typeof shell.sections
}

/** A page is loaded when it is first opened, and with it the texts it needs: `texts/<language>/<noun>.ts`. */
const page = (nouns: readonly string[], load: () => Promise<{ default: ComponentType }>) =>
  lazily(async () => {
    const [module] = await Promise.all([load(), loadTexts(nouns)])
    return module
  })

const TRANSACTION_TEXTS = ['transactions', 'calls', 'charge-points']

const TASK_TEXTS = ['tasks', 'calls']

/** Every page, in the order of the navigation. */
export const ROUTES: RouteDefinition[] = [
  {
    path: '/',
    page: page(['overview', 'charge-points'], () => import('../pages/overview/overview.tsx')),
    link: 'overview',
  },
  {
    path: '/charge-points',
    page: page(['charge-points'], () => import('../pages/charge-points/list.tsx')),
    link: 'chargePoints',
    section: 'infrastructure',
  },
  {
    path: '/charge-points/:chargePointId',
    page: page(['charge-point', 'charge-points', 'calls'], () => import('../pages/charge-points/detail.tsx')),
  },
  {
    path: '/unknown-charge-points',
    page: page(['inbox', 'charge-points'], () => import('../pages/charge-points/inbox.tsx')),
    link: 'inbox',
    section: 'infrastructure',
  },
  {
    path: '/refused-charge-points',
    page: page(['inbox', 'charge-points'], () => import('../pages/charge-points/refused.tsx')),
    link: 'refused',
    section: 'infrastructure',
  },
  {
    path: '/imports',
    page: page(['imports', 'charge-points'], () => import('../pages/imports/list.tsx')),
    link: 'imports',
    section: 'infrastructure',
  },
  {
    path: '/imports/:importId',
    page: page(['imports', 'charge-points'], () => import('../pages/imports/detail.tsx')),
  },
  {
    path: '/tasks',
    page: page(['tasks'], () => import('../pages/tasks/list.tsx')),
    link: 'tasks',
    section: 'infrastructure',
  },
  {
    path: '/tasks/new',
    page: page(TASK_TEXTS, () => import('../pages/tasks/new.tsx')),
  },
  {
    path: '/tasks/:taskId',
    page: page(TASK_TEXTS, () => import('../pages/tasks/detail.tsx')),
  },
  {
    path: '/files',
    page: page(['files'], () => import('../pages/files/list.tsx')),
    link: 'files',
    section: 'infrastructure',
  },
  {
    path: '/transactions',
    page: page(TRANSACTION_TEXTS, () => import('../pages/transactions/list.tsx')),
    link: 'transactions',
    section: 'charging',
  },
  {
    path: '/transactions/:transactionId',
    page: page(TRANSACTION_TEXTS, () => import('../pages/transactions/detail.tsx')),
  },
  {
    path: '/reservations',
    page: page(['reservations'], () => import('../pages/reservations/list.tsx')),
    link: 'reservations',
    section: 'charging',
  },
  {
    path: '/reservations/timeline',
    page: page(['reservations'], () => import('../pages/reservations/timeline.tsx')),
  },
  {
    path: '/charging-profiles',
    page: page(['charging-profiles', 'calls'], () => import('../pages/charging-profiles/list.tsx')),
    link: 'chargingProfiles',
    section: 'charging',
  },
  {
    path: '/charging-profiles/new',
    page: page(['charging-profiles', 'calls'], () => import('../pages/charging-profiles/editor.tsx')),
  },
  {
    path: '/charging-profiles/:chargingProfileId',
    page: page(['charging-profiles', 'calls'], () => import('../pages/charging-profiles/detail.tsx')),
  },
  {
    path: '/charging-profiles/:chargingProfileId/edit',
    page: page(['charging-profiles', 'calls'], () => import('../pages/charging-profiles/editor.tsx')),
  },
  {
    path: '/id-tags',
    page: page(['id-tags'], () => import('../pages/id-tags/list.tsx')),
    link: 'idTags',
    section: 'people',
  },
  {
    path: '/id-tags/:idTag',
    page: page(['id-tags', 'transactions'], () => import('../pages/id-tags/detail.tsx')),
  },
  {
    path: '/unknown-id-tags',
    page: page(['id-tags'], () => import('../pages/id-tags/inbox.tsx')),
    link: 'unknownIdTags',
    section: 'people',
  },
  {
    path: '/users',
    page: page(['users'], () => import('../pages/users/list.tsx')),
    link: 'users',
    section: 'people',
  },
  {
    path: '/users/:userId',
    page: page(['users', 'id-tags', 'transactions'], () => import('../pages/users/detail.tsx')),
  },
  {
    path: '/sites',
    page: page(['sites'], () => import('../pages/sites/list.tsx')),
    link: 'sites',
    section: 'people',
  },
  {
    path: '/sites/:siteId',
    page: page(['sites', 'charge-points', 'transactions'], () => import('../pages/sites/detail.tsx')),
  },
  {
    path: '/events',
    page: page(['events', 'charge-point'], () => import('../pages/events/list.tsx')),
    link: 'events',
    section: 'system',
  },
  {
    path: '/audit',
    page: page(['audit'], () => import('../pages/audit/list.tsx')),
    link: 'audit',
    section: 'system',
  },
  {
    path: '/webhooks',
    page: page(['webhooks'], () => import('../pages/webhooks/list.tsx')),
    link: 'webhooks',
    section: 'system',
  },
  {
    path: '/webhooks/:webhookId',
    page: page(['webhooks'], () => import('../pages/webhooks/detail.tsx')),
  },
  {
    path: '/about',
    page: page(['about'], () => import('../pages/about/about.tsx')),
    link: 'about',
    section: 'system',
  },
]
