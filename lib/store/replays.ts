import { IS_NEW, keys } from './keys.ts'
import type { Replays } from './port.ts'
import type { TableClient } from './table-client.ts'

const RETENTION_SECONDS = 24 * 3600

/** A claim that was never answered stands in nobody's way for longer than any request can take. */
const CLAIM_SECONDS = 60

export function replayVerbs(table: TableClient): Replays {
  return {
    async claimKey(key, fingerprint, at) {
      const now = Math.floor(Date.parse(at) / 1000)
      const { written, item } = await table.put(
        { ...keys.replay(key), fingerprint, claimedUntil: now + CLAIM_SECONDS, ttl: now + RETENTION_SECONDS },
        {
          condition: `${IS_NEW} OR #ttl < :now OR (attribute_not_exists(#answer) AND #claimedUntil < :now)`,
          values: { now },
        },
      )
      if (written) return { claimed: true }
      const { fingerprint: claimed, answer } = item as { fingerprint?: string; answer?: string }
      return { claimed: false, fingerprint: claimed ?? '', ...(answer === undefined ? {} : { answer }) }
    },

    async keepAnswer(key, answer) {
      await table.update({ key: keys.replay(key), update: 'SET #answer = :answer', values: { answer } })
    },

    async releaseKey(key) {
      await table.delete(keys.replay(key), { condition: 'attribute_not_exists(#answer)' })
    },
  }
}
