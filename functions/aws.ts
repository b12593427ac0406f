import { ApiGatewayManagementApi, GoneException } from '@aws-sdk/client-apigatewaymanagementapi'
import type { Push } from '../lib/central-system/system.ts'

/** No call to AWS outlives the function that makes it: three attempts take at most half of its time. */
export const CALLS = {
  maxAttempts: 3,
  requestHandler: {
    connectionTimeout: 2000,
    requestTimeout: 3000,
    throwOnRequestTimeout: true,
    // In Lambda one is enough; on one machine a worker takes many events at once.
    httpAgent: { maxSockets: 300 },
  },
}

export function createPush(endpoint: string): Push {
  const connections = new ApiGatewayManagementApi({ ...CALLS, endpoint })
  return {
    send: (connectionId, frame) =>
      unlessGone(() => connections.postToConnection({ ConnectionId: connectionId, Data: frame })),
    close: async (connectionId) => {
      await unlessGone(() => connections.deleteConnection({ ConnectionId: connectionId }))
    },
  }
}

async function unlessGone(send: () => Promise<unknown>): Promise<'sent' | 'gone'> {
  try {
    await send()
    return 'sent'
  } catch (error) {
    if (error instanceof GoneException) return 'gone'
    throw error
  }
}
