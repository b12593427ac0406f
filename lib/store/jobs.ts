import { EXISTS, IS_NEW, keys, partitions } from './keys.ts'
import { pageOf } from './paging.ts'
import type { FileRecord, Files, Job, Jobs } from './port.ts'
import { withoutKeys } from './record.ts'
import type { Item, TableClient } from './table-client.ts'

/** Of a charge point that repeats itself without end, the first steps are kept, and the latest. */
const STEPS_MAX = 50

const toJob = (item: Item): Job => withoutKeys<Job>(item)

export function jobVerbs(table: TableClient): Jobs {
  const newestOf = (chargePointId: string) => {
    const { pk, sk } = keys.job(chargePointId, '')
    return { partition: pk, prefix: sk, newestFirst: true, consistent: true }
  }

  return {
    async createJob(job) {
      await table.put({ ...keys.job(job.chargePointId, job.messageId), ...job }, { condition: IS_NEW })
    },

    async getJob(chargePointId, messageId) {
      const item = await table.get(keys.job(chargePointId, messageId))
      return item && toJob(item)
    },

    listJobs: (chargePointId, page) => pageOf(table, newestOf(chargePointId), page, toJob),

    async latestJob(chargePointId, kinds, requestId) {
      const named = kinds.map((kind, position) => [`kind${position}`, kind] as const)
      const { items } = await pageOf(
        table,
        {
          ...newestOf(chargePointId),
          filter: [
            `#kind IN (${named.map(([name]) => `:${name}`).join(', ')})`,
            ...(requestId === undefined ? [] : ['#requestId = :requestId']),
          ].join(' AND '),
          values: { ...Object.fromEntries(named), ...(requestId === undefined ? {} : { requestId }) },
        },
        { limit: 1 },
        toJob,
      )
      return items[0]
    },

    async stepJob(chargePointId, messageId, step, { end, fileName, from } = {}) {
      const key = keys.job(chargePointId, messageId)
      const more = [
        ...(end ? ['#endedAt = :at'] : []),
        ...(fileName === undefined ? [] : ['#fileName = :fileName']),
      ]
      const values = {
        ...(end ? { at: step.at } : {}),
        ...(fileName === undefined ? {} : { fileName }),
        ...(from === undefined ? {} : { from }),
      }
      const runs = [
        `${EXISTS} AND attribute_not_exists(#endedAt)`,
        ...(from === undefined ? [] : ['#status = :from']),
      ].join(' AND ')
      const isAnother = `${runs} AND #status <> :status`
      const { written, item } = await table.update({
        key,
        update: `SET ${['#status = :status', '#steps = list_append(#steps, :steps)', ...more].join(', ')}`,
        condition: `${isAnother} AND size(#steps) < :max`,
        values: { ...values, status: step.status, steps: [step], max: STEPS_MAX },
      })
      const isElsewhere = item?.endedAt !== undefined || (from !== undefined && item?.status !== from)
      if (written || !item || isElsewhere) return item && toJob(item)
      if (item.status !== step.status) {
        const last = await table.update({
          key,
          update: `SET ${['#status = :status', `#steps[${STEPS_MAX - 1}] = :step`, ...more].join(', ')}`,
          condition: isAnother,
          values: { ...values, status: step.status, step },
        })
        return last.item && toJob(last.item)
      }
      if (more.length === 0) return toJob(item)
      const same = await table.update({ key, update: `SET ${more.join(', ')}`, condition: runs, values })
      return same.item && toJob(same.item)
    },
  }
}

const toFile = (item: Item): FileRecord => withoutKeys<FileRecord>(item)

/** The records of files; their contents are in the depot. */
export function fileVerbs(table: TableClient): Files {
  async function getFile(fileId: string): Promise<FileRecord | undefined> {
    const item = await table.get(keys.file(fileId))
    return item && toFile(item)
  }

  return {
    async createFile(file) {
      const time = `${file.createdAt}#${file.fileId}`
      await table.put(
        {
          ...keys.file(file.fileId),
          ...file,
          ...(file.kind === 'firmware' ? { listPk: partitions.firmware, listSk: time } : {}),
          ...(file.kind === 'diagnostics' && file.chargePointId !== undefined
            ? { chargePointPk: partitions.filesOfChargePoint(file.chargePointId), chargePointSk: time }
            : {}),
        },
        { condition: IS_NEW },
      )
    },

    getFile,

    async updateFile(fileId, change) {
      const set = Object.entries(change).filter(([, value]) => value !== undefined)
      if (set.length === 0) return getFile(fileId)
      const { written, item } = await table.update({
        key: keys.file(fileId),
        update: `SET ${set.map(([name]) => `#${name} = :${name}`).join(', ')}`,
        condition: EXISTS,
        values: Object.fromEntries(set),
      })
      return written ? toFile(item) : undefined
    },

    async deleteFile(fileId) {
      const { written } = await table.delete(keys.file(fileId), { condition: EXISTS })
      return written
    },

    listFirmware: (page) =>
      pageOf(table, { index: 'list', partition: partitions.firmware, newestFirst: true }, page, toFile),

    listFilesOf: (chargePointId, page) =>
      pageOf(
        table,
        {
          index: 'chargePoint',
          partition: partitions.filesOfChargePoint(chargePointId),
          newestFirst: true,
        },
        page,
        toFile,
      ),
  }
}
