import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { bodyOf, type Schemas } from '../../../api/client.ts'
import { useClient } from '../../../app/services.tsx'
import type { Suggestion } from '../../../components/schema-form/leaf.tsx'

const OFFERED = 50

/** What this charge point and the central system have, for properties of the names that OCPP gives them. */
export function useSuggestions(
  { connectors }: Schemas['ChargePoint'],
  action: string,
): Record<string, Suggestion[]> {
  const { t } = useTranslation()
  const tags = useOffered('id-tags', (client, signal) =>
    bodyOf(client.GET('/id-tags', { params: { query: { limit: OFFERED } }, signal })),
  )
  const files = useOffered('files', (client, signal) =>
    bodyOf(client.GET('/files', { params: { query: { limit: OFFERED } }, signal })),
  )
  const templates = useOffered('charging-profiles', (client, signal) =>
    bodyOf(client.GET('/charging-profiles', { params: { query: { limit: OFFERED } }, signal })),
  )
  return useMemo(() => {
    const ofTags = (tags ?? []).map(({ idTag }) => ({ value: idTag }))
    const firmware = (files ?? [])
      .filter(({ kind, status }) => kind === 'firmware' && status === 'Stored')
      .map(({ name, uri }) => ({ value: uri, description: name }))
    return {
      connectorId: [
        { value: '0', description: t('calls.whole') },
        ...connectors
          .filter(({ connectorId }) => connectorId > 0)
          .map(({ connectorId, status = '' }) => ({ value: `${connectorId}`, description: status })),
      ],
      transactionId: connectors.flatMap(({ connectorId, transactionId }) =>
        transactionId === undefined
          ? []
          : [{ value: `${transactionId}`, description: t('calls.onConnector', { connectorId }) }],
      ),
      reservationId: connectors.flatMap(({ connectorId, reservationId }) =>
        reservationId === undefined
          ? []
          : [{ value: `${reservationId}`, description: t('calls.onConnector', { connectorId }) }],
      ),
      chargingProfileId: (templates ?? []).map(({ chargingProfileId, description = '' }) => ({
        value: `${chargingProfileId}`,
        description,
      })),
      idTag: ofTags,
      // Of the others, it is where the charge point puts a file of its own.
      ...(action.endsWith('UpdateFirmware') ? { location: firmware } : {}),
    }
  }, [connectors, tags, files, templates, action, t])
}

type Client = ReturnType<typeof useClient>

function useOffered<T>(
  noun: string,
  fetchPage: (client: Client, signal: AbortSignal) => Promise<{ items: T[] }>,
): T[] | undefined {
  const client = useClient()
  const { data } = useQuery({
    queryKey: [noun, 'offered'],
    queryFn: ({ signal }) => fetchPage(client, signal),
    staleTime: 30_000,
  })
  return data?.items
}
