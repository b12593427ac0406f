import type { Csv } from './csv.ts'

export const CHARGE_POINTS_CSV: Csv = {
  name: 'charge-points',
  columns: [
    'chargePointId',
    'registrationStatus',
    'securityProfile',
    'hasPassword',
    'description',
    'address',
    'siteId',
    'tags',
    'heartbeatInterval',
    'strict',
    'allowMissingSubprotocol',
    'wantedConfiguration',
    'connectionState',
    'connectedAt',
    'lastSeenAt',
    'boot.chargePointVendor',
    'boot.chargePointModel',
    'boot.chargePointSerialNumber',
    'boot.firmwareVersion',
    'boot.at',
    'createdAt',
    'updatedAt',
    'version',
  ],
}

export const ID_TAGS_CSV: Csv = {
  name: 'id-tags',
  columns: [
    'idTag',
    'parentIdTag',
    'expiryDate',
    'blocked',
    'maxActiveTransactions',
    'userId',
    'allowedSites',
    'allowedChargePoints',
    'note',
    'createdAt',
    'updatedAt',
    'version',
  ],
}

export const TRANSACTIONS_CSV: Csv = {
  name: 'transactions',
  columns: [
    'transactionId',
    'chargePointId',
    'connectorId',
    'idTag',
    'userId',
    'siteId',
    'reservationId',
    'startedAt',
    'startReceivedAt',
    'meterStart',
    'idTagInfo.status',
    'stoppedAt',
    'stopReceivedAt',
    'meterStop',
    'reason',
    'closedBy',
    'stopIdTag',
    'active',
    'doubt',
    'energyWh',
    'energyKwh',
    'durationSeconds',
    'averageKw',
    'peakKw',
    'flags',
  ],
}

interface MeterValuesView {
  meterValue: { timestamp: string; sampledValue: object[] }[]
}

/** One row for each value, with what the message around it says. */
export const METER_VALUES_CSV: Csv = {
  name: 'meter-values',
  columns: [
    'chargePointId',
    'connectorId',
    'transactionId',
    'timestamp',
    'receivedAt',
    'measurand',
    'phase',
    'location',
    'context',
    'format',
    'unit',
    'value',
    'flag',
  ],
  rows: ({ meterValue, ...message }: MeterValuesView) =>
    meterValue.flatMap(({ timestamp, sampledValue }) =>
      sampledValue.map((value) => ({ ...message, timestamp, ...value })),
    ),
}
