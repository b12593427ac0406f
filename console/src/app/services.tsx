import { useQuery } from '@tanstack/react-query'
import { createContext, useContext, useSyncExternalStore } from 'react'
import { bodyOf, type Client, type Schemas } from '../api/client.ts'
import type { LiveState } from '../api/live.ts'
import type { Session } from '../api/session.ts'

export interface Services {
  session: Session
  client: Client
}

const ServicesContext = createContext<Services | undefined>(undefined)

export const ServicesProvider = ServicesContext.Provider

export function useServices(): Services {
  const services = useContext(ServicesContext)
  if (!services) throw new Error('there are no services here')
  return services
}

/** The operator API. */
export const useClient = (): Client => useServices().client

export const LiveContext = createContext<LiveState>('streaming')

/** Queries are read again on their own every so often, for what no event tells of; oftener where there is no stream. */
export function useRefresh(seconds = 30): number {
  const state = useContext(LiveContext)
  return (state === 'streaming' ? seconds : Math.min(seconds, 10)) * 1000
}

export function useSignedIn(): boolean {
  const { session } = useServices()
  return useSyncExternalStore(
    (changed) => session.onChange(changed),
    () => session.signedIn,
  )
}

export type Role = NonNullable<Schemas['Me']['role']>

/** Each includes those before. */
const ROLES: readonly Role[] = ['viewer', 'operator', 'administrator']

export function useMe() {
  const client = useClient()
  return useQuery({
    queryKey: ['me'],
    queryFn: () => bodyOf(client.GET('/me')),
    staleTime: Number.POSITIVE_INFINITY,
  })
}

/** Whether who is signed in may do what needs this role. */
export function useMay(needed: Role): boolean {
  const { data } = useMe()
  return data?.role !== undefined && ROLES.indexOf(data.role) >= ROLES.indexOf(needed)
}
