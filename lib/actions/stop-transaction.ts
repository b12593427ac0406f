import { schema } from '../ocpp/schema.ts'
import { idTagInfo, idToken, meterValue, sameCiString } from '../ocpp/types.ts'
import { type AnswerContext, stationAction } from './action.ts'
import { isConnector } from './connector.ts'
import { stampsOf } from './stamps.ts'
import { type Judgement, judge } from './verdict.ts'

const request = schema((t) =>
  t.object({
    idTag: t.optionalIfReadable(idToken(t)),
    meterStop: t.expected(t.integer()),
    timestamp: t.instantOrReceipt(),
    transactionId: t.expected(t.integer()),
    reason: t.optionalIfReadable(
      t.enum(
        [
          'EmergencyStop',
          'EVDisconnected',
          'HardReset',
          'Local',
          'Other',
          'PowerLoss',
          'Reboot',
          'Remote',
          'SoftReset',
          'UnlockCommand',
          'DeAuthorized',
        ],
        'Other',
      ),
    ),
    transactionData: t.optionalIfReadable(t.arrayOfReadable(meterValue(t))),
  }),
)
const response = schema((t) => t.object({ idTagInfo: t.optional(idTagInfo(t)) }))

/** What stations say that were given no id (errata 3.18). */
const NO_TRANSACTION = -1

/**
 * §4.10: a transaction has stopped, which nobody here can prevent: it is always answered, for the ids -1 and unknown
 * ones too (errata 3.18). No reason means Local. The answer may give a verdict on the tag that stopped it.
 */
export const StopTransaction = stationAction({
  action: 'StopTransaction',
  request,
  response,

  async answer(request, context) {
    const { store, chargePointId, receivedAt, live } = context
    const {
      transactionId = NO_TRANSACTION,
      transactionData = [],
      reason = 'Local',
      meterStop,
      timestamp,
    } = request
    const idTag = request.idTag || undefined
    const verdict = idTag === undefined ? undefined : await judgeStop(context, idTag, transactionId)
    const stop = {
      timestamp,
      ...(meterStop === undefined ? {} : { meterStop }),
      reason,
      receivedAt,
      ...(idTag === undefined ? {} : { idTag }),
      ...(verdict ? { idTagInfo: verdict.info } : {}),
    }
    const stamps = stampsOf(live, verdict?.idTag?.userId)
    const { transaction } = await store.recordStop(chargePointId, transactionId, stop, stamps)
    // On a resend, too: the first one may have been cut short here.
    const { connectorId, idTag: startTag } = transaction
    if (isConnector(connectorId))
      await store.clearTransaction(chargePointId, connectorId, transaction.transactionId)
    if (startTag && transaction.idTagInfo?.status === 'Accepted') {
      await store.releaseIdTag(startTag, transaction.transactionId)
    }
    if (transactionData.length > 0) {
      await store.recordMeterValues({
        chargePointId,
        transactionId: transaction.transactionId,
        ...(connectorId === undefined ? {} : { connectorId }),
        // A resend must be found by the same times: where it tells none, by when the stop came first.
        meterValue: transactionData.map((each) => ({
          ...each,
          timestamp: each.timestamp || timestamp || (transaction.stop?.timestamp ?? ''),
        })),
        receivedAt,
        flag: 'transactionData',
      })
    }
    const idTagInfo = transaction.stop?.idTagInfo
    return idTagInfo ? { idTagInfo } : {}
  },
})

/**
 * The verdict on the tag that stopped it. The tag of an accepted start may always stop what it started, whatever has become
 * of it since. The answer goes into the charge point's cache as well (§4.10): there such a tag has expired by now (§7.27).
 */
async function judgeStop(
  { store, chargePointId, receivedAt, live: { siteId } }: AnswerContext,
  idTag: string,
  transactionId: number,
): Promise<Judgement> {
  const verdict = await judge(store, idTag, { at: receivedAt, chargePointId, siteId })
  if (verdict.info.status === 'Accepted' || transactionId < 1) return verdict
  const started = await store.getTransaction(transactionId)
  const own = started?.chargePointId === chargePointId && sameCiString(started.idTag ?? '', idTag)
  if (!own || started.idTagInfo?.status !== 'Accepted') return verdict
  const { expiryDate = receivedAt } = verdict.info
  const expired = expiryDate < receivedAt ? expiryDate : receivedAt
  return { ...verdict, info: { ...verdict.info, status: 'Accepted', expiryDate: expired } }
}
