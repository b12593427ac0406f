import { authenticate } from '../../lib/central-system/authenticate.ts'

/** Only how it ends: known, unknown or unauthorized. */
export const authorize = async (...given: Parameters<typeof authenticate>) =>
  (await authenticate(...given)).outcome
