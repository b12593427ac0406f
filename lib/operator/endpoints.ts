import { listActions, readAction } from './actions.ts'
import { cancelCall, createCall, listCalls, readOneCall } from './calls.ts'
import { listChargePointMeterValues, listConnectors, readConfiguration } from './charge-point-parts.ts'
import {
  changeChargePoint,
  createChargePoint,
  deleteChargePoint,
  listChargePoints,
  readChargePoint,
} from './charge-points.ts'
import type { Endpoint } from './endpoint.ts'
import { changeIdTag, createIdTag, deleteIdTag, listIdTags, readIdTag } from './id-tags.ts'
import { listTransactionMeterValues, listTransactions, readTransaction } from './transactions.ts'
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
  listChargePointMeterValues,
  listCalls,
  createCall,
  readOneCall,
  cancelCall,
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
  listTransactionMeterValues,
  listActions,
  readAction,
]
