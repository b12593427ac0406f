import { randomUUID } from 'node:crypto'
import { EXISTS, IS_NEW, keys, partitions } from './keys.ts'
import { pageOfChargePoints, pageOfConnected } from './listings/charge-point-pages.ts'
import { liveVerbs } from './live.ts'
import type { ChargePoint, ChargePointChange, ChargePoints } from './port.ts'
import { changeExpression, withoutKeys } from './record.ts'
import type { Item, TableClient, Update } from './table-client.ts'

export const toChargePoint = (item: Item): ChargePoint => withoutKeys<ChargePoint>(item)

/** The operator's record and the live one beside it: made together, and removed with what is known of its state. */
export function chargePointVerbs(table: TableClient): ChargePoints {
  return {
    ...liveVerbs(table),

    async createChargePoint(chargePoint) {
      const { chargePointId, registrationStatus, strict, siteId, messageLogUntil: logUntil } = chargePoint
      const credentialsId = newCredentialsId()
      const { written } = await table.transact([
        {
          put: {
            ...keys.chargePoint(chargePointId),
            ...chargePoint,
            credentialsId,
            listPk: partitions.chargePoints,
            listSk: chargePointId,
          },
          condition: IS_NEW,
        },
        { put: { ...keys.live(chargePointId), registrationStatus, credentialsId, strict, siteId, logUntil } },
      ])
      return written ? 'created' : 'exists'
    },

    async getChargePoint(chargePointId) {
      const item = await table.get(keys.chargePoint(chargePointId))
      return item && toChargePoint(item)
    },

    listChargePoints: (filter, page, holds = () => true) => pageOfChargePoints(table, filter, page, holds),

    listConnected: (page) => pageOfConnected(table, page),

    async updateChargePoint(chargePointId, given, at, version) {
      const change = touchesCredentials(given) ? { ...given, credentialsId: newCredentialsId() } : given
      const own = { key: keys.chargePoint(chargePointId), ...changeExpression(change, at, version) }
      const copied = changeOfCopies(change)
      if (!copied) {
        const { written, item } = await table.update(own)
        return written ? toChargePoint(item) : item ? 'changed' : 'unknown'
      }
      const { written, item } = await table.transact([
        own,
        {
          key: keys.live(chargePointId),
          condition: EXISTS,
          ...copied,
        },
      ])
      if (!written) return item ? 'changed' : 'unknown'
      return (await this.getChargePoint(chargePointId)) ?? 'unknown'
    },

    async deleteChargePoint(chargePointId, version) {
      const { written, item } = await table.transact([
        {
          delete: keys.chargePoint(chargePointId),
          condition: version === undefined ? EXISTS : '#version = :version',
          ...(version === undefined ? {} : { values: { version } }),
        },
        ...STATE.map((keyOf) => ({ delete: keyOf(chargePointId) })),
      ])
      return written ? 'deleted' : item ? 'changed' : 'unknown'
    },

    async recordBoot(chargePointId, boot) {
      const { written, item } = await table.update({
        key: keys.chargePoint(chargePointId),
        update: 'SET #boot = :boot',
        condition: EXISTS,
        values: { boot },
      })
      return written ? toChargePoint(item) : undefined
    },
  }
}

/** What is of the device, and not of its history: whatever is registered under the identity next starts without it. */
const STATE = [
  keys.live,
  keys.facts,
  keys.configuration,
  keys.profiles,
  keys.localList,
  keys.onboarding,
] as const

const newCredentialsId = (): string => randomUUID().slice(-12)

const touchesCredentials = ({ securityProfile, passwordHash }: ChargePointChange): boolean =>
  securityProfile !== undefined || passwordHash !== undefined

/** Of an operator's edit, what the live record has a copy of. */
function changeOfCopies({
  registrationStatus,
  credentialsId,
  strict,
  siteId,
  messageLogUntil,
}: ChargePointChange & { credentialsId?: string }): Pick<Update, 'update' | 'values'> | undefined {
  const copies: Record<string, unknown> = {
    ...(registrationStatus ? { registrationStatus } : {}),
    ...(credentialsId ? { credentialsId } : {}),
    ...(strict === undefined ? {} : { strict: strict === true }),
    ...(siteId ? { siteId } : {}),
    ...(messageLogUntil ? { logUntil: messageLogUntil } : {}),
  }
  const set = Object.keys(copies).map((name) => `#${name} = :${name}`)
  const remove = [...(siteId === null ? ['#siteId'] : []), ...(messageLogUntil === null ? ['#logUntil'] : [])]
  const update = [
    ...(set.length > 0 ? [`SET ${set.join(', ')}`] : []),
    ...(remove.length > 0 ? [`REMOVE ${remove.join(', ')}`] : []),
  ].join(' ')
  return update === '' ? undefined : { update, values: copies }
}
