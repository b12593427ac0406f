import type { Store, Subject } from '../port.ts'

type Verb = (...given: never[]) => Promise<unknown>

/** What an operator's edits are edits of. */
const SUBJECTS = {
  createChargePoint: ({ chargePointId }) => ({ kind: 'chargePoint', chargePointId }),
  updateChargePoint: (chargePointId) => ({ kind: 'chargePoint', chargePointId }),
  deleteChargePoint: (chargePointId) => ({ kind: 'chargePoint', chargePointId }),
  createIdTag: ({ idTag }) => ({ kind: 'idTag', idTag }),
  updateIdTag: (idTag) => ({ kind: 'idTag', idTag }),
  deleteIdTag: (idTag) => ({ kind: 'idTag', idTag }),
  createUser: ({ userId }) => ({ kind: 'user', userId }),
  updateUser: (userId) => ({ kind: 'user', userId }),
  deleteUser: (userId) => ({ kind: 'user', userId }),
  createSite: ({ siteId }) => ({ kind: 'site', siteId }),
  updateSite: (siteId) => ({ kind: 'site', siteId }),
  deleteSite: (siteId) => ({ kind: 'site', siteId }),
} satisfies { [V in keyof Store]?: (...given: Parameters<Store[V]>) => Subject }

/**
 * The verbs of operators' edits, which list anew what they have edited: whoever edits sees it in the next list. Should that
 * fail, the stream does it, and the edit has not failed.
 */
export function listingAtOnce(store: Store): Store {
  const edits = Object.entries(SUBJECTS).map(([name, subjectOfEdit]) => {
    const verb = (store[name as keyof typeof SUBJECTS] as Verb).bind(store)
    const edit: Verb = async (...given) => {
      const result = await verb(...given)
      await store.relist((subjectOfEdit as (...given: never[]) => Subject)(...given)).catch(() => undefined)
      return result
    }
    return [name, edit]
  })
  return { ...store, ...Object.fromEntries(edits) }
}
