import type aboutTexts from './about.ts'
import type auditTexts from './audit.ts'
import type callTexts from './calls.ts'
import type chargePointDetailTexts from './charge-point.ts'
import type chargePointTexts from './charge-points.ts'
import type chargingProfileTexts from './charging-profiles.ts'
import type eventTexts from './events.ts'
import type firmwareTexts from './files.ts'
import type idTagTexts from './id-tags.ts'
import type importTexts from './imports.ts'
import type inboxTexts from './inbox.ts'
import type overviewTexts from './overview.ts'
import type reservationTexts from './reservations.ts'
import type { shell } from './shell.ts'
import type siteTexts from './sites.ts'
import type taskTexts from './tasks.ts'
import type transactionTexts from './transactions.ts'
import type userTexts from './users.ts'
import type webhookTexts from './webhooks.ts'

/** Everything the console says. A page's file is named here once, for the names of its texts to be checked. */
export type Texts = typeof shell &
  typeof overviewTexts &
  typeof chargePointTexts &
  typeof chargePointDetailTexts &
  typeof inboxTexts &
  typeof importTexts &
  typeof callTexts &
  typeof idTagTexts &
  typeof userTexts &
  typeof siteTexts &
  typeof transactionTexts &
  typeof reservationTexts &
  typeof aboutTexts &
  typeof taskTexts &
  typeof eventTexts &
  typeof auditTexts &
  typeof chargingProfileTexts &
  typeof webhookTexts &
  typeof firmwareTexts
