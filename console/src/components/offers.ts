import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { bodyOf, type Client } from '../api/client.ts'
import { useClient } from '../app/services.tsx'

/** What can be chosen: its id, and what people know it by. */
export interface Offer {
  value: string
  label?: string
  description?: string
}

const OFFERED = 20
const TYPING_MILLISECONDS = 250

type Load = (client: Client, text: string, signal: AbortSignal) => Promise<Offer[]>

/** The nouns whose ids forms and filters ask for, each found by how it begins. */
const LOADS = {
  idTags: async (client, prefix, signal) => {
    const query = { prefix, limit: OFFERED }
    const { items } = await bodyOf(client.GET('/id-tags', { params: { query }, signal }))
    return items.map(({ idTag, note = '' }) => ({ value: idTag, description: note }))
  },
  chargePoints: async (client, prefix, signal) => {
    const query = { prefix, limit: OFFERED }
    const { items } = await bodyOf(client.GET('/charge-points', { params: { query }, signal }))
    return items.map(({ chargePointId, description = '' }) => ({ value: chargePointId, description }))
  },
  users: async (client, name, signal) => {
    const query = { name, limit: OFFERED }
    const { items } = await bodyOf(client.GET('/users', { params: { query }, signal }))
    return items.map((user) => ({ value: user.userId, label: user.name, description: user.email ?? '' }))
  },
  sites: async (client, name, signal) => {
    const query = { name, limit: OFFERED }
    const { items } = await bodyOf(client.GET('/sites', { params: { query }, signal }))
    return items.map((site) => ({ value: site.siteId, description: site.name }))
  },
} satisfies Record<string, Load>

export type OfferedNoun = keyof typeof LOADS

/** Those that begin with what has been typed, once the typing pauses. */
export function useOffers(noun: OfferedNoun, typed: string) {
  const client = useClient()
  const text = useSettled(typed.trim())
  const { data = [], isFetching } = useQuery({
    queryKey: [noun, 'offers', text],
    queryFn: ({ signal }) => LOADS[noun](client, text, signal),
    placeholderData: (before) => before,
    staleTime: 10_000,
  })
  return { offers: data, loading: isFetching }
}

function useSettled(typed: string): string {
  const [settled, setSettled] = useState(typed)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(typed), TYPING_MILLISECONDS)
    return () => clearTimeout(timer)
  }, [typed])
  return settled
}
