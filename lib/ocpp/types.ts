import type { Dialect } from './schema.ts'

/** What two CiStrings, identifiers among them (§7.28), have in common when they differ in case only (§7.15). */
export const ciKey = (text: string) => text.toLowerCase()

/** Whether two CiStrings are the same (§7.15). */
export const sameCiString = (a: string, b: string) => ciKey(a) === ciKey(b)

/** §7.28: a CiString20; how it was written is kept, how it is compared is {@link ciKey}. */
export const idToken = (t: Dialect) => t.string(20)

/** §7.27. Without an expiry date the status holds for good. */
export const idTagInfo = (t: Dialect) =>
  t.object({
    expiryDate: t.optional(t.dateTime()),
    parentIdTag: t.optional(idToken(t)),
    status: t.enum(['Accepted', 'Blocked', 'Expired', 'Invalid', 'ConcurrentTx']),
  })

/** §7.1: one line of a local authorization list. In a differential update, no `idTagInfo` strikes the line out. */
export const authorizationData = (t: Dialect) =>
  t.object({ idTag: idToken(t), idTagInfo: t.optional(idTagInfo(t)) })

/** The verdict of the many requests a charge point can only do or not do (§7.5, §7.20, §7.26, §7.39, §7.41). */
export const acceptedOrRejected = (t: Dialect) => t.enum(['Accepted', 'Rejected'])

/** §7.44. */
export const triggerMessageStatus = (t: Dialect) => t.enum(['Accepted', 'Rejected', 'NotImplemented'])

/** §7.29. `value` may be absent where the key is known but not set. */
export const keyValue = (t: Dialect) =>
  t.object({ key: t.string(50), readonly: t.required(t.boolean(), false), value: t.optional(t.string(500)) })

/** §7.10. */
export const chargingProfilePurpose = (t: Dialect) =>
  t.enum(['ChargePointMaxProfile', 'TxDefaultProfile', 'TxProfile'])

/** §7.12: amperes per phase, or watts over all phases. */
export const chargingRateUnit = (t: Dialect) => t.enum(['A', 'W'])

/** §7.13. The first period starts at 0; each lasts until the next begins. */
export const chargingSchedule = (t: Dialect) =>
  t.object({
    duration: t.optional(t.integer()),
    startSchedule: t.optional(t.dateTime()),
    chargingRateUnit: chargingRateUnit(t),
    chargingSchedulePeriod: t.array(chargingSchedulePeriod(t)),
    minChargingRate: t.optional(t.decimal()),
  })

/** §7.14. Without `numberPhases`, three are meant. */
const chargingSchedulePeriod = (t: Dialect) =>
  t.object({
    startPeriod: t.integer(),
    limit: t.decimal(),
    numberPhases: t.optional(t.integer()),
  })

/** §7.8. Of two profiles of one purpose the higher `stackLevel` prevails. */
export const chargingProfile = (t: Dialect) =>
  t.object({
    chargingProfileId: t.integer(),
    transactionId: t.optional(t.integer()),
    stackLevel: t.integer(),
    chargingProfilePurpose: chargingProfilePurpose(t),
    chargingProfileKind: t.enum(['Absolute', 'Recurring', 'Relative']),
    recurrencyKind: t.optional(t.enum(['Daily', 'Weekly'])),
    validFrom: t.optional(t.dateTime()),
    validTo: t.optional(t.dateTime()),
    chargingSchedule: chargingSchedule(t),
  })

/** §7.33: what was sampled at one instant. An unreadable instant loses no reading: it becomes that of the receipt. */
export const meterValue = (t: Dialect) =>
  t.object({ timestamp: t.instantOrReceipt(), sampledValue: t.arrayOfReadable(sampledValue(t)) })

/** §7.43. Vendors add contexts, measurands and units of their own; a lenient reader keeps them. */
export const sampledValue = (t: Dialect) =>
  t.object({
    value: t.string(),
    context: t.optionalIfReadable(t.openEnum(READING_CONTEXTS)),
    format: t.optionalIfReadable(t.openEnum(['Raw', 'SignedData'])),
    measurand: t.optionalIfReadable(t.openEnum(MEASURANDS)),
    phase: t.optionalIfReadable(t.openEnum(PHASES)),
    location: t.optionalIfReadable(t.openEnum(['Cable', 'EV', 'Inlet', 'Outlet', 'Body'])),
    unit: t.optionalIfReadable(t.openEnum(UNITS)),
  })

/** §7.35. */
const READING_CONTEXTS = [
  'Interruption.Begin',
  'Interruption.End',
  'Sample.Clock',
  'Sample.Periodic',
  'Transaction.Begin',
  'Transaction.End',
  'Trigger',
  'Other',
]

/** §7.31. */
const MEASURANDS = [
  'Energy.Active.Export.Register',
  'Energy.Active.Import.Register',
  'Energy.Reactive.Export.Register',
  'Energy.Reactive.Import.Register',
  'Energy.Active.Export.Interval',
  'Energy.Active.Import.Interval',
  'Energy.Reactive.Export.Interval',
  'Energy.Reactive.Import.Interval',
  'Power.Active.Export',
  'Power.Active.Import',
  'Power.Offered',
  'Power.Reactive.Export',
  'Power.Reactive.Import',
  'Power.Factor',
  'Current.Import',
  'Current.Export',
  'Current.Offered',
  'Voltage',
  'Frequency',
  'Temperature',
  'SoC',
  'RPM',
]

/** §7.34. */
const PHASES = ['L1', 'L2', 'L3', 'N', 'L1-N', 'L2-N', 'L3-N', 'L1-L2', 'L2-L3', 'L3-L1']

/** §7.45. Charge points write Celcius, as the JSON schemas do; the text writes Celsius. Both are right (errata 2025-04). */
const UNITS = [
  'Wh',
  'kWh',
  'varh',
  'kvarh',
  'W',
  'kW',
  'VA',
  'kVA',
  'var',
  'kvar',
  'A',
  'V',
  'K',
  'Celcius',
  'Celsius',
  'Fahrenheit',
  'Percent',
]

/** Whitepaper §6.4. */
export const certificateUse = (t: Dialect) =>
  t.enum(['CentralSystemRootCertificate', 'ManufacturerRootCertificate'])

/** Whitepaper §6.1: names a certificate by hashes of its issuer and its serial number, all in hexadecimal. */
export const certificateHashData = (t: Dialect) =>
  t.object({
    hashAlgorithm: t.enum(['SHA256', 'SHA384', 'SHA512']),
    issuerNameHash: t.string(128),
    issuerKeyHash: t.string(128),
    serialNumber: t.string(40),
  })

/** The longest PEM text of one certificate or signing request (whitepaper §5.11, §5.17, §6.9). */
export const pem = (t: Dialect) => t.string(5500)
