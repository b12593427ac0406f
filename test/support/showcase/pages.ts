import type { Page } from 'playwright-core'
import type { Shown } from './showcase.ts'

/** A page of the console as somebody sees it. */
export interface ShownPage {
  name: string
  path: string
  /** What its first heading says, or begins with. */
  heading: string
  /** It asks for what is not there, which browsers note whatever the page makes of it. */
  lacks?: boolean
  /** What is done there before one looks: a dialog is opened, for one. */
  act?: (page: Page) => Promise<unknown>
}

const press = (name: string | RegExp) => (page: Page) =>
  page
    .getByRole('button', { name, exact: typeof name === 'string' })
    .first()
    .click()

/** Chooses from the first menu of that name. */
const choose = (menu: string, item: string) => async (page: Page) => {
  await press(menu)(page)
  await page.getByRole('menuitem', { name: item }).click()
}

const chooseAction = (action: string) => async (page: Page) => {
  await page.getByRole('button', { name: /Choose an action/ }).click()
  await page.getByRole('option', { name: action, exact: true }).click()
}

/** Every page of the console, and the dialogs and forms of those that matter most. */
export function pagesOf(showcase: Shown): ShownPage[] {
  const { chargePointId, transactionId, endedTransactionId, taskId, webhookId, importId, idTag, userId } =
    showcase
  const { chargingProfileId } = showcase
  const chargePoint = `/charge-points/${chargePointId}`
  const tab = (name: string, act?: ShownPage['act']): ShownPage => ({
    name: `charge-point-${name}`,
    path: `${chargePoint}?tab=${name}`,
    heading: chargePointId,
    ...(act ? { act } : {}),
  })
  return [
    { name: 'overview', path: '/', heading: 'Overview' },
    { name: 'charge-points', path: '/charge-points', heading: 'Charge points' },
    {
      name: 'charge-points-filtered',
      path: '/charge-points?connectorStatus=Charging&siteId=breda-1',
      heading: 'Charge points',
    },
    {
      name: 'charge-points-add',
      path: '/charge-points',
      heading: 'Charge points',
      act: press('Add a charge point'),
    },
    { name: 'charge-points-none', path: '/charge-points?prefix=none', heading: 'Charge points' },
    ...['now', 'calls', 'configuration', 'profiles', 'messages', 'timeline', 'files', 'security'].map(
      (name) => tab(name),
    ),
    { ...tab('now', press('Stop')), name: 'charge-point-command' },
    { ...tab('now', choose('Actions', 'Edit')), name: 'charge-point-edit' },
    { ...tab('calls', chooseAction('SetChargingProfile')), name: 'charge-point-form' },
    { ...tab('configuration', press('Set a wanted value')), name: 'charge-point-wanted' },
    { name: 'charge-point-start', path: '/charge-points/UTR-06', heading: 'UTR-06', act: press('Start') },
    { name: 'charge-point-reserved', path: '/charge-points/UTR-03', heading: 'UTR-03' },
    { name: 'charge-point-faulted', path: '/charge-points/UTR-07', heading: 'UTR-07' },
    { name: 'charge-point-pending', path: '/charge-points/BRE-10', heading: 'BRE-10', lacks: true },
    { name: 'charge-point-unknown', path: '/charge-points/NOWHERE', heading: 'NOWHERE', lacks: true },
    { name: 'inbox', path: '/unknown-charge-points', heading: 'Inbox' },
    {
      name: 'inbox-accept',
      path: '/unknown-charge-points',
      heading: 'Inbox',
      act: press(/^Accept VW-20931/),
    },
    { name: 'refused', path: '/refused-charge-points', heading: 'Refused charge points' },
    { name: 'imports', path: '/imports', heading: 'Imports' },
    { name: 'import', path: `/imports/${importId}`, heading: '' },
    { name: 'tasks', path: '/tasks', heading: 'Tasks' },
    { name: 'task-new', path: '/tasks/new', heading: '' },
    { name: 'task', path: `/tasks/${taskId}`, heading: '' },
    { name: 'files', path: '/files', heading: 'Firmware' },
    { name: 'transactions', path: '/transactions', heading: 'Transactions' },
    { name: 'transaction-running', path: `/transactions/${transactionId}`, heading: '' },
    { name: 'transaction', path: `/transactions/${endedTransactionId}`, heading: '' },
    { name: 'reservations', path: '/reservations', heading: 'Reservations' },
    {
      name: 'reservations-new',
      path: '/reservations',
      heading: 'Reservations',
      act: press('Reserve a connector'),
    },
    { name: 'reservations-timeline', path: '/reservations/timeline', heading: '' },
    { name: 'charging-profiles', path: '/charging-profiles', heading: 'Charging profiles' },
    { name: 'charging-profile-new', path: '/charging-profiles/new', heading: '' },
    { name: 'charging-profile', path: `/charging-profiles/${chargingProfileId}`, heading: '' },
    { name: 'charging-profile-edit', path: `/charging-profiles/${chargingProfileId}/edit`, heading: '' },
    { name: 'id-tags', path: '/id-tags', heading: 'Id tags' },
    { name: 'id-tags-add', path: '/id-tags', heading: 'Id tags', act: press('Add an id tag') },
    { name: 'id-tag', path: `/id-tags/${idTag}`, heading: idTag },
    { name: 'unknown-id-tags', path: '/unknown-id-tags', heading: 'Unknown' },
    { name: 'users', path: '/users', heading: 'Users' },
    { name: 'users-add', path: '/users', heading: 'Users', act: press('Add a user') },
    { name: 'user', path: `/users/${userId}`, heading: 'Ada Lovelace' },
    { name: 'sites', path: '/sites', heading: 'Sites' },
    { name: 'sites-add', path: '/sites', heading: 'Sites', act: press('Add a site') },
    { name: 'site', path: '/sites/breda-1', heading: 'Breda' },
    { name: 'events', path: '/events', heading: 'Events' },
    { name: 'audit', path: '/audit', heading: 'Audit' },
    { name: 'webhooks', path: '/webhooks', heading: 'Webhooks' },
    { name: 'webhooks-add', path: '/webhooks', heading: 'Webhooks', act: press('Add a webhook') },
    { name: 'webhook', path: `/webhooks/${webhookId}`, heading: '' },
    { name: 'about', path: '/about', heading: 'About' },
    { name: 'not-found', path: '/nowhere', heading: 'There is nothing here' },
  ]
}
