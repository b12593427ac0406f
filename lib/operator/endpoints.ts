import { listActions, readAction } from './actions.ts'
import { listAudit } from './audit.ts'
import { cancelCall, createCall, listCalls, readOneCall } from './calls.ts'
import { listChargePointMeterValues, listConnectors } from './charge-point-parts.ts'
import {
  changeChargePoint,
  createChargePoint,
  deleteChargePoint,
  listChargePoints,
  readChargePoint,
} from './charge-points.ts'
import { applyConfiguration, readConfiguration } from './configuration.ts'
import type { Endpoint } from './endpoint.ts'
import { createFile, deleteFile, listChargePointFiles, listFirmware, readFile } from './files.ts'
import { changeIdTag, createIdTag, deleteIdTag, listIdTags, readIdTag } from './id-tags.ts'
import { listInstalledProfiles, readLocalList, readOnboarding } from './installed.ts'
import { listJobs, readJob } from './jobs.ts'
import { listMessages } from './messages.ts'
import { cancelReservation, createReservation, listReservations, readReservation } from './reservations.ts'
import { cancelOneTask, createTask, listTasks, readOneTask } from './tasks.ts'
import {
  closeTransaction,
  listTransactionMeterValues,
  listTransactions,
  readTransaction,
} from './transactions.ts'
import {
  forgetUnknownChargePoint,
  forgetUnknownIdTag,
  listUnknownChargePoints,
  listUnknownIdTags,
} from './unknowns.ts'

/** Everything the operator API can do, in the order of its documentation. */
export const ENDPOINTS: readonly Endpoint[] = [
  listChargePoints,
  createChargePoint,
  readChargePoint,
  changeChargePoint,
  deleteChargePoint,
  listConnectors,
  readConfiguration,
  applyConfiguration,
  listChargePointMeterValues,
  listMessages,
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
  forgetUnknownChargePoint,
  listUnknownIdTags,
  forgetUnknownIdTag,
  listIdTags,
  createIdTag,
  readIdTag,
  changeIdTag,
  deleteIdTag,
  listTransactions,
  readTransaction,
  closeTransaction,
  listTransactionMeterValues,
  listActions,
  readAction,
  listAudit,
]
