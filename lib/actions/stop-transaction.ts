import { schema } from '../ocpp/schema.ts'
import { idTagInfo, idToken, meterValue } from '../ocpp/types.ts'
import { stationAction } from './action.ts'
import { isConnector } from './connector.ts'
import { judge } from './verdict.ts'

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

  async answer(request, { store, chargePointId, receivedAt }) {
    const {
      transactionId = NO_TRANSACTION,
      transactionData = [],
      reason = 'Local',
      meterStop,
      timestamp,
    } = request
    const idTag = request.idTag || undefined
    const verdict =
      idTag === undefined ? undefined : await judge(store, idTag, { at: receivedAt, chargePointId })
    const { transaction } = await store.recordStop(chargePointId, transactionId, {
      timestamp,
      ...(meterStop === undefined ? {} : { meterStop }),
      reason,
      receivedAt,
      ...(idTag === undefined ? {} : { idTag }),
      ...(verdict ? { idTagInfo: verdict.info } : {}),
    })
    // On a resend, too: the first one may have been cut short here.
    const { connectorId, idTag: startTag, stop } = transaction
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
        // A resend must be found by the same times.
        meterValue: transactionData.map((each) => ({ ...each, timestamp: each.timestamp || timestamp })),
        receivedAt,
        flag: 'transactionData',
      })
    }
    const idTagInfo = stop?.idTagInfo
    return idTagInfo ? { idTagInfo } : {}
  },
})
