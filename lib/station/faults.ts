/** ChargePointErrorCode (§7.6) without NoError; first what a driver is likeliest to see. */
export const FAULTS = [
  'GroundFailure',
  'ConnectorLockFailure',
  'EVCommunicationError',
  'HighTemperature',
  'InternalError',
  'LocalListConflict',
  'OtherError',
  'OverCurrentFailure',
  'OverVoltage',
  'PowerMeterFailure',
  'PowerSwitchFailure',
  'ReaderFailure',
  'ResetFailure',
  'UnderVoltage',
  'WeakSignal',
] as const

export type Fault = (typeof FAULTS)[number]
