import { listActions, readAction } from './actions.ts'
import { listAudit, readAudit } from './audit.ts'
import { cancelCall, createCall, listCalls, readOneCall } from './calls.ts'
import { listChargePointMeterValues, listConnectors } from './charge-point-parts.ts'
import {
  changeChargePoint,
  createChargePoint,
  deleteChargePoint,
  listChargePoints,
  readChargePoint,
} from './charge-points.ts'
import {
  changeChargingProfile,
  createChargingProfile,
  deleteChargingProfile,
  listChargingProfiles,
  readChargingProfile,
} from './charging-profiles.ts'
import { applyConfiguration, readConfiguration } from './configuration.ts'
import type { Endpoint } from './endpoint.ts'
import { listEvents } from './events.ts'
import { createFile, deleteFile, listChargePointFiles, listFirmware, readFile } from './files.ts'
import { changeIdTag, createIdTag, deleteIdTag, listIdTags, readIdTag } from './id-tags.ts'
import { cancelOneImport, createImport, listImports, readOneImport } from './imports.ts'
import { listInstalledProfiles, readLocalList, readOnboarding } from './installed.ts'
import { listJobs, readJob } from './jobs.ts'
import { readMe } from './me.ts'
import { listMessages } from './messages.ts'
import { readOverview, rebuildOverview } from './overview.ts'
import { rotatePassword } from './passwords.ts'
import { forgetRefusedChargePoint, listRefusedChargePoints } from './refused-charge-points.ts'
import { cancelReservation, createReservation, listReservations, readReservation } from './reservations.ts'
import { listSecurityEvents } from './security-events.ts'
import { changeSite, createSite, deleteSite, listSites, readSite } from './sites.ts'
import { cancelOneTask, createTask, listTasks, readOneTask } from './tasks.ts'
import { listTransactionMeterValues, readMeterValueSeries } from './transaction-meter-values.ts'
import { closeTransaction, listTransactions, readTransaction } from './transactions.ts'
import {
  forgetUnknownChargePoint,
  forgetUnknownIdTag,
  listUnknownChargePoints,
  listUnknownIdTags,
} from './unknowns.ts'
import { acceptUnknownChargePoint, acceptUnknownIdTag } from './unknowns-accepted.ts'
import { changeUser, createUser, deleteUser, listUsers, readUser } from './users.ts'
import {
  changeWebhook,
  createWebhook,
  deleteWebhook,
  listWebhooks,
  readWebhook,
  rotateWebhookSecret,
  testWebhook,
} from './webhooks.ts'
import { listFailedDeliveries, retryFailedDelivery } from './webhooks-failures.ts'

/** Everything the operator API can do, in the order of its documentation. */
export const ENDPOINTS: readonly Endpoint[] = [
  readOverview,
  rebuildOverview,
  listChargePoints,
  createChargePoint,
  readChargePoint,
  changeChargePoint,
  deleteChargePoint,
  rotatePassword,
  listConnectors,
  readConfiguration,
  applyConfiguration,
  listChargePointMeterValues,
  listMessages,
  listSecurityEvents,
  listCalls,
  createCall,
  readOneCall,
  cancelCall,
  listTasks,
  createTask,
  readOneTask,
  cancelOneTask,
  listReservations,
  createReservation,
  readReservation,
  cancelReservation,
  listInstalledProfiles,
  readLocalList,
  readOnboarding,
  listJobs,
  readJob,
  listFirmware,
  createFile,
  readFile,
  deleteFile,
  listChargePointFiles,
  listUnknownChargePoints,
  acceptUnknownChargePoint,
  forgetUnknownChargePoint,
  listRefusedChargePoints,
  forgetRefusedChargePoint,
  listUnknownIdTags,
  acceptUnknownIdTag,
  forgetUnknownIdTag,
  listIdTags,
  createIdTag,
  readIdTag,
  changeIdTag,
  deleteIdTag,
  listUsers,
  createUser,
  readUser,
  changeUser,
  deleteUser,
  listSites,
  createSite,
  readSite,
  changeSite,
  deleteSite,
  listChargingProfiles,
  createChargingProfile,
  readChargingProfile,
  changeChargingProfile,
  deleteChargingProfile,
  listTransactions,
  readTransaction,
  closeTransaction,
  listTransactionMeterValues,
  readMeterValueSeries,
  listEvents,
  listWebhooks,
  createWebhook,
  readWebhook,
  changeWebhook,
  deleteWebhook,
  rotateWebhookSecret,
  testWebhook,
  listFailedDeliveries,
  retryFailedDelivery,
  listActions,
  readAction,
  listImports,
  createImport,
  readOneImport,
  cancelOneImport,
  listAudit,
  readAudit,
  readMe,
]
