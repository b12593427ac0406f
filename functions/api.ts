import { readFile } from 'node:fs/promises'
import { BASE_PATH, createOperatorApi } from '../lib/operator/api.ts'
import { ENDPOINTS } from '../lib/operator/endpoints.ts'
import { gatewayHandler } from '../lib/operator/gateway.ts'
import { createMasterSecret, createSystem, readIdentity } from './system.ts'

const app = createOperatorApi(createSystem('api', createMasterSecret()), {
  // They lie beside the bundle.
  docs: (file) => readFile(new URL(file, import.meta.url)),
  callerRequired: true,
  ...readIdentity(),
})

export const handler = gatewayHandler(
  app,
  ENDPOINTS.map(({ spec }) => BASE_PATH + spec.path),
)
